import { afterEach, beforeEach, expect, test } from "vitest";
import type { UserRecord } from "../emulators/discord/records.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { type Parley, startParley } from "../support/parley.ts";

let parley: Parley;
beforeEach(async () => {
  parley = await startParley({ modelClock: createManualClock() });
});
afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect([problems, rateLimited]).toEqual([[], []]);
});

/** Asks in a channel of their own; returns the thread. */
function ask(by: UserRecord, text: string): string {
  const { discord } = parley;
  return discord.say({ in: discord.addChannel({ name: "any" }).id, by, text: `<@${discord.botId}> ${text}` }).id;
}

const last = (thread: string) =>
  parley.discord
    .messages(thread)
    .filter(({ authorId }) => authorId === parley.discord.botId)
    .at(-1)?.content ?? "";

async function answer(thread: string): Promise<string> {
  await parley.discord.until(() => last(thread) !== "" && !last(thread).includes("▌"), 14_000);
  return last(thread);
}

test("a text that the server cannot answer pauses nobody else", async () => {
  const [ann, ben] = ["Ann", "Ben"].map((name) => parley.discord.addUser(name, { displayName: name }));
  if (ann === undefined || ben === undefined) throw new Error("nobody is there");
  const poison = { status: 500, error: { message: "cannot" }, headers: { "x-should-retry": "false" } };
  parley.ai.replyTo(({ messages }) => (messages.at(-1)?.content.includes("poison") ? poison : { text: "Fine." }));
  for (let time = 0; time < 3; time++) expect(await answer(ask(ann, "poison"))).toContain("server reported an error");
  expect(await answer(ask(ann, "poison"))).toContain("failed several times in a row");
  expect(await answer(ask(ben, "Hello"))).toBe("Fine.");
  expect(await answer(ask(ann, "Hello"))).toBe("Fine.");
});
