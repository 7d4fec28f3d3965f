import { describe, expect, test } from "vitest";
import { createBot } from "../../src/bot.ts";
import { createExchanges } from "../../src/exchange/exchanges.ts";
import { controlCommands, eventId, type MessageEvent, threadId, userId } from "../../src/port/index.ts";
import type { Outcome } from "../../src/reply/outcome.ts";
import { StoreError } from "../../src/store/conversation-store.ts";
import { commandOf, messageOf, placeOf } from "../support/build-event.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { gate, openBot } from "../support/open-bot.ts";
import { recordingLog } from "../support/recording-log.ts";
import { answerTo, check, type Life, live, type Step, type Ways } from "./life.ts";

/** "say0 wait3": what is done, each with what to it is done, or for how long (half seconds). Ada is 0, Bob 1. */
const stepsIn = (line: string): readonly Step[] =>
  line.split(" ").map((one) => ({ act: one.replace(/\d$/, ""), which: Number(one.at(-1)) }) as Step);

const usual: Ways = { place: "thread", whileAnswering: "queue", resume: "retry" };

async function lived(line: string, ways: Partial<Ways> = {}): Promise<Life> {
  const life = await live(stepsIn(line), { ...usual, ...ways });
  check(life);
  return life;
}

/** What stands, and what would where answers stood to these questions, in as many messages as it takes. */
const shown = ({ shown }: Life) => shown.map(({ markdown }) => markdown).join("");
const answersTo = (...numbers: readonly number[]) => numbers.map((number) => answerTo(`text ${number} end`)).join("");
const asked = ({ prompts }: Life) => prompts.map(({ question }) => /\d+/.exec(question)?.[0]);

describe("a kill", () => {
  test("while an edited question is answered anew, and another waits: both are answered, in their order", async () => {
    const life = await lived("say0 wait3 say1 edit0 wait3 kill0 wait9");
    expect(shown(life)).toBe(answersTo(4, 3));
    expect(asked(life)).toEqual(["1", "4", "4", "3"]);
  });

  test.each(["delete0", "edit0"])(
    "right after somebody took words away (%s): no later prompt has them",
    async (change) => {
      const life = await lived(`say0 wait9 wait9 say1 wait2 ${change} kill0 wait9 wait9 say1`);
      expect(life.gone.map(({ text }) => text)).toEqual(["text 1 end"]);
      expect(life.prompts.filter(({ text }) => text.includes("text 1 end"))).toHaveLength(2); // both before
    },
  );

  test("merge: a question that was left to a newer one is answered where that one is gone", async () => {
    const life = await lived("say0 wait3 say0 say0 wait9 wait1 miss2 kill0", { whileAnswering: "merge" });
    expect(shown(life).endsWith(answersTo(3))).toBe(true);
  });

  test("while a question that was left to a deleted one is answered after all: it is finished in place", async () => {
    const life = await lived("say0 say0 say0 delete5 wait2 kill0 wait9", { whileAnswering: "interrupt" });
    expect(shown(life)).toBe(answersTo(2)); // with the first in view, as without a kill
  });

  test("merge: what waited is answered together, as without a kill", async () => {
    const life = await lived("say0 wait3 say0 say0 kill0 wait9 wait9", { whileAnswering: "merge" });
    expect(shown(life)).toBe(answersTo(1, 4));
  });

  test("right after a stop that was acknowledged: the model is not asked again, and what stands says so", async () => {
    const life = await lived("say0 wait3 stop0 kill0 wait9");
    expect(asked(life)).toEqual(["1"]);
    expect(shown(life)).toMatch(/^re1\.0 .*Stopped/s);
  });

  test("right after a stop of questions that wait: none of them is answered", async () => {
    const life = await lived("say0 wait3 say0 say1 stop0 kill0 wait9");
    expect(asked(life)).toEqual(["1"]);
  });

  test("interrupt: what gave way to a newer question is not answered where both are stopped right after", async () => {
    const ways = { ...usual, whileAnswering: "interrupt" } as const;
    const life = await live(stepsIn("say0 say0 stop0 wait9"), ways, { point: 4, when: "after" });
    check(life);
    expect(asked(life)).toEqual(["1"]); // before the kill
    expect(shown(life)).toBe("");
  });

  test("where the clock went back between two questions: both are answered, in the order in which they were said", async () => {
    const life = await lived("say0 wait3 jump0 say0 kill0 wait9");
    expect(shown(life)).toBe(answersTo(1, 4));
  });

  test("as an answer is stored whose question was edited meanwhile: where that is stopped, no word of the answer is remembered", async () => {
    const life = await live(stepsIn("say0 wait9 edit0 say0 stop0"), usual, { point: 30, when: "after" });
    check(life);
    expect(shown(life)).toMatch(/Stopped/);
    expect(life.turns.map(({ text }) => text).join()).not.toContain("re1.");
  });

  test("as an edited question's answer is made ready to be written over: where that is stopped, no place is left for it", async () => {
    const life = await live(stepsIn("say0 wait1 wait9 edit0 stop0 say0"), usual, { point: 29, when: "after" });
    check(life);
    expect(shown(life)).toMatch(/Stopped/);
  });

  test("right after a question was deleted in mid-answer: nothing of the answer stands", async () => {
    expect(shown(await lived("say0 wait3 delete0 kill0 wait9"))).toBe("");
  });
});

test("a stop ends also what was stopped while it waited, and was edited since", async () => {
  const bot = await openBot();
  bot.model.script(["One ", { until: new Promise(() => undefined) }]);
  const held = gate();
  bot.surface.gate = held.opened; // the first answer's end is long in coming
  const received = [bot.receive(messageOf("First"), bot.surface)];
  await bot.clock.pass(1_000);
  const { kind: _, ...second } = messageOf("Second");
  received.push(bot.receive({ ...second, kind: "message" }, bot.surface));
  received.push(bot.receive(commandOf("stop"), bot.surface));
  await bot.clock.pass(100);
  const edit = { ...second, kind: "edited", id: eventId("edit of it"), of: second.id, text: "Other words" } as const;
  received.push(bot.receive(edit, bot.surface));
  await bot.clock.pass(100);
  received.push(bot.receive(commandOf("stop"), bot.surface));
  await bot.clock.pass(100);
  held.open();
  await bot.clock.pass(60_000);
  await Promise.all(received);
  expect(bot.model.prompts).toHaveLength(1);
});

test("a thousand edits while the store is slow are few writes, and the last words are stored", async () => {
  const held = gate();
  const stored: string[] = [];
  const set = async ({ question }: { readonly question: MessageEvent }) => {
    await held.opened;
    stored.push(question.text);
  };
  const rows = { set, delete: async () => undefined, all: async () => [] };
  const question = messageOf("First", { recallKey: "o" });
  const live = createExchanges(rows, createManualClock(), recordingLog()).add(question, true) ?? expect.fail();
  for (let at = 0; at < 1_000; at++) void live.happen({ kind: "edited", now: { ...question, text: `Edit ${at}` } });
  held.open();
  await live.noted();
  expect(stored.at(-1)).toBe("Edit 999");
  expect(stored.length).toBeLessThanOrEqual(2);
});

test("what the store did not take is written once it can, as it is by then, and what is done goes", async () => {
  let isFull = true;
  const rows = new Map<string, string>();
  const full = () => (isFull ? Promise.reject(new StoreError("full", "no room")) : Promise.resolve());
  const clock = createManualClock();
  const store: Parameters<typeof createExchanges>[0] = {
    set: async ({ id, stage }) => void (await full().then(() => rows.set(id, stage.kind))),
    delete: async (id) => void (await full().then(() => rows.delete(id))),
    all: async () => [],
  };
  const exchanges = createExchanges(store, clock, recordingLog());
  const [first, second] = ["One", "Two"].map((text) => messageOf(text, { recallKey: "o" }));
  const lives = [first, second].map((question) => exchanges.add(question ?? expect.fail(), true) ?? expect.fail());
  await clock.pass(10_000);
  await lives[0]?.happen({ kind: "turn-came" });
  await lives[0]?.happen({ kind: "stop", reason: "person" });
  expect(rows.size).toBe(0);
  isFull = false;
  await clock.pass(60_000);
  expect([...rows.values()]).toEqual(["stopped", "waiting"]);

  isFull = true;
  await lives[0]?.happen({ kind: "done" });
  isFull = false;
  await clock.pass(60_000);
  expect([...rows.values()]).toEqual(["waiting"]);

  isFull = true;
  await lives[1]?.happen({ kind: "turn-came" });
  await lives[1]?.happen({ kind: "done" });
  isFull = false;
  exchanges.reopen(second ?? expect.fail()).keep(); // it was edited: the row is its own from here on
  await clock.pass(60_000);
  expect([...rows.values()]).toEqual(["waiting"]);
});

test("of a channel that is forgotten, what waits to be tried again goes also where its thread holds nothing yet", async () => {
  const bot = await openBot();
  await bot.leave(messageOf("A secret", { recallKey: "o" }), { stage: { kind: "offered" } });
  await bot.recover(async () => ({ surface: bot.surface, withdrawn: false }));
  await bot.receive(
    commandOf("forget thread", { channelWide: true, place: placeOf({ authority: ["channel"] }) }),
    bot.surface,
  );
  expect(await bot.offered()).toEqual([]);
});

describe("while the process ends", () => {
  const asked = messageOf("Capital of Italy?", { recallKey: "o" });
  async function openEnding() {
    const bot = await openBot({ settings: { finishMs: 5_000 } });
    bot.model.script(["Ro", { until: new Promise(() => undefined) }]);
    const received = [bot.receive(asked, bot.surface)];
    await bot.clock.pass(2_000);
    received.push(bot.close());
    await bot.clock.pass(1_000);
    const next = async () => {
      await bot.clock.pass(20_000);
      await Promise.all(received);
      const one = createBot(bot.nextCore());
      await one.recover(async () => ({ surface: bot.surface, withdrawn: false }));
      await bot.clock.pass(20_000);
    };
    return { bot, received, next };
  }

  test("an edit is heard: the next process answers what it says by then", async () => {
    const { bot, received, next } = await openEnding();
    const { kind: _, ...words } = asked;
    const now = { ...words, kind: "edited", id: eventId("edit"), of: asked.id, text: "Capital of France?" } as const;
    received.push(bot.receive(now, bot.surface));
    bot.model.script(["Paris."]);
    await next();
    expect([bot.surface.texts, await bot.memory()]).toEqual([
      ["Paris."],
      ["Ada: Capital of France?", "bot (whole): Paris."],
    ]);
  });

  test.each([
    ["as a command", () => commandOf("stop")],
    ["in a word", () => messageOf("stop")],
  ])("a stop %s is heard: the next process says nothing more", async (_, stop) => {
    const { bot, received, next } = await openEnding();
    received.push(bot.receive(stop(), bot.surface));
    await next();
    expect(bot.model.prompts).toHaveLength(1);
    expect(bot.surface.texts).toEqual([expect.stringMatching(/^Ro[\s\S]*Stopped/)]);
  });
});

test("a question that failed before its turn came is not answered after the next start", async () => {
  let isDown = true;
  const bot = await openBot({
    wrapStore: (store) => ({
      ...store,
      open: (thread) => (isDown ? Promise.reject(new StoreError("unread", "no disk")) : store.open(thread)),
    }),
  });
  await bot.receive(messageOf("Hello?", { recallKey: "o" }), bot.surface);
  expect(bot.surface.responses).toHaveLength(1);
  expect(await bot.left()).toEqual([]);
  isDown = false;
  expect(bot.core.exchanges.in(placeOf().thread)).toEqual([]);
});

test.each([
  ["a thread", {}],
  ["a channel", { channelWide: true, place: placeOf({ authority: ["channel"] }) }],
] as const)("once the memory of %s is cleared, what waits to be tried again is not tried again", async (_, how) => {
  const bot = await openBot();
  await bot.leave(messageOf("A secret", { recallKey: "o" }), { stage: { kind: "offered" } });
  await bot.recover(async () => ({ surface: bot.surface, withdrawn: false }));
  await bot.receive(commandOf("reset", how), bot.surface);
  expect(await bot.offered()).toEqual([]);
  await bot.receive(commandOf("retry"), bot.surface);
  expect([bot.model.prompts, bot.surface.responses.at(-1)]).toEqual([
    [],
    expect.stringContaining("nothing to try again"),
  ]);
});

test("an answer with any button that there is can be stored before its last text", async () => {
  const bot = await openBot();
  for (const command of controlCommands) {
    const controls = [{ command, label: "Press" }];
    const outcome: Outcome = { text: "One", ending: "length", notice: undefined, aside: undefined, controls };
    const { id } = await bot.leave(messageOf("q", { recallKey: "o" }), {
      stage: { kind: "settling", how: "first", outcome },
    });
    expect((await bot.left()).find((one) => one.id === id)?.stage).toMatchObject({ outcome: { controls } });
  }
});

describe("in a channel", () => {
  const channel = placeOf({ kind: "channel", thread: threadId("test:channel") });
  const names = ["Ann", "Ben", "Cy", "Dan", "Eve"];
  const askedBy = (name: string, at: number) =>
    messageOf(`Question ${at}`, { place: channel, author: { id: userId(`u-${name}`), name } });

  test("five people are answered at the same time, each with what stood; the memory has the order of the questions", async () => {
    const bot = await openBot();
    const held = names.map(() => gate());
    bot.model.script(...held.map(({ opened }, at) => [{ until: opened }, `Answer ${at}`]));
    const received = names.map((name, at) => bot.receive(askedBy(name, at), bot.surface));
    await bot.clock.pass(1_000);
    expect(bot.model.prompts).toHaveLength(5);
    for (const [at, prompt] of bot.model.prompts.entries()) {
      const text = JSON.stringify(prompt.messages);
      expect(text).toContain(`Question ${at}`);
      expect(text).not.toContain(`Question ${at + 1}`);
    }
    for (const { open } of held.toReversed()) {
      open();
      await bot.clock.pass(1_000);
    }
    await bot.clock.pass(30_000);
    await Promise.all(received);
    expect(await bot.memory(channel.thread)).toEqual(
      names.flatMap((name, at) => [`${name}: Question ${at}`, `bot (whole): Answer ${at}`]),
    );
  });

  test("what is being answered meanwhile is not answered twice: the model is told so", async () => {
    const bot = await openBot();
    const held = gate();
    bot.model.script([{ until: held.opened }, "To Ann."], ["To Ben."]);
    const received = [bot.receive(askedBy("Ann", 0), bot.surface)];
    await bot.clock.pass(1_000);
    received.push(bot.receive(askedBy("Ben", 1), bot.surface));
    await bot.clock.pass(1_000);
    const [, , said] = bot.model.prompts[1]?.messages ?? [];
    expect(bot.model.prompts[1]?.messages).toHaveLength(2);
    expect(said).toBeUndefined();
    expect(bot.model.prompts[1]?.messages[1]?.content).toMatch(/Question 0[\s\S]*being answered[\s\S]*Question 1/);
    held.open();
    await bot.clock.pass(30_000);
    await Promise.all(received);
  });
});
