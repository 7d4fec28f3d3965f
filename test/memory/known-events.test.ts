import { expect, onTestFinished, test } from "vitest";
import { createKnownEvents, doneRecord } from "../../src/memory/known-events.ts";
import { eventId } from "../../src/port/index.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { recordingLog } from "../support/recording-log.ts";
import { openFolder } from "../support/spawn-parley.ts";

const id = eventId("test:1");

const open = () => createKnownEvents(nothing, recordingLog());
const nothing = {
  get: async () => undefined,
  set: async () => undefined,
  delete: async () => undefined,
  entries: async function* () {},
};

test("what was done before a restart is known after it", async () => {
  const url = `sqlite://${openFolder()}/parley.sqlite`;
  const first = await openStore(url, recordingLog());
  const before = createKnownEvents(first.records("handled", doneRecord), recordingLog());
  expect(await before.isDone(id)).toBe(false);
  await before.done(id);
  await first.close();
  const second = await openStore(url, recordingLog());
  onTestFinished(() => second.close());
  const after = createKnownEvents(second.records("handled", doneRecord), recordingLog());
  expect([await after.isDone(id), await after.isDone(eventId("test:2"))]).toEqual([true, false]);
});

test("each is kept for an hour and no longer, so the disk does not fill", async () => {
  const kept: (number | undefined)[] = [];
  const records = {
    get: async () => undefined,
    set: async (_: string, __: object, ttlMs?: number) => void kept.push(ttlMs),
    delete: async () => undefined,
    entries: async function* () {},
  };
  await createKnownEvents(records, recordingLog()).done(id);
  expect(kept).toEqual([3_600_000]);
});

test("work that is done is not undone by a store that cannot note it", async () => {
  const log = recordingLog();
  const full = () => Promise.reject(new Error("the disk is full"));
  const known = createKnownEvents(
    { get: async () => undefined, set: full, delete: full, entries: async function* () {} },
    log,
  );
  await known.done(id);
  expect(log.text()).toContain("could not be marked as done");
});

test("an id is new once", () => {
  const known = open();
  expect(["a", "b", "a"].map((name) => known.first(eventId(name)))).toEqual([true, true, false]);
});

test("thousands of events between two deliveries are no excuse, and of millions the oldest is forgotten", () => {
  const known = open();
  known.first(eventId("first"));
  for (let index = 0; index < 9_999; index++) known.first(eventId(`${index}`));
  expect(known.first(eventId("first"))).toBe(false);
  known.first(eventId("one more"));
  expect(known.first(eventId("first"))).toBe(true);
});
