import { expect, test } from "vitest";
import { questionRecord, stageRecord } from "../../src/exchange/exchange-record.ts";
import { createExchangeRows } from "../../src/exchange/exchange-rows.ts";
import { messageId } from "../../src/port/index.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { messageOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";
import { recordingLog } from "../support/recording-log.ts";

/** Counts what is written of each kind. */
async function openRows() {
  const store = await openStore("sqlite://:memory:", recordingLog());
  const [questions, stages] = [store.records("journal", questionRecord), store.records("progress", stageRecord)];
  const written = { questions: 0, stages: 0 };
  const counting = <T extends typeof questions | typeof stages>(records: T, name: keyof typeof written): T => ({
    ...records,
    set: (...args: Parameters<T["set"]>) => {
      written[name]++;
      return (records.set as (...all: unknown[]) => Promise<void>)(...args);
    },
  });
  const open = () =>
    createExchangeRows({
      questions: counting(questions, "questions"),
      stages: counting(stages, "stages"),
      toStored: async (exchange) => exchange,
      retention: { keptMs: undefined },
    });
  return { store, questions, stages, open, written };
}

const answering = { kind: "answering", how: "first" } as const;
const shown = (text: string) => ({ messages: [messageId("m1")], making: false, text });

test.each([
  ["short", { questions: 3, stages: 0 }],
  ["long", { questions: 1, stages: 2 }],
])("a %s question comes back as it was, and is written again only where that costs little", async (kind, count) => {
  const { store, open, written } = await openRows();
  const text = kind === "short" ? "Why?" : "Why? ".repeat(1_000);
  const one = await (await openBot()).leave(messageOf(text, { recallKey: "o" }));
  const rows = open();
  await rows.set(one);
  for (const said of ["Be", "Because"]) await rows.set({ ...one, stage: answering, reply: shown(said), tries: 2 });
  expect(written).toEqual(count);
  expect(await open().all()).toEqual([{ ...one, stage: answering, reply: shown("Because"), tries: 2 }]);
  const next = open();
  await next.all();
  await next.delete(one.id);
  expect(await open().all()).toEqual([]);
  await store.close();
});

test("a question that an edit made short, or long, reads as it was written last", async () => {
  const { store, stages, open } = await openRows();
  const one = await (await openBot()).leave(messageOf("Why? ".repeat(1_000), { recallKey: "o" }));
  const rows = open();
  await rows.set({ ...one, stage: answering, reply: shown("first") });
  const brief = { ...one, question: { ...one.question, text: "Why?" }, stage: answering, reply: shown("second") };
  await rows.set(brief);
  expect(await open().all()).toEqual([brief]);
  expect(await stages.get(one.id)).toBeUndefined(); // its words are nowhere else
  const long = { ...one, stage: answering, reply: shown("third") };
  await rows.set(long);
  expect(await open().all()).toEqual([long]);
  await store.close();
});

test("rows of the first kind are read as they are, in their order, and before all others", async () => {
  const { store, questions, stages, open } = await openRows();
  const [first, second, parked, settled] = ["First", "Second", "Parked", "Settled"].map((text) =>
    messageOf(text, { recallKey: "o" }),
  );
  const raw = { questions: questions as unknown as Raw, stages: stages as unknown as Raw };
  const at = Date.UTC(2026, 10, 1);
  for (const [event, order] of [
    [second, 12],
    [first, 11],
    [parked, 13],
    [settled, 14],
  ] as const)
    await raw.questions.set(event?.id ?? "", { v: 1, event, at, order });
  const begun = { v: 1, tries: 1, messages: ["m1"], making: true, text: "One", parked: false };
  await raw.stages.set(first?.id ?? "", begun);
  await raw.stages.set(parked?.id ?? "", { ...begun, making: false, parked: true });
  const outcome = { text: "One.", ending: "whole", controls: [] };
  await raw.stages.set(settled?.id ?? "", { ...begun, making: false, outcome });
  const newer = await (await openBot()).leave(messageOf("Newer", { recallKey: "o" }));
  await open().set({ ...newer, seq: 1 });
  const all = await open().all();
  expect(all.map(({ question, stage, tries }) => [question.text, stage.kind, tries])).toEqual([
    ["First", "answering", 1],
    ["Second", "waiting", 0],
    ["Parked", "offered", 1],
    ["Settled", "settling", 1],
    ["Newer", "waiting", 0],
  ]);
  expect(all[0]?.reply).toEqual({ messages: ["m1"], making: true, text: "One" });
  await store.close();
});

test("names that earlier versions gave to fields and values are read as today's", async () => {
  const { store, questions, open } = await openRows();
  const event = messageOf("Old", { via: "ambient", recallKey: "o", quotedQuestion: "> Old" });
  const place = placeOf({ kind: "new-thread", idsPerServer: true, isInbox: true });
  const stored = {
    ...event,
    via: "overheard",
    origin: "o",
    heading: "> Old",
    asked: true,
    recallKey: undefined,
    quotedQuestion: undefined,
    place: { ...place, kind: "fresh", idsWithinServer: true, begins: true, holders: { channel: "its creator" } },
  };
  const raw = questions as unknown as Raw;
  await raw.set(event.id, JSON.parse(JSON.stringify({ v: 2, event: stored, seq: 1, at: event.sentAt })) as object);
  const [read] = await open().all();
  expect(read?.question).toMatchObject({
    via: "ambient",
    recallKey: "o",
    quotedQuestion: "> Old",
    viaCommand: true,
    place: { kind: "new-thread", idsPerServer: true, isInbox: true, whoMay: { channel: "its creator" } },
  });
  await store.close();
});

type Raw = { set(key: string, value: object): Promise<void> };
