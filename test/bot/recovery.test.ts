import { describe, expect, test } from "vitest";
import type { Recall } from "../../src/answering/retry-while-unavailable.ts";
import { createBot } from "../../src/bot.ts";
import type { Exchange } from "../../src/exchange/exchange.ts";
import { createExchangeRows } from "../../src/exchange/exchange-rows.ts";
import { createExchanges } from "../../src/exchange/exchanges.ts";
import { remember } from "../../src/memory/remember.ts";
import {
  type MessageEvent,
  type MessageId,
  messageId,
  noSurface,
  PlatformError,
  userId,
} from "../../src/port/index.ts";
import { withNotice } from "../../src/reply/notices.ts";
import { sentences } from "../../src/sentences/sentences.ts";
import { type BotTurn, StoreError } from "../../src/store/conversation-store.ts";
import { answered } from "../store/build-turn.ts";
import { ada, commandOf, messageOf } from "../support/build-event.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { gate, type OpenBotOptions, type OpenedBot, openBot } from "../support/open-bot.ts";
import { recordingLog } from "../support/recording-log.ts";
import type { RecordingSurface } from "../support/recording-surface.ts";

const asked = (text: string): MessageEvent => messageOf(text, { recallKey: "somewhere" });

/** A bot that begins where an earlier one was killed: same store, nothing in memory. */
async function restart(bot: OpenedBot, recall: Recall = async () => ({ surface: bot.surface, withdrawn: false })) {
  const next = createBot(bot.nextCore());
  await next.recover(recall);
  await bot.clock.pass(120_000);
  return next;
}

/** What a process leaves that was killed after it had shown this. */
async function killed(bot: OpenedBot, event: MessageEvent, shown: string, rest: Partial<Exchange> = {}) {
  const message = await bot.surface.create({
    markdown: `${shown} ▌`,
    controls: [{ command: "stop", label: "Stop" }],
    live: true,
  });
  const reply = { messages: [message], making: false, text: shown };
  await bot.leave(event, { stage: { kind: "answering", how: "first" }, reply, ...rest });
  return message;
}

test("what was begun is finished in the same message, and what waited comes after it in the order it was heard", async () => {
  const bot = await openBot();
  await killed(bot, asked("First"), "One");
  for (const text of ["Second", "Third"]) await bot.leave(asked(text));
  bot.model.script(["One two."], ["To the second."], ["To the third."]);
  await restart(bot);
  expect(bot.surface.texts).toEqual(["One two.", "To the second.", "To the third."]);
  expect(bot.surface.contents.flatMap(({ controls }) => controls)).toEqual([]);
  expect(await bot.memory()).toEqual([
    "Ada: First",
    "bot (whole): One two.",
    "Ada: Second",
    "bot (whole): To the second.",
    "Ada: Third",
    "bot (whole): To the third.",
  ]);
  expect(await bot.left()).toEqual([]);
});

test("a reader never sees less than before", async () => {
  const bot = await openBot();
  await killed(bot, asked("Count"), "One two three");
  bot.model.script(["1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "7 ", "8 ", "9 ", "done."]);
  await restart(bot);
  const lengths = bot.surface.writes.map(({ content }) => content.markdown.replace(" ▌", "").length);
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
});

test("a question that is in the memory already is not remembered twice", async () => {
  const bot = await openBot();
  const event = asked("First");
  await bot.store.append(await bot.store.open(event.place.thread), {
    kind: "person",
    message: event.message,
    author: event.author,
    text: "First",
    attachments: [],
    at: 0,
    tokens: 1,
  });
  await bot.leave(event);
  await restart(bot);
  expect(await bot.memory()).toEqual(["Ada: First", "bot (whole): Answer."]);
});

test("an answer that is in the memory stands, and is not given again", async () => {
  const bot = await openBot();
  const event = asked("First");
  await bot.receive(event, bot.surface).finally(() => undefined);
  await bot.leave(event); // as if the process had ended before it was done
  await restart(bot);
  expect(bot.model.prompts).toHaveLength(1);
  expect(bot.surface.texts).toEqual(["Answer."]);
  expect(await bot.left()).toEqual([]);
});

test("an answer of which only the last text was missing is written without asking the model again", async () => {
  const bot = await openBot();
  const event = asked("First");
  const outcome = { text: "One two.", ending: "whole", notice: undefined, aside: undefined, controls: [] } as const;
  await killed(bot, event, "One", { stage: { kind: "settling", how: "first", outcome } });
  await restart(bot);
  expect(bot.surface.texts).toEqual(["One two."]);
  expect(bot.model.prompts).toEqual([]);
  expect(await bot.memory()).toEqual(["Ada: First", "bot (whole): One two."]);
});

test("a message that was made without anybody being told is found, and written over", async () => {
  const bot = await openBot();
  const event = asked("First");
  const stray = await bot.surface.create({ markdown: "One ▌", controls: [], live: true });
  await bot.leave(event, {
    stage: { kind: "answering", how: "first" },
    reply: { messages: [], making: true, text: "" },
  });
  const surface = Object.assign(Object.create(bot.surface) as typeof bot.surface, {
    findOrphans: async () => [stray],
  });
  await restart(bot, async () => ({ surface, withdrawn: false }));
  expect(bot.surface.texts).toEqual(["Answer."]);
});

test("a question that was deleted meanwhile leaves nothing of its answer", async () => {
  const bot = await openBot();
  await killed(bot, asked("First"), "One");
  await restart(bot, async () => ({ surface: bot.surface, withdrawn: true }));
  expect(bot.surface.texts).toEqual([]);
  expect(bot.model.prompts).toEqual([]);
});

test("a question whose place is gone is given up", async () => {
  const bot = await openBot();
  await killed(bot, asked("First"), "One");
  await restart(bot, async () => undefined);
  expect(await bot.left()).toEqual([]);
  expect(bot.log.text()).toContain("a question is given up");
});

test("a platform that does not answer is asked again", async () => {
  const bot = await openBot();
  await killed(bot, asked("First"), "One");
  let calls = 0;
  await restart(bot, async () => {
    if (++calls < 3) throw new PlatformError("unavailable", "no answer");
    return { surface: bot.surface, withdrawn: false };
  });
  expect(bot.surface.texts).toEqual(["Answer."]);
});

test("new messages wait behind what is taken up again", async () => {
  const bot = await openBot();
  await killed(bot, asked("First"), "One");
  bot.model.script(["To the first."], ["To the new one."]);
  const next = createBot(bot.nextCore());
  const ready = Promise.withResolvers<void>();
  await next.recover(async () => {
    await ready.promise;
    return { surface: bot.surface, withdrawn: false };
  });
  const received = next.receive(asked("New"), bot.surface);
  await bot.clock.pass(5_000);
  expect(bot.model.prompts).toHaveLength(0);
  ready.resolve();
  await bot.clock.pass(30_000);
  await received;
  expect(bot.surface.texts).toEqual(["To the first.", "To the new one."]);
});

test("what is delivered again while it is taken up is not answered twice", async () => {
  const bot = await openBot();
  const event = asked("First");
  await killed(bot, event, "One");
  const next = await restart(bot);
  await next.receive(event, bot.surface);
  await bot.clock.pass(30_000);
  expect(bot.surface.texts).toEqual(["Answer."]);
  expect(bot.model.prompts).toHaveLength(1);
});

test("what had been begun to answer goes where its question was deleted, also where the store takes nothing", async () => {
  const wrapStore: OpenBotOptions["wrapStore"] = (store) => ({
    ...store,
    amend: () => Promise.reject(new StoreError("full", "no room")),
  });
  const bot = await openBot({ wrapStore });
  await killed(bot, asked("First"), "Half");
  await restart(bot, async () => ({ surface: bot.surface, withdrawn: true }));
  expect(bot.surface.texts).toEqual([]);
});

describe("an answer to another question that was stored after it", () => {
  /** Remembered in their order; the first was answered when the second was, after a kill, still to be asked. */
  async function answeredBehind(rest: Partial<BotTurn>) {
    const bot = await openBot();
    const [first, second] = [asked("First"), asked("Second")];
    for (const event of [second, first])
      await remember(event, await bot.core.channelResets.openAfterReset(event.place), bot.surface, bot.core);
    const turn = answered("To the first.", { messages: [messageId("other")], replyTo: first.message, ...rest });
    await bot.store.append(await bot.store.open(second.place.thread), turn);
    return { bot, second };
  }

  test("does not stand for its own", async () => {
    const { bot, second } = await answeredBehind({});
    await bot.leave(second, { stage: { kind: "answering", how: "first" } });
    await restart(bot);
    expect(bot.surface.texts).toEqual(["Answer."]);
    expect((await bot.turns()).at(-1)).toMatchObject({ text: "Answer.", replyTo: second.message });
    expect(await bot.left()).toEqual([]);
  });

  test("does not stand for what it had begun, also where an early version stored it", async () => {
    const { bot, second } = await answeredBehind({});
    await bot.store.amend(second.place.thread, [messageId("other")], (turn) =>
      answered(turn.text, { messages: [messageId("other")] }),
    );
    await killed(bot, second, "Half");
    await restart(bot);
    expect(bot.surface.texts).toEqual(["Answer."]);
    expect(bot.surface.contents.flatMap(({ controls }) => controls)).toEqual([]);
  });
});

describe("what is not answered by itself", () => {
  const tryAgain = [{ command: "retry", label: "Try again" }];

  test("with RESUME=close, what stands is kept, and a press on its button answers in place", async () => {
    const bot = await openBot({ settings: { resume: "close" } });
    const event = asked("First");
    await killed(bot, event, "One");
    const next = await restart(bot);
    expect(bot.surface.texts).toEqual([withNotice("One", sentences.answers.brokenOff)]);
    expect(bot.surface.contents.map(({ controls }) => controls)).toEqual([tryAgain]);
    expect(bot.model.prompts).toEqual([]);
    const { place, author } = event;
    const press = { kind: "command", place, author, name: "retry", options: {} } as const;
    void next.receive({ ...press, id: asked("press").id }, bot.surface);
    await bot.clock.pass(60_000);
    expect(bot.surface.texts).toEqual(["Answer."]);
    void next.receive({ ...press, id: asked("press").id }, bot.surface);
    await bot.clock.pass(60_000);
    expect(bot.surface.responses.join()).toContain("nothing to try again");
  });

  test("a press is heard from the moment its button stands", async () => {
    const bot = await openBot({ settings: { resume: "close" } });
    const event = asked("First");
    await killed(bot, event, "One");
    const { place, author } = event;
    const next = createBot(bot.nextCore());
    const quick: RecordingSurface = {
      ...bot.surface,
      async edit(id, content) {
        await bot.surface.edit(id, content);
        if (content.controls.some(({ command }) => command === "retry"))
          void next.receive(
            { kind: "command", place, author, name: "retry", options: {}, id: asked("").id },
            bot.surface,
          );
      },
    };
    await next.recover(async () => ({ surface: quick, withdrawn: false }));
    await bot.clock.pass(120_000);
    expect(bot.surface.responses).toEqual([]);
    expect(bot.surface.texts).toEqual(["Answer."]);
  });

  test("what was answered after it does not keep it from being tried again, nor reach the model with it", async () => {
    const bot = await openBot({ settings: { resume: "close" } });
    const event = asked("First");
    await remember(event, await bot.core.channelResets.openAfterReset(event.place), bot.surface, bot.core);
    await killed(bot, event, "One");
    const next = await restart(bot);
    void next.receive(asked("Second"), bot.surface);
    await bot.clock.pass(60_000);
    bot.model.script(["To the first."]);
    const { place, author } = event;
    void next.receive({ kind: "command", place, author, name: "retry", options: {}, id: asked("").id }, bot.surface);
    await bot.clock.pass(60_000);
    expect(bot.surface.texts).toEqual(["To the first.", "Answer."]);
    expect(bot.model.prompts.at(-1)?.messages.at(-1)?.content).toContain("First");
  });

  test("what was left to it waits with it, and is not answered beside it", async () => {
    const bot = await openBot({ settings: { resume: "close", whileAnswering: "merge" } });
    const [first, second] = [asked("First"), asked("Second")];
    for (const event of [first, second])
      await remember(event, await bot.core.channelResets.openAfterReset(event.place), bot.surface, bot.core);
    await bot.leave(first, { stage: { kind: "covered" } });
    await killed(bot, second, "Half");
    const next = await restart(bot);
    expect(bot.model.prompts).toEqual([]);
    void next.receive(commandOf("retry"), bot.surface);
    await bot.clock.pass(60_000);
    expect(bot.surface.texts).toEqual(["Answer."]);
    expect(bot.model.prompts).toHaveLength(1);
    expect(JSON.stringify(bot.model.prompts)).toMatch(/First.*Second/);
    expect([await bot.left(), await bot.offered()]).toEqual([[], []]);
  });

  test("being tried again counts like a question, and waits where the limit is used up", async () => {
    const bot = await openBot({ settings: { resume: "close", limits: { user: { requests: 1 } } } });
    const event = asked("First");
    await remember(event, await bot.core.channelResets.openAfterReset(event.place), bot.surface, bot.core);
    await killed(bot, event, "One");
    const next = await restart(bot);
    void next.receive(asked("Second"), bot.surface);
    await bot.clock.pass(60_000);
    const { place, author } = event;
    void next.receive({ kind: "command", place, author, name: "retry", options: {}, id: asked("").id }, bot.surface);
    await bot.clock.pass(60_000);
    expect(bot.model.prompts).toHaveLength(1);
    expect(bot.surface.responses.join()).toContain("your daily limit of 1 question");
    expect(await bot.offered(place.thread)).toHaveLength(1);
    expect(bot.surface.contents[0]?.controls).toEqual(tryAgain);
  });

  test("a question that is sent again meanwhile can still be tried again", async () => {
    const bot = await openBot({ settings: { resume: "close" } });
    const event = asked("First");
    await killed(bot, event, "One");
    await restart(bot);
    const next = await restart(bot);
    void next.receive(event, bot.surface);
    await bot.clock.pass(60_000);
    expect(await bot.offered(event.place.thread)).toHaveLength(1);
    expect(bot.surface.texts).toEqual([withNotice("One", sentences.answers.brokenOff)]);
  });

  test("a press where there is no way back any more says so", async () => {
    const bot = await openBot({ settings: { resume: "close" } });
    const event = asked("First");
    await bot.leave(event, { stage: { kind: "offered" } });
    const next = await restart(bot, async () => undefined);
    const { place, author } = event;
    void next.receive({ kind: "command", place, author, name: "retry", options: {}, id: asked("").id }, bot.surface);
    await bot.clock.pass(60_000);
    expect(bot.surface.responses.join()).toContain("nothing to try again");
  });

  test("with RESUME=close, a question of which nothing stands is answered", async () => {
    const bot = await openBot({ settings: { resume: "close" } });
    await bot.leave(asked("First"));
    await restart(bot);
    expect(bot.surface.texts).toEqual(["Answer."]);
  });

  test("a question that ended the process three times is left to a person", async () => {
    const bot = await openBot();
    await killed(bot, asked("First"), "One", { tries: 3 });
    await restart(bot);
    expect(bot.surface.contents.map(({ controls }) => controls)).toEqual([tryAgain]);
    expect(bot.model.prompts).toEqual([]);
  });

  test("a question of the day before is left to a person", async () => {
    const bot = await openBot();
    await killed(bot, asked("First"), "One");
    await bot.clock.pass(25 * 60 * 60_000);
    await restart(bot);
    expect(bot.surface.contents.map(({ controls }) => controls)).toEqual([tryAgain]);
  });
});

test("a question that its adapter could not find again is not stored", async () => {
  const bot = await openBot();
  const { recallKey: _, ...event } = asked("First");
  const { exchanges } = bot.core;
  await exchanges.add(event, true)?.noted();
  await exchanges.add(asked("Talk"), false)?.noted();
  expect(await bot.left()).toEqual([]);
});

test("a question comes back from the store as it was, but for the thread's name, which may be somebody's words", async () => {
  const bot = await openBot();
  const event: MessageEvent = {
    ...asked("First"),
    place: {
      ...asked("").place,
      roles: ["r1"],
      whoMay: { channel: "its maker" },
      isInbox: true,
      serverNoun: "workspace",
      idsPerServer: true,
    },
    quote: { author: "Bob", id: userId("u-bob"), text: "Before", own: false },
    attachments: [{ name: "a.txt", mediaType: "text/plain", bytes: 3, url: "https://cdn.test/a.txt", text: "abc" }],
    viaCommand: true,
    quotedQuestion: "> First",
  };
  await bot.leave(event);
  const { channelName: _, ...place } = event.place;
  expect((await bot.left()).map(({ question }) => question)).toEqual([{ ...event, place }]);
});

test("what cannot be written costs no answer, and is named in the log", async () => {
  const log = recordingLog();
  const full = () => Promise.reject(new Error("the disk is full"));
  const live = createExchanges({ set: full, delete: full, all: full }, createManualClock(), log).add(
    asked("First"),
    true,
  );
  await live?.happen({ kind: "turn-came" });
  await live?.happen({ kind: "made", message: messageId("m1") });
  expect(live?.now.reply.messages).toEqual(["m1"]);
  expect(log.text()).toContain("could not be stored and will be retried");
});

describe("of somebody who does not want to be remembered", () => {
  async function killedUnremembered() {
    const bot = await openBot();
    const event = asked("My secret");
    await bot.core.optOuts.add({ id: event.author.id });
    await killed(bot, event, "Half of it");
    return bot;
  }

  test("what is stored has ids alone", async () => {
    const bot = await killedUnremembered();
    const [left] = await bot.left();
    expect(JSON.stringify(left)).not.toMatch(/secret|Half|Ada"/);
    expect(left?.reply.messages).toHaveLength(1);
  });

  test("an answer that a crash broke off ends with a notice and without a button", async () => {
    const bot = await killedUnremembered();
    await restart(bot);
    expect(bot.surface.texts).toEqual([withNotice("", sentences.answers.unremembered)]);
    expect(bot.surface.contents.flatMap(({ controls }) => controls)).toEqual([]);
    expect(bot.model.prompts).toEqual([]);
    expect(await bot.left()).toEqual([]);
  });
});

test("with RESUME=close, a question without a word of its answer is left to the next run by the bot's own end", async () => {
  const bot = await openBot({ settings: { resume: "close" } });
  bot.model.script([{ until: gate().opened }], ["Late, but here."]);
  const received = bot.receive(asked("First"), bot.surface);
  await bot.clock.pass(3_000);
  const closing = bot.close();
  await bot.clock.pass(3_000);
  await Promise.all([closing, received]);
  expect(bot.surface.texts).toEqual([]);
  await restart(bot);
  expect(bot.surface.texts).toEqual(["Late, but here."]);
});

test("who wished to be forgotten is forgotten after a crash, too", async () => {
  const bot = await openBot();
  await bot.receive(messageOf("My secret"), bot.surface).finally(() => bot.clock.pass(1_000));
  expect(await bot.memory()).toHaveLength(2);
  const never = new Promise<never>(() => undefined); // the process ends here
  void bot.core.erasure.person({ id: ada.id }, { exclusive: () => never, pause: () => never });
  await bot.clock.pass(1_000);
  expect(await bot.memory()).toHaveLength(2);
  await restart(bot);
  expect(await bot.memory()).toEqual([]);
  await restart(bot); // the wish is done
  expect(bot.log.text()).not.toContain("forgotten");
});

describe("looking for a message that nobody noted", () => {
  /** Killed between making a message and noting it. */
  const making = (bot: OpenedBot) =>
    bot.leave(asked("First"), {
      stage: { kind: "answering", how: "first" },
      reply: { messages: [], making: true, text: "" },
    });
  const looking = (bot: OpenedBot, findOrphans: () => Promise<readonly MessageId[]>): Recall => {
    const surface = Object.assign(Object.create(bot.surface) as typeof bot.surface, { findOrphans });
    return async () => ({ surface, withdrawn: false });
  };

  test.each(["unavailable", "rate-limited"] as const)("is tried again where it is %s", async (code) => {
    const bot = await openBot();
    await making(bot);
    let looks = 0;
    await restart(
      bot,
      looking(bot, async () => {
        if (++looks < 3) throw new PlatformError(code, "not now", { retryAfterMs: 5_000 });
        return [];
      }),
    );
    expect([looks, bot.surface.texts, bot.surface.responses]).toEqual([3, ["Answer."], []]);
  });

  test("costs no answer where it is not allowed", async () => {
    const bot = await openBot();
    await making(bot);
    await restart(
      bot,
      looking(bot, () => Promise.reject(new PlatformError("forbidden", "missing_scope"))),
    );
    expect(bot.surface.texts).toEqual(["Answer."]);
  });
});

test("whoever may not talk to the bot is not answered after a restart either", async () => {
  const bot = await openBot({ settings: { access: { allow: [], deny: [[{ kind: "user", id: "u-ada" }]] } } });
  await bot.close();
  await bot.receive(asked("First"), bot.surface);
  expect(await bot.left()).toEqual([]);
});

test("a part of an answer that somebody takes away before it is written over leaves none of the others standing", async () => {
  const bot = await openBot();
  const event = asked("First");
  const first = await bot.surface.create({ markdown: "One", controls: [], live: true });
  const second = await bot.surface.create({ markdown: "Two ▌", controls: [], live: true });
  const reply = { messages: [first, second], making: false, text: "One" };
  await bot.leave(event, { stage: { kind: "answering", how: "first" }, reply });
  const { opened, open } = gate();
  bot.model.script([{ until: opened }, "One two."]);
  const next = await restart(bot);
  await bot.surface.remove(first);
  const { thread } = event.place;
  const deletion = { kind: "deleted", id: asked("").id, messages: [first], threads: [thread] } as const;
  void next.receive(deletion, noSurface);
  await bot.clock.pass(5_000);
  open();
  await bot.clock.pass(30_000);
  expect(bot.surface.texts).toEqual([]);
  expect(await bot.memory()).toEqual(["Ada: First", "bot (stopped): "]);
});

test("what is answered after a restart counts towards the limits of the day, and none of them ends it", async () => {
  const bot = await openBot({ settings: { limits: { user: { requests: 1 } } } });
  void bot.receive(asked("First"), bot.surface);
  await bot.clock.pass(30_000);
  const event = asked("Second");
  await remember(event, await bot.core.channelResets.openAfterReset(event.place), bot.surface, bot.core);
  await killed(bot, event, "An");
  await restart(bot);
  expect(bot.surface.texts).toEqual(["Answer.", "Answer."]);
  const used: number[] = [];
  for await (const [, { requests }] of bot.core.usage.entries()) used.push(requests);
  expect(used).toEqual([2]);
});

test("what can never be taken up is not kept for ever", async () => {
  const lives: (number | undefined)[] = [];
  const set = async (_: string, __: unknown, ttlMs?: number) => void lives.push(ttlMs);
  const records = { get: async () => undefined, set, delete: async () => undefined, entries: async function* () {} };
  const rowsOf = (keptMs: number | undefined) =>
    createExchangeRows({ questions: records, stages: records, toStored: async (one) => one, retention: { keptMs } });
  const dayMs = 24 * 60 * 60_000;
  const left = await (await openBot()).leave(asked("Long ".repeat(500)), { stage: { kind: "offered" } });
  await rowsOf(undefined).set(left);
  await rowsOf(2 * dayMs).set(left);
  expect(lives).toEqual([7 * dayMs, 8 * dayMs, 2 * dayMs, 3 * dayMs]);
});

test("a question that waits to be tried again goes when it is deleted", async () => {
  const bot = await openBot({ settings: { resume: "close" } });
  const event = asked("A secret");
  await killed(bot, event, "One");
  const next = await restart(bot);
  const { thread } = event.place;
  await next.receive({ kind: "deleted", id: asked("").id, messages: [event.message], threads: [thread] }, noSurface);
  expect(await bot.offered()).toEqual([]);
});

test("an answer that begins after the time for answers is over is left to the next run", async () => {
  const slow = gate();
  let isSlow = false;
  const wrapStore: OpenBotOptions["wrapStore"] = (store) => ({
    ...store,
    async open(thread) {
      if (isSlow) await slow.opened;
      return store.open(thread);
    },
  });
  const bot = await openBot({ settings: { finishMs: 1_000 }, wrapStore });
  isSlow = true;
  bot.model.script(["Half ", { until: gate().opened }]);
  void bot.receive(asked("First"), bot.surface);
  await bot.clock.pass(0);
  let isClosed = false;
  void bot.close().then(() => {
    isClosed = true;
  });
  await bot.clock.pass(2_000);
  slow.open();
  await bot.clock.pass(5_000);
  expect([isClosed, (await bot.left()).length]).toEqual([true, 1]);
});

test("being ended as it should, however often, gives no question up", async () => {
  const bot = await openBot();
  await killed(bot, asked("First"), "One");
  for (let time = 1; time <= 4; time++) {
    bot.model.script([{ until: gate().opened }]);
    const next = createBot(bot.nextCore());
    await next.recover(async () => ({ surface: bot.surface, withdrawn: false }));
    await bot.clock.pass(5_000);
    const closed = next.close();
    await bot.clock.pass(5_000);
    await closed;
  }
  await restart(bot);
  expect(bot.surface.texts).toEqual(["Answer."]);
});
