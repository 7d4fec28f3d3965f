import { expect, test } from "vitest";
import { placeLine } from "../../src/answering/progress-line.ts";
import { type Author, type EditedEvent, eventId, type ReplySurface, threadId, userId } from "../../src/port/index.ts";
import { stoppedAside, withAside } from "../../src/reply/notices.ts";
import { messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenBotOptions, openBot } from "../support/open-bot.ts";
import { createRecordingSurface } from "../support/recording-surface.ts";

/** A model that answers one question at a time; each person asks in a thread of their own. */
async function open(options: OpenBotOptions = {}) {
  const bot = await openBot({ concurrency: 1, ...options });
  const gates = Array.from({ length: 4 }, gate);
  bot.model.script(...gates.map(({ opened }) => [{ until: opened }, "Answer."]));
  const surfaces = new Map<string, ReturnType<typeof createRecordingSurface>>();
  const received: Promise<void>[] = [];
  const messageBy = (name: string, text = "?") => {
    const author: Author = { id: userId(`u-${name}`), name };
    return messageOf(text, { author, place: placeOf({ thread: threadId(`test:${name}`) }) });
  };
  const surfaceOf = (name: string) => {
    const surface = surfaces.get(name) ?? createRecordingSurface();
    surfaces.set(name, surface);
    return surface;
  };
  return {
    ...bot,
    surfaceOf,
    messageBy,
    received,
    /** The next answer ends. */
    next: () => gates.shift()?.open(),
    asks(name: string, surface: Partial<ReplySurface> = {}) {
      Object.defineProperties(surfaceOf(name), Object.getOwnPropertyDescriptors(surface));
      const message = messageBy(name);
      received.push(bot.receive(message, surfaceOf(name)));
      return message;
    },
    says: (name: string, text: string) => bot.receive(messageBy(name, text), surfaceOf(name)),
    texts: (name: string) => surfaceOf(name).texts,
    states: (name: string) => surfaceOf(name).writes.map(({ content }) => content.markdown),
    asked: () => bot.model.prompts.map(({ user }) => user),
    stored: (name: string) => bot.memory(threadId(`test:${name}`)),
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Ann is answered, the others wait. */
async function queued(bot: Opened, ...names: readonly string[]): Promise<void> {
  for (const name of ["ann", ...names]) {
    bot.asks(name);
    await bot.clock.pass(0);
  }
}

test("whoever waits sees how many are before them, counting down, until their answer takes the place", async () => {
  const bot = await open();
  await queued(bot, "ben", "cleo");
  await bot.clock.pass(1_499);
  expect(bot.states("cleo")).toEqual([]);
  await bot.clock.pass(1);
  expect([bot.states("ben"), bot.states("cleo")]).toEqual([
    ["_waiting: your question is next_ ▌"],
    ["_waiting: 1 question before yours_ ▌"],
  ]);
  await bot.clock.pass(5_000);
  bot.next();
  await bot.clock.pass(5_000);
  expect(bot.states("cleo")).toEqual(["_waiting: 1 question before yours_ ▌", "_waiting: your question is next_ ▌"]);
  bot.next();
  await bot.clock.pass(2_000);
  expect(bot.states("cleo").at(-1)).toBe("_waiting for the model… 0 s_ ▌");
  await bot.clock.pass(5_000);
  expect(bot.states("cleo").at(-1)).toBe("_waiting for the model… 5 s_ ▌");
  bot.next();
  await bot.clock.pass(5_000);
  await Promise.all(bot.received);
  expect(["ann", "ben", "cleo"].map((name) => bot.texts(name))).toEqual([["Answer."], ["Answer."], ["Answer."]]);
  expect(bot.surfaceOf("cleo").contents[0]?.controls).toEqual([]);
});

test("a turn that comes within a second shows no place", async () => {
  const bot = await open();
  await queued(bot, "ben");
  await bot.clock.pass(1_000);
  bot.next();
  bot.next();
  await bot.clock.pass(5_000);
  expect(bot.states("ben").join()).not.toContain("waiting");
  expect(bot.texts("ben")).toEqual(["Answer."]);
});

test("whoever stops while they wait is told so, was never asked, and leaves the place to the next", async () => {
  const bot = await open({ settings: { limits: { user: { requests: 1 } } } });
  await queued(bot, "ben", "cleo");
  await bot.clock.pass(2_000);
  await bot.says("ben", "stop");
  await bot.clock.pass(1_000);
  expect(bot.texts("ben")).toEqual([withAside("", stoppedAside("person", true, true))]);
  bot.next();
  await bot.clock.pass(5_000);
  expect(bot.asked()).toEqual(["u-ann", "u-cleo"]);
  // It was no request: the day's only one is left.
  bot.next();
  await bot.clock.pass(5_000);
  bot.asks("ben");
  await bot.clock.pass(0);
  expect(bot.asked()).toEqual(["u-ann", "u-cleo", "u-ben"]);
});

test("a reset while somebody waits ends the question", async () => {
  const bot = await open();
  await queued(bot, "ben");
  await bot.clock.pass(2_000);
  await bot.says("ben", "reset");
  await bot.clock.pass(1_000);
  bot.next();
  await bot.clock.pass(5_000);
  expect([bot.asked(), await bot.stored("ben")]).toEqual([["u-ann"], []]);
  expect(bot.texts("ben")[0]).toContain("the memory was cleared");
});

test("a question that is edited while it waits is asked as it reads then, once", async () => {
  const bot = await open();
  await queued(bot, "dan");
  const before = bot.messageBy("ben", "Old");
  bot.received.push(bot.receive(before, bot.surfaceOf("ben")));
  await bot.clock.pass(2_000);
  const edited: EditedEvent = { ...before, kind: "edited", id: eventId("edit"), of: before.id, text: "New" };
  bot.received.push(bot.receive(edited, bot.surfaceOf("ben")));
  await bot.clock.pass(2_000);
  for (let index = 0; index < 3; index++) {
    bot.next();
    await bot.clock.pass(5_000);
  }
  await Promise.all(bot.received);
  expect(bot.asked()).toEqual(["u-ann", "u-dan", "u-ben"]);
  expect(bot.model.prompts.at(-1)?.messages.at(-1)?.content).toContain("New");
  expect(bot.texts("ben")).toEqual(["Answer."]);
});

test("a shutdown while somebody waits leaves the question to the next run", async () => {
  const bot = await open();
  await queued(bot);
  const question = { ...bot.messageBy("ben"), recallKey: "the way back" };
  bot.received.push(bot.receive(question, bot.surfaceOf("ben")));
  await bot.clock.pass(2_000);
  const closed = bot.close();
  await bot.clock.pass(10_000);
  await closed;
  expect(bot.asked()).toEqual(["u-ann"]);
  const left: string[] = [];
  for (const { id } of await bot.left()) left.push(id);
  expect(left).toEqual([question.id]);
});

test("whoever wants answers only whole has no line made for them", async () => {
  const bot = await open();
  await bot.core.replyModes.set(bot.messageBy("ben"), "me", "final");
  await queued(bot, "ben");
  await bot.clock.pass(20_000);
  expect(bot.states("ben")).toEqual([]);
});

test("where a platform has a line of its own the place goes there, and no message is made of it", async () => {
  const bot = await open();
  const shown: string[] = [];
  await queued(bot);
  bot.asks("ben", { status: async (doing) => void shown.push(doing) });
  await bot.clock.pass(2_000);
  expect([shown, bot.states("ben")]).toEqual([["is waiting: your question is next"], []]);
});

test("whose place is shown needs no sign that the bot types; where nothing is shown it stays", async () => {
  const bot = await open();
  const signs = { ben: 0, cleo: 0 };
  await bot.core.replyModes.set(bot.messageBy("cleo"), "me", "final");
  await queued(bot);
  for (const name of ["ben", "cleo"] as const)
    bot.asks(name, {
      startTyping: async () => {
        signs[name]++;
        return 8_000;
      },
    });
  await bot.clock.pass(80_000);
  expect([signs.ben, signs.cleo > 5]).toEqual([1, true]);
});

test("the wait for a turn is no silence of the model", async () => {
  const bot = await open();
  await queued(bot, "ben");
  await bot.clock.pass(60_000);
  bot.next();
  await bot.clock.pass(2_000);
  expect(bot.states("ben").at(-1)).toBe("_waiting for the model… 0 s_ ▌");
});

test.each([
  [0, "is waiting: your question is next"],
  [1, "is waiting: 1 question before yours"],
  [12, "is waiting: 12 questions before yours"],
])("%i before somebody is told as “%s”", (before, line) => expect(placeLine(before)).toBe(line));
