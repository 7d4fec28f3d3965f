import { describe, expect, test } from "vitest";
import { type Author, channelId, type Place, serverId, threadId, userId } from "../../src/port/index.ts";
import { modelNotice, stoppedAside, withAside, withNotice } from "../../src/reply/notices.ts";
import { ada, bob, commandOf, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";
import { modelError, type Step } from "../support/scripted-model.ts";

const managed = placeOf({ authority: ["thread", "channel"] });
const elsewhere = placeOf({ thread: threadId("test:far"), channel: channelId("test:other") });
const abroad = placeOf({
  thread: threadId("test:away"),
  channel: channelId("test:away"),
  server: serverId("test:abroad"),
});

type Use = { readonly place?: Place; readonly author?: Author };

/** What the command answers. */
async function use(bot: OpenedBot, typed: string, { place = placeOf(), author = ada }: Use = {}): Promise<string> {
  const before = bot.surface.responses.length;
  await bot.receive(messageOf(`replies ${typed}`, { place, author }), bot.surface);
  return bot.surface.responses.slice(before).join("\n");
}

const modeOf = async (bot: OpenedBot, { place = placeOf(), author = ada }: Use = {}) =>
  (await bot.core.replyModes.at({ place, author })).mode;

describe("a choice", () => {
  test("is one's own, says what will happen and how to undo it, and can be taken back", async () => {
    const bot = await openBot();
    expect(await use(bot, "final")).toBe(
      "From now on, answers to you in this server are posted when they are complete; until then you see the typing indicator. `replies default` undoes this.",
    );
    expect([await modeOf(bot), await modeOf(bot, { author: bob })]).toEqual(["final", "live"]);
    expect(await use(bot, "default")).toBe(
      "Your setting is removed. Answers to you appear while I write them (the default).",
    );
    expect(await modeOf(bot)).toBe("live");
  });

  test("holds everywhere in its server, and in no other", async () => {
    const bot = await openBot();
    await use(bot, "final");
    expect(await Promise.all([elsewhere, abroad, directPlace()].map((place) => modeOf(bot, { place })))).toEqual([
      "final",
      "live",
      "live",
    ]);
  });

  test("is not another's who has the same id in another server, nor a server's that is called as they are", async () => {
    const bot = await openBot();
    const odd = { id: userId('a","b'), name: "Odd" };
    await use(bot, "final", { author: odd, place: placeOf({ server: serverId("c") }) });
    await use(bot, "final", { place: directPlace() });
    const twin = { id: userId("a"), name: "Twin" };
    expect(await modeOf(bot, { author: twin, place: placeOf({ server: serverId('b","c') }) })).toBe("live");
    expect(await modeOf(bot, { place: placeOf({ server: serverId("null") }) })).toBe("live");
  });

  test("for a channel is everybody's who has not chosen, and takes the right to manage it", async () => {
    const bot = await openBot();
    const refusal = await use(bot, "channel final");
    expect(refusal).toBe(
      "Only people who may manage this channel can choose how answers appear in this channel. You can change it for yourself: `replies live` or `replies final`.",
    );
    expect(await modeOf(bot)).toBe("live");
    expect(await use(bot, "channel final", { place: managed })).toContain("`replies channel default` undoes this.");
    expect(await Promise.all([{}, { author: bob }, { place: elsewhere }].map((one) => modeOf(bot, one)))).toEqual([
      "final",
      "final",
      "live",
    ]);
  });

  test("of a person goes before the channel's, whichever came later", async () => {
    const bot = await openBot();
    await use(bot, "live");
    await use(bot, "channel final", { place: managed });
    expect([await modeOf(bot), await modeOf(bot, { author: bob })]).toEqual(["live", "final"]);
    await use(bot, "default");
    expect(await modeOf(bot)).toBe("final");
    await use(bot, "channel default", { place: managed });
    expect(await modeOf(bot)).toBe("live");
  });

  test("that is delivered again after a restart does not undo a later one", async () => {
    const bot = await openBot();
    const first = commandOf("replies", { options: { mode: "final" } });
    await bot.receive(first, bot.surface);
    await use(bot, "live");
    const { createBot } = await import("../../src/bot.ts");
    await createBot(bot.core).receive(first, bot.surface);
    expect(await modeOf(bot)).toBe("live");
  });
});

test("asked without a mode it says what holds here and why, and changes nothing", async () => {
  const bot = await openBot();
  expect(await use(bot, "")).toBe(
    "Answers to you appear while I write them (the default). `replies final` changes this for you, `replies channel final` for the channel.",
  );
  await use(bot, "channel final", { place: managed });
  expect(await use(bot, "")).toContain("(set for this channel). `replies live` changes");
  await use(bot, "live");
  expect(await use(bot, "")).toContain("appear while I write them (your setting)");
});

describe("an answer that is shown only whole", () => {
  async function asked(...steps: readonly Step[]) {
    const bot = await openBot();
    await use(bot, "final");
    bot.model.script(steps);
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(60_000);
    return { ...bot, received };
  }

  test("is written once, and until then the sign of being at work stays on", async () => {
    const { opened, open } = gate();
    const bot = await asked("One ", { until: opened }, "two.");
    expect([bot.surface.writes, bot.surface.busyCalls]).toEqual([[], 8]);
    open();
    await bot.clock.pass(60_000);
    await bot.received;
    expect(bot.surface.writes).toMatchObject([{ kind: "create", content: { markdown: "One two.", controls: [] } }]);
    expect(bot.surface.writes[0]?.content.live).toBe(false);
    expect(bot.surface.busyCalls).toBe(8);
    expect(await bot.memory()).toEqual(["Ada: Count", "bot (whole): One two."]);
  });

  test("has no sign of being at work any more while it is written", async () => {
    const { opened, open } = gate();
    const bot = await openBot();
    bot.surface.gate = opened;
    await use(bot, "final");
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(60_000);
    expect(bot.surface.busyCalls).toBe(1);
    open();
    await received;
  });

  test("has no line that counts a silence where that would be a message", async () => {
    const bot = await asked({ thinks: "Hm." }, { until: gate().opened });
    expect(bot.surface.writes).toEqual([]);
  });

  test("comes as several messages where it is long, each written once", async () => {
    const bot = await asked("word ".repeat(1_000));
    await bot.received;
    expect(bot.surface.texts.join("")).toBe("word ".repeat(1_000));
    expect(bot.surface.writes.map(({ kind }) => kind)).toEqual(["create", "create", "create"]);
  });

  test("that is stopped shows what was written so far, and can be gone on with", async () => {
    const bot = await asked("One ", { until: gate().opened });
    await bot.receive(messageOf("stop"), bot.surface);
    await bot.clock.pass(1_000);
    await bot.received;
    expect(bot.surface.texts).toEqual([withAside("One ", stoppedAside("person", false, true))]);
    expect(bot.surface.contents[0]?.controls.map(({ command }) => command)).toEqual(["go-on"]);
  });

  test("that breaks off keeps its words and says why", async () => {
    const bot = await asked("One ", modelError("broken", "no"));
    await bot.received;
    expect(bot.surface.texts).toEqual([withNotice("One ", modelNotice("broken", true))]);
  });

  test("is so for who asks, not for who listens", async () => {
    const bot = await openBot();
    await use(bot, "final", { author: bob });
    bot.model.script(["One ", { until: gate().opened }]);
    void bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(1_000);
    expect(bot.surface.texts).toEqual(["One  ▌"]);
  });
});
