import { expect, test } from "vitest";
import { createCooldown } from "../../src/limits/cooldown.ts";
import { createUsageAccounts } from "../../src/limits/usage.ts";
import { createConfirmations } from "../../src/memory/confirmations.ts";
import { dropOldest } from "../../src/port/index.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { recordingLog } from "../support/recording-log.ts";

test("the newest stay, in a map and in a set", () => {
  const map = new Map([1, 2, 3, 4].map((key) => [key, "value"]));
  const set = new Set([1, 2, 3, 4]);
  dropOldest(map, 2);
  dropOldest(set, 3);
  dropOldest(set, 10);
  expect([...map.keys()]).toEqual([3, 4]);
  expect([...set]).toEqual([2, 3, 4]);
});

test("what was said of very many people may be said again of the first", () => {
  const seldom = createCooldown(createManualClock());
  expect(seldom.ready("person 0")).toBe(true);
  expect(seldom.ready("person 0")).toBe(false);
  for (let person = 1; person <= 10_000; person++) seldom.ready(`person ${person}`);
  expect(seldom.ready("person 10000")).toBe(false);
  expect(seldom.ready("person 0")).toBe(true);
});

test("of very many accounts the first is read from the store again, and has lost nothing", async () => {
  const records = new Map<string, { v: 1; requests: number; input: number; output: number }>();
  let reads = 0;
  const store = {
    get: async (key: string) => {
      reads += 1;
      return records.get(key);
    },
    set: async (key: string, record: { v: 1; requests: number; input: number; output: number }) =>
      void records.set(key, record),
    delete: async (key: string) => void records.delete(key),
    async *entries() {},
  };
  const accounts = createUsageAccounts(store, recordingLog());
  const hold = (await accounts.open("2026-01-15", "user 0")).reserve({ requests: 1, input: 10, output: 10 });
  hold.charge({ input: 7, output: 5 });
  await hold.release();
  for (let person = 1; person <= 20_000; person++) void accounts.open("2026-01-15", `user ${person}`);
  const readBefore = reads;
  const { used } = await accounts.open("2026-01-15", "user 0");
  expect(reads).toBe(readBefore + 1);
  expect(used).toEqual({ requests: 1, input: 7, output: 5 });
});

test("a thousand confirmations wait at the most", () => {
  const confirmations = createConfirmations();
  const person = (index: number) => ({ id: `user-${index}`, server: "s" }) as never;
  for (let index = 0; index <= 1_000; index++) confirmations.ask(person(index), 0);
  expect(confirmations.take(person(0), 0)).toBe(false);
  expect(confirmations.take(person(1), 0)).toBe(true);
});
