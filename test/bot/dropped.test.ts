import { describe, expect, test } from "vitest";
import { createBot } from "../../src/bot.ts";
import {
  type BotEvent,
  eventId,
  type MessageEvent,
  noSurface,
  type ReplySurface,
  threadId,
} from "../../src/port/index.ts";
import { bob, commandOf, messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenBotOptions, type OpenedBot, openBot } from "../support/open-bot.ts";

const inThread = (at: number) => placeOf({ thread: threadId(`test:channel:thread-${at}`) });
const channel = placeOf({ kind: "channel", thread: threadId("test:channel"), authority: ["thread", "channel"] });

/** With all that was sent dealt with once it settles. */
async function open(options: OpenBotOptions = {}) {
  const bot = await openBot(options);
  const received: Promise<void>[] = [];
  return {
    ...bot,
    send: (event: BotEvent, surface: ReplySurface = bot.surface) => void received.push(bot.receive(event, surface)),
    async settle() {
      await bot.clock.pass(120_000);
      await Promise.all(received);
    },
  };
}

/** Each of the next answers is held until it is let go. */
function hold(bot: OpenedBot, count: number) {
  const gates = Array.from({ length: count }, gate);
  bot.model.script(...gates.map(({ opened }, at) => [{ until: opened }, `A${at}`]));
  return () => {
    for (const { open } of gates) open();
  };
}

/** What the model was given, last of all. */
const lastPrompt = ({ model }: OpenedBot) => JSON.stringify(model.prompts.at(-1)?.messages.slice(1));

const forgotten = async (bot: OpenedBot) => {
  await bot.receive(commandOf("forget me"), noSurface);
  return commandOf("forget me", { button: "forget-me" });
};

const clearings: readonly (readonly [string, (bot: OpenedBot) => BotEvent | Promise<BotEvent>])[] = [
  ["reset", () => commandOf("reset", { place: inThread(3) })],
  ["the word reset", () => messageOf("reset", { place: inThread(3) })],
  ["forget thread", () => commandOf("forget thread", { place: inThread(3) })],
  ["a reset of the whole channel", () => commandOf("reset", { place: channel, channelWide: true })],
  ["forgetting the whole channel", () => commandOf("forget thread", { place: channel, channelWide: true })],
  ["forget me", forgotten],
];

describe("a question that was waiting when the memory was cleared is not remembered after it", () => {
  test.each(clearings)("%s, while it waits for an answer to its author elsewhere", async (_, clearing) => {
    const bot = await open();
    bot.send(messageOf("Join", { place: inThread(3), author: bob }), bot.surface);
    await bot.clock.pass(10_000);
    const release = hold(bot, 3);
    for (const at of [0, 1, 2]) bot.send(messageOf(`Q${at}`, { place: inThread(at) }), bot.surface);
    bot.send(messageOf("Fourth", { place: inThread(3), recallKey: "o" }), bot.surface);
    await bot.clock.pass(500);
    bot.send(await clearing(bot), bot.surface);
    await bot.clock.pass(1_000);
    release();
    await bot.settle();
    bot.send(messageOf("After?", { place: inThread(3) }), bot.surface);
    await bot.settle();
    expect(lastPrompt(bot)).toContain("After?");
    expect(lastPrompt(bot)).not.toContain("Fourth");
    expect(bot.surface.texts).not.toContain("A3");
    expect(await bot.left()).toEqual([]);
  });

  test.each(clearings)("%s, while it waits behind another answer in its thread", async (_, clearing) => {
    const bot = await open();
    const release = hold(bot, 1);
    bot.send(messageOf("First", { place: inThread(3), author: bob }), bot.surface);
    await bot.clock.pass(500);
    bot.send(messageOf("Second", { place: inThread(3), recallKey: "o" }), bot.surface);
    await bot.clock.pass(500);
    bot.send(await clearing(bot), bot.surface);
    await bot.clock.pass(1_000);
    release();
    await bot.settle();
    bot.send(messageOf("After?", { place: inThread(3) }), bot.surface);
    await bot.settle();
    expect(lastPrompt(bot)).toContain("After?");
    expect(lastPrompt(bot)).not.toContain("Second");
    expect(bot.model.prompts).toHaveLength(2);
  });
});

const toEdit = ({ id, kind: _, ...rest }: MessageEvent, text: string) =>
  ({ ...rest, kind: "edited", id: eventId(`edit of ${id}`), of: id, text }) as const;

describe("a stop is heard", () => {
  /** Ada is being answered, and nothing can be read yet. */
  async function openAnswering(options: OpenBotOptions = {}) {
    const bot = await open(options);
    hold(bot, 1);
    bot.send(messageOf("First"), bot.surface);
    await bot.clock.pass(10_500);
    expect(bot.surface.texts).toEqual([expect.stringContaining("waiting for the model")]);
    return bot;
  }

  test.each(["stop", "reset"])(
    "while an answer gives way to a newer message: %s ends the one and leaves out the other",
    async (name) => {
      const bot = await openAnswering({ settings: { whileAnswering: "interrupt" } });
      const slow = gate();
      const { remove } = bot.surface;
      Object.assign(bot.surface, {
        remove: (...args: Parameters<typeof remove>) => slow.opened.then(() => remove(...args)),
      });
      bot.send(messageOf("Second", { author: bob }), bot.surface);
      await bot.clock.pass(100);
      bot.send(commandOf(name), bot.surface);
      await bot.clock.pass(100);
      slow.open();
      await bot.settle();
      expect(bot.surface.texts).toEqual([]);
      expect(bot.model.prompts).toHaveLength(1);
    },
  );

  test("while a message that is to be answered with a newer one is being remembered", async () => {
    const slow = gate();
    const bot = await openAnswering({
      settings: { whileAnswering: "merge" },
      wrapStore: (store) => ({
        ...store,
        async append(conversation, ...turns) {
          if (turns.some((turn) => turn.kind === "person" && turn.text === "Second")) await slow.opened;
          return store.append(conversation, ...turns);
        },
      }),
    });
    for (const text of ["Second", "Third"]) bot.send(messageOf(text, { author: bob }), bot.surface);
    await bot.clock.pass(100);
    bot.send(commandOf("stop", { button: "stop" }), bot.surface); // the first answer alone
    await bot.clock.pass(5_000);
    bot.send(commandOf("stop"), bot.surface);
    await bot.clock.pass(100);
    slow.open();
    await bot.settle();
    expect(bot.model.prompts).toHaveLength(1);
    expect(bot.surface.responses).toEqual([expect.stringContaining("2 questions that waited")]);
  });

  test("by an edit that would make a message a question, and by the next edit after it no more", async () => {
    const bot = await openAnswering({ settings: { followThreads: false } });
    const theirs = messageOf("hello", { author: bob, sentAt: bot.clock.now() });
    bot.send(toEdit(theirs, "@Parley hello"), bot.surface);
    await bot.clock.pass(100);
    bot.send(commandOf("stop"), bot.surface);
    await bot.settle();
    expect(bot.model.prompts).toHaveLength(1);
    expect((await bot.memory()).at(-1)).toBe("Bob: @Parley hello");
    bot.send({ ...toEdit(theirs, "@Parley hello again"), id: eventId("second edit") }, bot.surface);
    await bot.settle();
    expect((await bot.memory()).slice(-2)).toEqual(["Bob: @Parley hello again", "bot (whole): Answer."]);
  });

  test("by an edit after it, though one from before it waits still", async () => {
    const bot = await openAnswering({ settings: { followThreads: false } });
    const theirs = messageOf("hello", { author: bob, sentAt: bot.clock.now() });
    bot.send(toEdit(theirs, "@Parley hello"), bot.surface);
    await bot.clock.pass(100);
    bot.surface.gate = new Promise((resolve) => void bot.clock.wait(5_000, new AbortController().signal).then(resolve));
    bot.send(commandOf("stop"), bot.surface);
    await bot.clock.pass(100);
    bot.send({ ...toEdit(theirs, "@Parley hello again"), id: eventId("second edit") }, bot.surface);
    await bot.settle();
    expect((await bot.memory()).slice(-2)).toEqual(["Bob: @Parley hello again", "bot (whole): Answer."]);
  });

  test("while the limits of a question are looked up", async () => {
    const bot = await open({ settings: { limits: { user: { requests: 1 } } } });
    const held = gate();
    const { get } = bot.core.usage;
    Object.assign(bot.core.usage, { get: (...args: Parameters<typeof get>) => held.opened.then(() => get(...args)) });
    bot.send(messageOf("First"), bot.surface);
    await bot.clock.pass(1_000);
    bot.send(commandOf("stop"), bot.surface);
    held.open();
    await bot.settle();
    expect(bot.model.prompts).toEqual([]);
    expect(bot.surface.responses).toEqual([
      expect.stringContaining("1 question that waited here will not be answered"),
    ]);
    bot.send(messageOf("It cost nothing"), bot.surface);
    await bot.settle();
    expect(bot.surface.texts).toEqual(["Answer."]);
  });

  test("in a word, where a question waits for another answer to its author, in a thread that is new to the bot", async () => {
    const bot = await open();
    hold(bot, 9);
    for (const at of [0, 1, 2, 3]) bot.send(messageOf(`Q${at}`, { place: inThread(at) }), bot.surface);
    await bot.clock.pass(1_000);
    for (const at of [3, 0, 1, 2]) bot.send(messageOf("stop", { place: inThread(at), via: "ambient" }), bot.surface);
    await bot.settle();
    expect(bot.model.prompts).toHaveLength(3);
    expect(bot.surface.responses).toEqual([
      expect.stringContaining("1 question that waited here will not be answered"),
    ]);
  });

  test("and told to those who waited, also where the last of them deletes their question", async () => {
    const bot = await openAnswering();
    const last = messageOf("Third");
    for (const message of [messageOf("Second", { author: bob }), last]) bot.send(message, bot.surface);
    await bot.clock.pass(100);
    bot.surface.gate = new Promise((resolve) => void bot.clock.wait(5_000, new AbortController().signal).then(resolve));
    bot.send(commandOf("stop"), bot.surface);
    const { place, message } = last;
    bot.send({ kind: "deleted", id: eventId("d"), threads: [place.thread], messages: [message] }, bot.surface);
    await bot.settle();
    expect(bot.surface.responses).toEqual([expect.stringContaining("2 questions that waited")]);
    expect((await bot.memory()).at(-1)).toBe("Bob: Second");
  });

  test.each([
    ["the way back to a question", commandOf("stop")],
    ["the way back to a question", messageOf("stop", { via: "ambient" })],
    ["what stands of its answer", commandOf("stop")],
  ])("while %s is looked for after a restart (%#)", async (what, stop) => {
    const bot = await open();
    const reply = { messages: [], making: true, text: "" };
    await bot.leave(messageOf("First", { recallKey: "o" }), { stage: { kind: "answering", how: "first" }, reply });
    const held = gate();
    Object.assign(bot.surface, { findOrphans: () => held.opened.then(() => []) });
    await bot.recover(async () => {
      if (what === "the way back to a question") await held.opened;
      return { surface: bot.surface, withdrawn: false };
    });
    await bot.clock.pass(1_000);
    await bot.receive(stop, bot.surface);
    held.open();
    await bot.settle();
    expect(bot.model.prompts).toEqual([]);
    expect(await bot.left()).toEqual([]);
  });

  test("by plain words that came in one burst, in a thread that the bot takes part in", async () => {
    const bot = await open();
    bot.send(messageOf("Join"), bot.surface);
    await bot.clock.pass(10_000);
    hold(bot, 9);
    for (const text of ["One", "Two", "Three"]) bot.send(messageOf(text, { via: "ambient" }), bot.surface);
    await bot.clock.pass(1_000);
    bot.send(commandOf("stop"), bot.surface);
    await bot.settle();
    expect(bot.model.prompts).toHaveLength(2);
    expect(bot.surface.responses).toEqual([expect.stringContaining("2 questions that waited")]);
  });

  test("by all that one press of “Try again” tries", async () => {
    const bot = await open({ settings: { resume: "close" } });
    for (const text of ["First", "Second"]) {
      const message = await bot.surface.create({ markdown: `${text} ▌`, controls: [], live: true });
      const reply = { messages: [message], making: false, text };
      await bot.leave(messageOf(text, { recallKey: "o" }), { stage: { kind: "answering", how: "first" }, reply });
    }
    const next = createBot(bot.nextCore());
    await next.recover(async () => ({ surface: bot.surface, withdrawn: false }));
    await bot.settle();
    hold(bot, 2);
    const pressed = next.receive(commandOf("retry"), bot.surface);
    await bot.clock.pass(1_000);
    await next.receive(commandOf("stop"), bot.surface);
    await bot.settle();
    await pressed;
    expect(bot.model.prompts).toHaveLength(1);
    const [first, second] = bot.surface.contents;
    expect(first?.markdown).toContain("Stopped");
    expect(second?.controls.map(({ command }) => command)).toEqual(["retry"]);
  });
});

test.each(["merge", "interrupt"] as const)(
  "%s: questions in pairs have no more than three of a person asked at once, and each is answered in the end",
  async (whileAnswering) => {
    const bot = await open({ settings: { whileAnswering } });
    const release = hold(bot, 3);
    for (const at of [0, 1, 2]) bot.send(messageOf(`Q${at}`, { place: inThread(at) }), bot.surface);
    await bot.clock.pass(500);
    for (const at of [3, 4, 5, 6])
      for (const text of ["One", "Two"]) bot.send(messageOf(text, { place: inThread(at) }), bot.surface);
    await bot.clock.pass(5_000);
    expect(bot.model.prompts).toHaveLength(3);
    release();
    await bot.settle();
    const four = [3, 4, 5, 6].map((at) => bot.memory(inThread(at).thread));
    for (const memory of await Promise.all(four)) expect(memory.at(-1)).toBe("bot (whole): Answer.");
    expect(await bot.left()).toEqual([]);
  },
);

test("merge: somebody's question is answered though the newer one beside it waits for its author's answers elsewhere", async () => {
  const bot = await open({ settings: { whileAnswering: "merge" } });
  hold(bot, 3);
  for (const at of [0, 1, 2]) bot.send(messageOf(`Q${at}`, { place: inThread(at) }), bot.surface);
  await bot.clock.pass(500);
  bot.send(messageOf("Bob's", { author: bob, place: inThread(3) }), bot.surface);
  bot.send(messageOf("Ada's", { place: inThread(3) }), bot.surface);
  await bot.clock.pass(10_000);
  expect(bot.surface.texts).toContain("Answer.");
});

test("300 words stop of one person are answered a few times, while the platform takes no more", async () => {
  const bot = await open();
  const held = gate();
  let said = 0;
  Object.assign(bot.surface, {
    respond: () => {
      said++;
      return held.opened;
    },
  });
  for (let at = 0; at < 300; at++) bot.send(messageOf("stop"), bot.surface);
  await bot.clock.pass(1_000);
  held.open();
  await bot.clock.pass(1_000);
  expect(said).toBe(20);
});
