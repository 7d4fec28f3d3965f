import { describe, expect, test } from "vitest";
import { sentences } from "../../src/sentences/sentences.ts";
import type { SpawnedParley } from "../support/spawn-parley.ts";
import { onDiscord, onSlack, type Platform } from "./platforms.ts";

const whole = "Blue whales are big.";

/** The bot has said two words of the first answer and is held; the next ones are whole. */
async function heldInMidAnswer({ open }: Platform) {
  const world = await open();
  const gate = Promise.withResolvers<void>();
  world.ai.replies(
    { text: ["Blue ", "whales", " are big."], holdAfter: { deltas: 2, until: gate.promise } },
    { text: whole },
    { text: "Dolphins are quick." },
  );
  const parley = await world.start({ hurried: true });
  const question = world.ask("Tell me of whales");
  await world.until(() => question.texts().some((text) => text.startsWith("Blue whales")));
  return { world, parley, question, gate };
}

async function kill(parley: SpawnedParley): Promise<void> {
  parley.kill("SIGKILL");
  expect(await parley.exit()).toBe("SIGKILL");
}

describe.each([onDiscord, onSlack])("on $name", (platform) => {
  test("killed in mid-answer, it finishes that answer in place, and then the one that waited, each once", async () => {
    const { world, parley, question } = await heldInMidAnswer(platform);
    await question.followUp("And dolphins?");
    await kill(parley);
    await world.start();
    question.redeliver();
    await world.until(() => question.texts().includes("Dolphins are quick."));
    expect(question.texts()).toEqual([whole, "And dolphins?", "Dolphins are quick."]);
    await world.until(() => !question.isLive());
    expect(world.ai.requests).toHaveLength(3);
    expect(JSON.stringify(world.ai.requests[2]?.messages).match(/Tell me of whales/g)).toHaveLength(1);
  });

  test("killed in mid-answer, it takes the half answer away where its question is deleted meanwhile", async () => {
    const { world, parley, question } = await heldInMidAnswer(platform);
    await kill(parley);
    question.delete();
    await world.start();
    await world.until(() => question.texts().length === 0);
    expect(world.ai.requests).toHaveLength(1);
  });

  test("killed in mid-answer, with RESUME=close it keeps what stands and offers to try again, which answers in place", async () => {
    const { world, parley, question } = await heldInMidAnswer(platform);
    await kill(parley);
    await world.start({ env: { RESUME: "close" } });
    await world.until(() => question.texts().some((text) => text.includes("Press “Try again”")));
    expect(question.texts()[0]).not.toContain("▌");
    expect(world.ai.requests).toHaveLength(1);
    question.tryAgain();
    await world.until(() => question.texts().includes(whole));
    expect(question.texts()).toEqual([whole]);
  });

  test("told to end in mid-answer, it finishes the answer, if that takes no longer than a few seconds", async () => {
    const { parley, question, gate } = await heldInMidAnswer(platform);
    parley.kill("SIGTERM");
    gate.resolve();
    expect(await parley.exit()).toBe(0);
    expect(question.texts()).toEqual([whole]);
    expect(question.isLive()).toBe(false);
  });

  test("told to end in mid-answer, it says that it will finish the answer later, and does", async () => {
    const { world, parley, question } = await heldInMidAnswer(platform);
    await question.followUp("And dolphins?");
    parley.kill("SIGTERM");
    expect(await parley.exit()).toBe(0);
    expect(question.texts()).toEqual([`Blue whales\n\n_⚠️ ${sentences.answers.restarting}_`, "And dolphins?"]);
    expect(question.isLive()).toBe(false);
    await world.start();
    await world.until(() => question.texts().includes("Dolphins are quick."));
    expect(question.texts()).toEqual([whole, "And dolphins?", "Dolphins are quick."]);
  });
});
