import { expect, onTestFinished, test } from "vitest";
import { heardRecord, type JournalRecord, progressRecord } from "../../src/conversation/journal-record.ts";
import { begun, joined } from "../../src/conversation/journal-store.ts";
import { messageId } from "../../src/port/index.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { recordingLog } from "../support/recording-log.ts";
import { messageOf } from "./build-event.ts";

const record: JournalRecord = { v: 1, event: messageOf("First"), at: 1, order: 0, ...begun };

async function open() {
  const opened = await openStore("sqlite://:memory:", recordingLog());
  onTestFinished(() => opened.close());
  const heard = opened.records("journal", heardRecord);
  const progress = opened.records("progress", progressRecord);
  let questions = 0;
  const counting: typeof heard = {
    ...heard,
    set(...written) {
      questions++;
      return heard.set(...written);
    },
  };
  return { records: joined(counting, progress), heard, progress, questions: () => questions };
}

test("a record comes back as it was, alone and among all", async () => {
  const { records } = await open();
  const later = { ...record, tries: 2, messages: [messageId("m1")], making: true, text: "One", parked: true };
  await records.set("e1", later);
  expect(await records.get("e1")).toEqual(later);
  const all: unknown[] = [];
  for await (const entry of records.entries()) all.push(entry);
  expect(all).toEqual([["e1", later]]);
});

test("the question is written once, however often its answer grows, and again when it is another", async () => {
  const { records, questions } = await open();
  for (const text of ["", "One", "One two", "One two three"]) await records.set("e1", { ...record, text });
  expect(questions()).toBe(1);
  const edited = { ...record, event: { ...record.event, text: "Second" } };
  await records.set("e1", edited);
  expect(questions()).toBe(2);
  expect((await records.get("e1"))?.event.text).toBe("Second");
});

test("a deleted record leaves nothing", async () => {
  const { records, progress } = await open();
  await records.set("e1", { ...record, text: "One" });
  await records.delete("e1");
  expect(await records.get("e1")).toBeUndefined();
  expect(await progress.get("e1")).toBeUndefined();
});
