import { describe, expect, test } from "vitest";
import { silenceLine } from "../../src/answering/progress-line.ts";
import { type ReplySurface, userId } from "../../src/port/index.ts";
import { endingNotice, modelNotice, stoppedAside, withAside, withNotice } from "../../src/reply/notices.ts";
import { messageOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";
import { modelError, type Step } from "../support/scripted-model.ts";

/** Asks something, and leaves the answer to the clock. */
async function asked(steps: readonly Step[], surface: Partial<ReplySurface> = {}) {
  const bot = await openBot();
  bot.model.script(steps);
  const place = Object.defineProperties(bot.surface, Object.getOwnPropertyDescriptors(surface));
  const received = bot.receive(messageOf("?"), place);
  await bot.clock.pass(0);
  return { ...bot, received };
}

/** What stood in the thread, one after the other. */
const states = (bot: Pick<OpenedBot, "surface">) => bot.surface.writes.map(({ content }) => content.markdown);

test("a model that thinks is seen to think after three seconds, and then every five", async () => {
  const { opened, open } = gate();
  const bot = await asked([{ thinks: "Hm." }, { until: opened }, "Six."]);
  await bot.clock.pass(2_999);
  expect(states(bot)).toEqual([]);
  await bot.clock.pass(1);
  expect(states(bot)).toEqual(["_thinking… 3 s_ ▌"]);
  await bot.clock.pass(10_000);
  expect(states(bot)).toEqual(["_thinking… 3 s_ ▌", "_thinking… 8 s_ ▌", "_thinking… 13 s_ ▌"]);
  open();
  await bot.clock.pass(5_000);
  await bot.received;
  expect(bot.surface.texts).toEqual(["Six."]);
  expect(bot.surface.contents[0]?.controls).toEqual([]);
});

test("the line stands where the answer will, with the button that stops it", async () => {
  const bot = await asked([{ thinks: "Hm." }, { until: gate().opened }]);
  await bot.clock.pass(4_000);
  expect(bot.surface.contents[0]?.controls.map(({ command }) => command)).toEqual(["stop"]);
  await bot.receive(messageOf("stop"), bot.surface);
  await bot.clock.pass(1_000);
  await bot.received;
  expect(bot.surface.texts).toEqual([withAside("", stoppedAside("person", true, true))]);
  expect(await bot.memory()).toEqual(["Ada: ?", "bot (stopped): "]);
});

test("a thought that comes late is shown at once", async () => {
  const late = gate();
  const bot = await asked([{ until: late.opened }, { thinks: "Hm." }, { until: gate().opened }]);
  await bot.clock.pass(6_000);
  expect(states(bot)).toEqual([]);
  late.open();
  await bot.clock.pass(0);
  expect(states(bot)).toEqual(["_thinking… 6 s_ ▌"]);
});

test("a model that only keeps silent is waited for aloud after ten seconds", async () => {
  const bot = await asked([{ until: gate().opened }]);
  await bot.clock.pass(9_999);
  expect(states(bot)).toEqual([]);
  await bot.clock.pass(1);
  expect(states(bot)).toEqual(["_waiting for the model… 10 s_ ▌"]);
});

test("a long silence costs few edits: after a minute one every fifteen seconds", async () => {
  const bot = await asked([{ thinks: "Hm." }, { until: gate().opened }]);
  await bot.clock.pass(60_000);
  const inFirst = states(bot).length;
  await bot.clock.pass(120_000);
  expect([inFirst <= 12, states(bot).length - inFirst]).toEqual([true, 8]);
  expect(states(bot).at(-1)).toMatch(/^_thinking… 2 min \d+ s_/);
});

test("an answer that comes in time shows no line, and no thought in mid-answer brings one", async () => {
  const bot = await asked(["One ", { thinks: "Hm." }, { until: gate().opened }]);
  await bot.clock.pass(60_000);
  expect(bot.surface.texts).toEqual(["One  ▌"]);
  expect(states(bot).join()).not.toContain("…");
});

test("words of nothing but space are a silence as well", async () => {
  const bot = await asked(["\n\n", { until: gate().opened }]);
  await bot.clock.pass(10_000);
  expect(states(bot)).toEqual(["_waiting for the model… 10 s_ ▌"]);
});

test.each([
  ["fails", modelError("timeout", "no"), modelNotice("timeout", false)],
  ["ends without a word", { ends: "whole" } as const, endingNotice("whole", true)],
])("a model that %s while only the line stands puts its notice there", async (_, step, notice) => {
  const { opened, open } = gate();
  const bot = await asked([{ thinks: "Hm." }, { until: opened }, step]);
  await bot.clock.pass(4_000);
  open();
  await bot.clock.pass(120_000);
  await bot.received;
  expect(bot.surface.texts).toEqual([withNotice("", notice)]);
  expect(states(bot)).toHaveLength(2);
});

test("a heading stands above the line", async () => {
  const bot = await openBot();
  bot.model.script([{ thinks: "Hm." }, { until: gate().opened }]);
  void bot.receive(messageOf("?", { quotedQuestion: "> ?" }), bot.surface);
  await bot.clock.pass(3_000);
  expect(bot.surface.texts).toEqual(["> ?\n\n_thinking… 3 s_ ▌"]);
});

describe("where a platform has a line of its own for what the bot is at", () => {
  function statuses() {
    const shown: string[] = [];
    return { shown, surface: { status: async (doing: string) => void shown.push(doing) } };
  }

  test("the time goes there, and no message is made of it", async () => {
    const { shown, surface } = statuses();
    const { opened, open } = gate();
    const bot = await asked([{ thinks: "Hm." }, { until: opened }, "Six."], surface);
    await bot.clock.pass(8_000);
    expect([shown, states(bot)]).toEqual([["is thinking… 3 s", "is thinking… 8 s"], []]);
    open();
    await bot.clock.pass(60_000);
    await bot.received;
    expect([shown.length, bot.surface.texts]).toEqual([2, ["Six."]]);
  });

  test("to a person who wants answers only whole it says that the answer is being written", async () => {
    const { shown, surface } = statuses();
    const bot = await openBot();
    Object.assign(bot.surface, surface);
    const message = messageOf("?");
    await bot.core.replyModes.set(message, "me", "final");
    bot.model.script([{ thinks: "Hm." }, "One ", "two ", { until: gate().opened }]);
    void bot.receive(message, bot.surface);
    await bot.clock.pass(60_000);
    expect([shown, states(bot)]).toEqual([["is writing…"], []]);
  });

  test("one that fails keeps nobody from an answer", async () => {
    const { opened, open } = gate();
    const status = () => Promise.reject(new Error("no"));
    const bot = await asked([{ thinks: "Hm." }, { until: opened }, "Six."], { status });
    await bot.clock.pass(4_000);
    open();
    await bot.clock.pass(1_000);
    await bot.received;
    expect(bot.surface.texts).toEqual(["Six."]);
  });
});

test("nothing waits on when the answer is there", async () => {
  const bot = await openBot();
  let waits = 0;
  const { wait } = bot.clock;
  Object.assign(bot.clock, {
    wait: (...args: Parameters<typeof wait>) => {
      waits++;
      return wait(...args).finally(() => waits--);
    },
  });
  bot.model.script([{ thinks: "Hm." }, "Six."], [modelError("timeout", "no")]);
  for (const author of ["u-ada", "u-bob"]) {
    const received = bot.receive(messageOf("?", { author: { id: userId(author), name: author } }), bot.surface);
    await bot.clock.pass(0);
    await received;
  }
  await bot.clock.pass(0);
  expect(waits).toBe(0);
});

test.each([
  [12_000, true, "is thinking… 12 s"],
  [59_400, false, "is waiting for the model… 59 s"],
  [125_000, true, "is thinking… 2 min 5 s"],
])("%i ms are told as “%s”", (ms, thinking, line) => expect(silenceLine(ms, thinking)).toBe(line));
