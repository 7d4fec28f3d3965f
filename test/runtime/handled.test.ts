import { expect, onTestFinished, test } from "vitest";
import { eventId } from "../../src/port/index.ts";
import { createHandled, handledRecord } from "../../src/runtime/handled.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { recordingLog } from "../support/recording-log.ts";
import { openFolder } from "../support/spawn-parley.ts";

const id = eventId("test:1");

test("what was handled before a restart is known after it", async () => {
  const url = `sqlite://${openFolder()}/parley.sqlite`;
  const first = await openStore(url, recordingLog());
  const before = createHandled(first.records("handled", handledRecord), recordingLog());
  expect(await before.has(id)).toBe(false);
  await before.add(id);
  await first.close();
  const second = await openStore(url, recordingLog());
  onTestFinished(() => second.close());
  const after = createHandled(second.records("handled", handledRecord), recordingLog());
  expect([await after.has(id), await after.has(eventId("test:2"))]).toEqual([true, false]);
});

test("each is kept for an hour and no longer, so the disk does not fill", async () => {
  const kept: (number | undefined)[] = [];
  const records = {
    get: async () => undefined,
    set: async (_: string, __: object, ttlMs?: number) => void kept.push(ttlMs),
    delete: async () => undefined,
    entries: async function* () {},
  };
  await createHandled(records, recordingLog()).add(id);
  expect(kept).toEqual([3_600_000]);
});

test("work that is done is not undone by a store that cannot note it", async () => {
  const log = recordingLog();
  const full = () => Promise.reject(new Error("the disk is full"));
  const handled = createHandled(
    { get: async () => undefined, set: full, delete: full, entries: async function* () {} },
    log,
  );
  await handled.add(id);
  expect(log.text()).toContain("could not be noted as handled");
});
