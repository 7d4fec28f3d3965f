import { expect, test } from "vitest";
import type { SummaryRecord } from "../../../src/prompt/summaries.ts";
import { withExpiry } from "../../../src/prompt/summary/summary-expiry.ts";

const dayMs = 24 * 60 * 60_000;
const summary = { text: "So it was.", tokens: 3, turns: 2, upTo: 2, from: 2 };

/** For how long a record is kept, in days. */
async function keptDays(keptMs: number | undefined, ...since: readonly number[]): Promise<number | undefined> {
  let kept: number | undefined;
  const records = {
    get: async () => undefined,
    async set(_: string, __: SummaryRecord, ttlMs?: number) {
      kept = ttlMs;
    },
    delete: async () => undefined,
    entries: async function* () {},
  };
  const summaries = since.map((days) => ({ ...summary, since: days * dayMs }));
  await withExpiry(records, { keptMs, now: () => 100 * dayMs }).set("t", { v: 1, people: [], summaries });
  return kept === undefined ? undefined : kept / dayMs;
}

test("a summary is kept as long as the oldest of what it sums up, at least for a day, and for ever where all is", async () => {
  expect(await keptDays(30 * dayMs, 90)).toBe(20);
  expect(await keptDays(30 * dayMs, 80, 95)).toBe(10);
  expect(await keptDays(30 * dayMs, 20)).toBe(1);
  expect(await keptDays(undefined, 20)).toBeUndefined();
});
