import { expect, test } from "vitest";
import { split } from "../../src/markdown/cutting/split.ts";
import { longestReasoning } from "../../src/memory/reasoning.ts";
import { channelId, type Place, threadId } from "../../src/port/index.ts";
import { endingNotice, withNotice } from "../../src/reply/notices.ts";
import { commandOf, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";
import type { Step } from "../support/scripted-model.ts";

async function ask(bot: OpenedBot, steps: readonly Step[], place: Place = placeOf()) {
  bot.model.script(steps);
  const received = bot.receive(messageOf("Why?", { place }), bot.surface);
  await bot.clock.pass(10_000);
  await received;
}

/** What the command says, its messages one below the other. */
async function reasoning(bot: OpenedBot, place: Place = placeOf()): Promise<string> {
  const before = bot.surface.responses.length;
  await bot.receive(commandOf("reasoning", { place }), bot.surface);
  return bot.surface.responses.slice(before).join("");
}

const nothing = /^I have no reasoning here/;

test("what was thought before the last answer is shown as a quotation, and nothing of it is remembered", async () => {
  const bot = await openBot();
  await ask(bot, [{ thinks: "First?\n\n" }, { thinks: "No. Six." }, "Six."]);
  expect(await reasoning(bot)).toBe("What the model thought before its last answer here:\n> First?\n> \n> No. Six.");
  await ask(bot, ["Seven."]);
  expect(JSON.stringify([bot.model.prompts, await bot.turns()])).not.toContain("First?");
});

test("a thought in mid-answer belongs to it", async () => {
  const bot = await openBot();
  await ask(bot, [{ thinks: "One. " }, "Say ", { thinks: "Two." }, "six."]);
  expect(await reasoning(bot)).toContain("\n> One. Two.");
  expect(bot.surface.texts).toEqual(["Say six."]);
});

test("only the last answer's is shown; one that came without any says so", async () => {
  const bot = await openBot();
  await ask(bot, [{ thinks: "Old." }, "Five."]);
  await ask(bot, ["Six."]);
  expect(await reasoning(bot)).toBe("The model sent no reasoning with its last answer here; not every model does.");
});

test("each conversation has its own", async () => {
  const bot = await openBot();
  await ask(bot, [{ thinks: "Secret." }, "Six."]);
  expect(await reasoning(bot, placeOf({ thread: threadId("test:other") }))).toMatch(nothing);
});

test.each(["channel", "new-thread"] as const)("asked for in a channel (%s), it says where to ask", async (kind) => {
  const bot = await openBot();
  await ask(bot, [{ thinks: "Secret." }, "Six."]);
  const place = placeOf({ kind, thread: threadId("test:channel") });
  expect(await reasoning(bot, place)).toMatch(/^I have no reasoning here.* inside the thread/);
});

test("asked for where direct conversations begin, the newest of them is meant, and no other person's", async () => {
  const bot = await openBot();
  const talk = (name: string, channel = "dm") => directPlace({ thread: threadId(name), channel: channelId(channel) });
  await ask(bot, [{ thinks: "First." }, "1"], talk("one"));
  await ask(bot, [{ thinks: "Second." }, "2"], talk("two"));
  await ask(bot, [{ thinks: "Again." }, "3"], talk("one"));
  await ask(bot, [{ thinks: "Theirs." }, "4"], talk("three", "another"));
  expect(await reasoning(bot, { ...talk("new"), isInbox: true })).toContain("> Again.");
  expect(await reasoning(bot, talk("two"))).toContain("> Second.");
});

test.each(["thread", "channel"])("a reset of the %s forgets it", async (scope) => {
  const bot = await openBot();
  await ask(bot, [{ thinks: "Hm." }, "Six."]);
  const place = placeOf({ authority: ["thread", "channel"] });
  await bot.receive(commandOf("reset", { place, ...(scope === "channel" ? { channelWide: true } : {}) }), bot.surface);
  expect(await reasoning(bot)).toMatch(nothing);
});

test.each([true, false])(
  "an answer that is cut short by a reset leaves none (of the whole channel: %s)",
  async (wide) => {
    const bot = await openBot();
    bot.model.script([{ thinks: "Hm." }, { until: gate().opened }]);
    const received = bot.receive(messageOf("Why?"), bot.surface);
    await bot.clock.pass(1_000);
    const place = placeOf({ authority: ["thread", "channel"], ...(wide ? { thread: threadId("test:channel") } : {}) });
    await Promise.all([
      bot.receive(commandOf("reset", { place, ...(wide ? { channelWide: wide } : {}) }), bot.surface),
      bot.clock.pass(10_000),
    ]);
    await received;
    expect(await reasoning(bot)).toMatch(nothing);
  },
);

test("a reset of a channel leaves those of other channels, and an answer that ends after it leaves none", async () => {
  const bot = await openBot();
  const other = placeOf({ thread: threadId("test:far"), channel: channelId("test:other") });
  await ask(bot, [{ thinks: "Far." }, "Six."], other);
  const slow = gate();
  Object.assign(bot.model, {
    async *stream() {
      yield { kind: "reasoning", text: "Hm." };
      await slow.opened;
      yield { kind: "end", ending: "stopped" };
    },
  });
  const received = bot.receive(messageOf("Why?"), bot.surface);
  await bot.clock.pass(1_000);
  const channel = placeOf({ kind: "channel", thread: threadId("test:channel"), authority: ["thread", "channel"] });
  await bot.receive(commandOf("reset", { place: channel, channelWide: true }), bot.surface);
  slow.open();
  await bot.clock.pass(1_000);
  await received;
  expect(await reasoning(bot)).toMatch(nothing);
  expect(await reasoning(bot, other)).toContain("> Far.");
});

test("a long one is shown from its beginning, with how much there was, and each message is a quotation", async () => {
  const bot = await openBot();
  const sentence = "This may or may not be so, but who knows. ";
  await ask(bot, [{ thinks: `${sentence.repeat(400)}\n`.repeat(3) }, "Six."]);
  const [head = "", ...lines] = (await reasoning(bot)).split("\n");
  expect(head).toContain(
    `(the first ${longestReasoning.toLocaleString("en")} of ${(3 * (sentence.length * 400 + 1)).toLocaleString("en")} characters)`,
  );
  expect(lines.every((line) => line.startsWith("> "))).toBe(true);
  expect(bot.surface.responses.length).toBeGreaterThan(5);
  for (const part of bot.surface.responses.slice(1)) expect(part.trimStart()).toMatch(/^> /);
});

test("a word longer than any line loses nothing", async () => {
  const bot = await openBot();
  await ask(bot, [{ thinks: "x".repeat(3_000) }, "Six."]);
  expect((await reasoning(bot)).match(/x/g)).toHaveLength(3_000);
});

test("those of two hundred conversations are kept", async () => {
  const bot = await openBot();
  const thoughtIn = (index: number) => bot.core.reasoning.last(placeOf({ thread: threadId(`t${index}`) }));
  for (let index = 0; index <= 200; index++) {
    bot.core.reasoning.keep(placeOf({ thread: threadId(`t${index}`) }), { text: `${index}`, length: 1 });
  }
  expect([thoughtIn(0), thoughtIn(1)?.text, thoughtIn(200)?.text]).toEqual([undefined, "1", "200"]);
});

test("an answer that is all thinking says that it was empty, and the thoughts can still be had", async () => {
  const bot = await openBot();
  await ask(bot, [{ thinks: "And so on" }]);
  expect(bot.surface.texts).toEqual([withNotice("", endingNotice("whole", true))]);
  expect(await reasoning(bot)).toContain("> And so on");
  expect(split(await reasoning(bot), 2_000)).toHaveLength(1);
});
