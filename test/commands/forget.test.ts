import { expect, test } from "vitest";
import { type Control, type Place, threadId } from "../../src/port/index.ts";
import { ada, bob, commandOf, messageOf, placeOf } from "../support/build-event.ts";
import { type OpenedBot, openBot } from "../support/open-bot.ts";

const minute = 60_000;

/** Presses a button of the question, and returns what is said then. */
async function press(bot: OpenedBot, pressed: Control["command"], rest: { author?: typeof ada; place?: Place } = {}) {
  await bot.receive(commandOf("forget me", { ...rest, button: pressed }), bot.surface);
  return bot.surface.responses.at(-1);
}

async function openWithWords() {
  const bot = await openBot();
  await bot.receive(messageOf("I like quokkas."), bot.surface);
  return bot;
}

const tooLate = "That question has expired, so nothing was changed. Say `forget me` again if you still want that.";

test("what was not asked, asked too long ago, or answered already, changes nothing", async () => {
  const bot = await openWithWords();
  expect(await press(bot, "forget-me")).toBe(tooLate);
  await bot.receive(commandOf("forget me"), bot.surface);
  await bot.clock.pass(10 * minute + 1);
  expect(await press(bot, "forget-me")).toBe(tooLate);
  await bot.receive(commandOf("forget me"), bot.surface);
  expect(await press(bot, "keep-me")).toBe("Nothing was changed. I keep what you said.");
  expect(await press(bot, "forget-me")).toBe(tooLate);
  expect(await bot.memory()).toHaveLength(2);
});

test("asked in time, everything goes; another's question is not one's own", async () => {
  const bot = await openWithWords();
  await bot.receive(commandOf("forget me"), bot.surface);
  await bot.clock.pass(9 * minute);
  expect(await press(bot, "forget-me", { author: bob })).toBe(tooLate);
  expect(await press(bot, "forget-me")).toContain("Forgotten: 1 message in 1 thread, and 1 of my answers.");
  expect(await bot.memory()).toEqual([]);
});

test("what the person chose for themselves goes, anywhere; what others chose and the choice not to be remembered stay", async () => {
  const bot = await openBot();
  const choose = (options: Readonly<Record<string, string>>, rest: object) =>
    bot.receive(commandOf("replies", { options, ...rest }), bot.surface);
  const elsewhere = placeOf({ server: "test:far" as NonNullable<Place["server"]> });
  await choose({ mode: "final" }, { author: ada });
  await choose({ mode: "final" }, { author: ada, place: elsewhere });
  await choose({ mode: "final" }, { author: bob });
  await bot.receive(commandOf("memory", { options: { mode: "off" } }), bot.surface);
  await bot.receive(commandOf("forget me"), bot.surface);
  expect(await press(bot, "forget-me")).toBe("I remembered nothing that you said.");
  const { replyModes, optOuts } = bot.core;
  expect((await replyModes.at({ author: ada, place: placeOf() })).by).toBe("default");
  expect((await replyModes.at({ author: ada, place: elsewhere })).by).toBe("default");
  expect((await replyModes.at({ author: bob, place: placeOf() })).by).toBe("me");
  expect(await optOuts.has({ id: ada.id })).toBe(true);
});

test("who turned the memory on again is remembered again", async () => {
  const bot = await openBot();
  await bot.receive(commandOf("memory", { options: { mode: "off" } }), bot.surface);
  await bot.receive(messageOf("I like quokkas."), bot.surface);
  expect(await bot.memory()).toEqual([]);
  await bot.receive(messageOf("memory on"), bot.surface);
  await bot.receive(messageOf("I like wombats."), bot.surface);
  expect(await bot.memory()).toEqual(["Ada: I like wombats.", "bot (whole): Answer."]);
});

test("forgetting a thread ends the answer that is being written there, and takes its thoughts", async () => {
  const bot = await openBot();
  const gate = Promise.withResolvers<void>();
  bot.model.script([{ thinks: "Secretly." }, "One ", { until: gate.promise }, "two."]);
  const asked = bot.receive(messageOf("Count."), bot.surface);
  await bot.clock.pass(2_000);
  const forgotten = bot.receive(commandOf("forget thread"), bot.surface);
  await bot.clock.pass(2_000);
  gate.resolve();
  await Promise.all([asked, forgotten]);
  expect(bot.surface.texts.at(-1)).toContain("Stopped, because the memory was cleared.");
  expect(await bot.memory()).toEqual([]);
  expect(bot.core.reasoning.last(placeOf())).toBeUndefined();
});

test("a question that waits for somebody to have it tried again goes too, and nobody else's", async () => {
  const bot = await openBot();
  for (const [author, text] of [
    [ada, "I like quokkas."],
    [bob, "I like wombats."],
  ] as const)
    await bot.leave(messageOf(text, { author, recallKey: "somewhere" }), { stage: { kind: "offered" } });
  await bot.recover(async () => undefined);
  await bot.receive(commandOf("forget me"), bot.surface);
  await press(bot, "forget-me");
  const left = await bot.offered(placeOf().thread);
  expect(left.map(({ question }) => question.text)).toEqual(["I like wombats."]);
});

test("who may not talk to the bot may still have it forget them, and not be remembered", async () => {
  const bot = await openBot({ settings: { access: { allow: [[{ kind: "user", id: "nobody" }]], deny: [] } } });
  await bot.receive(messageOf("Hello?"), bot.surface);
  expect(bot.surface.responses.at(-1)).toContain("I'm not allowed to answer you here");
  await bot.receive(commandOf("forget me"), bot.surface);
  expect(bot.surface.responses.at(-1)).toContain("Shall I forget everything you said to me");
  await bot.receive(commandOf("memory", { options: { mode: "off" } }), bot.surface);
  expect(await bot.core.optOuts.has({ id: ada.id })).toBe(true);
});

const summary = { text: "They spoke of quokkas.", tokens: 9, turns: 4, upTo: 4, from: 4 };

test("a summary that has words of the person goes, also where their own messages are gone; another's stays", async () => {
  const bot = await openWithWords();
  const { summaries } = bot.core;
  const [hers, lone, his] = [placeOf().thread, threadId("test:lone"), threadId("test:his")];
  await summaries.keep(hers, summary, [bob.id]);
  await summaries.keep(lone, summary, [ada.id, bob.id]);
  await summaries.keep(his, summary, [bob.id]);
  await bot.receive(commandOf("forget me"), bot.surface);
  await press(bot, "forget-me");
  expect(await Promise.all([hers, lone, his].map((thread) => summaries.at(thread)))).toEqual([
    undefined,
    undefined,
    expect.objectContaining({ summaries: [summary] }),
  ]);
});

test("who is not remembered is answered even where messages pile up", async () => {
  const bot = await openBot({ settings: { whileAnswering: "merge" } });
  await bot.receive(commandOf("memory", { options: { mode: "off" } }), bot.surface);
  const gate = Promise.withResolvers<void>();
  bot.model.script(["One", { until: gate.promise }], ["For Ada."], ["For Bob."]);
  const first = bot.receive(messageOf("First?", { author: bob }), bot.surface);
  await bot.clock.pass(0);
  const rest = [
    bot.receive(messageOf("Mine?", { author: ada }), bot.surface),
    bot.receive(messageOf("And mine?", { author: bob }), bot.surface),
  ];
  gate.resolve();
  await Promise.all([first, ...rest]);
  expect(bot.surface.texts).toEqual(["One", "For Ada.", "For Bob."]);
  expect(await bot.memory()).toEqual(["Bob: First?", "bot (whole): One", "Bob: And mine?", "bot (whole): For Bob."]);
});

test("who is not remembered is promised nothing for after a restart, and nothing waits for it", async () => {
  const bot = await openBot();
  await bot.receive(commandOf("memory", { options: { mode: "off" } }), bot.surface);
  const gate = Promise.withResolvers<void>();
  bot.model.script(["One ", { until: gate.promise }, "two."]);
  const asked = bot.receive(messageOf("Count.", { recallKey: "somewhere" }), bot.surface);
  await bot.clock.pass(2_000);
  expect(JSON.stringify(await bot.left())).not.toMatch(/Count|One/);
  const closed = bot.close();
  await bot.clock.pass(60_000);
  gate.resolve();
  await Promise.all([asked, closed]);
  expect(bot.surface.texts.at(-1)).toContain("I was shut down while writing this.");
  expect(await bot.left()).toEqual([]);
});

test("of a thread, a question that waits for somebody to have it tried again goes too, and none of another thread", async () => {
  const bot = await openBot();
  const elsewhere = threadId("test:elsewhere");
  for (const thread of [placeOf().thread, elsewhere]) {
    const place = { ...placeOf(), thread };
    await bot.leave(messageOf("I like quokkas.", { place, recallKey: "somewhere" }), { stage: { kind: "offered" } });
  }
  await bot.recover(async () => undefined);
  await bot.receive(commandOf("forget thread"), bot.surface);
  expect((await bot.offered()).map(({ question }) => question.place.thread)).toEqual([elsewhere]);
});

test.each([
  ["forget thread", "Forgotten: the summary of this thread. The persona stays."],
  ["reset", "Memory cleared. I no longer know what was said here before. The persona stays."],
] as const)("“%s” says that it cleared a summary, where the messages are gone already", async (name, told) => {
  const bot = await openBot();
  const { summaries } = bot.core;
  await summaries.keep(placeOf().thread, summary, [ada.id]);
  await bot.receive(commandOf(name), bot.surface);
  expect(bot.surface.responses).toEqual([told]);
  expect(await summaries.at(placeOf().thread)).toBeUndefined();
});

test("in a channel with one memory for all, no thread is spoken of", async () => {
  const bot = await openBot();
  const place = placeOf({ kind: "channel" });
  await bot.receive(messageOf("I like quokkas.", { place }), bot.surface);
  await bot.receive(commandOf("forget thread", { place }), bot.surface);
  expect(bot.surface.responses.at(-1)).toBe(
    "Forgotten: 2 messages of this conversation, mine included. The persona stays.",
  );
});
