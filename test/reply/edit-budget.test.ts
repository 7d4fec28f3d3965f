import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Limits, Urgency } from "../../src/port/index.ts";
import { createEditBudget } from "../../src/reply/edit-budget.ts";
import { never } from "../../src/runtime/clock.ts";
import { bulkyName, heapGrowth } from "../runtime/heap-growth.ts";
import { runs } from "../support/fuzz.ts";
import { createManualClock, settled } from "../support/manual-clock.ts";
import { testLimits } from "../support/recording-surface.ts";

const limits: Limits = { ...testLimits, count: 5, periodMs: 5_000 };

function openBudget() {
  const clock = createManualClock();
  const budget = createEditBudget(clock);
  const start = clock.now();
  const edits: { readonly name: string; readonly at: number }[] = [];
  return {
    clock,
    budget,
    edits,
    /** Uses up so many edits now. */
    async fill(count: number, where = limits) {
      for (let edit = 0; edit < count; edit++) await budget.take(where, "final", never);
    },
    /** Takes an edit and notes when it was given. */
    take(name: string, kind: Urgency, where = limits, signal = never) {
      return budget.take(where, kind, signal).then(() => void edits.push({ name, at: clock.now() - start }));
    },
  };
}

describe("an edit while the reply is written", () => {
  test("is given at once where nothing was shown lately", async () => {
    const { edits, take } = openBudget();
    await take("a", "interim");
    expect(edits).toEqual([{ name: "a", at: 0 }]);
  });

  test("comes evenly spread, so that a text grows instead of jumping", async () => {
    const { clock, edits, take } = openBudget();
    for (const name of ["a", "b", "c", "d", "e"]) void take(name, "interim");
    await clock.pass(5_000);
    expect(edits.map(({ at }) => at)).toEqual([0, 1_250, 2_500, 3_750, 5_000]);
  });

  test("waits until those that used up the bucket are a period old", async () => {
    const { clock, fill, edits, take } = openBudget();
    await fill(5);
    void take("a", "interim");
    await clock.pass(20_000);
    expect(edits).toEqual([{ name: "a", at: 5_000 }]);
  });

  test("that is no longer wanted ends its wait and takes nothing", async () => {
    const { clock, fill, edits, take } = openBudget();
    const overtaken = new AbortController();
    await fill(4);
    const waiting = take("overtaken", "interim", limits, overtaken.signal);
    await settled();
    overtaken.abort();
    await waiting;
    void take("final", "final");
    await clock.pass(0);
    expect(edits).toEqual([
      { name: "overtaken", at: 0 },
      { name: "final", at: 0 },
    ]);
  });
});

test("a final edit finds a free slot, however busy the interim ones were", async () => {
  const { clock, edits, take } = openBudget();
  for (let count = 0; count < 20; count++) void take("interim", "interim");
  await clock.pass(9_000);
  void take("final", "final");
  await clock.pass(0);
  expect(edits.at(-1)).toEqual({ name: "final", at: 9_000 });
});

test("an edit counts for a whole period, to the millisecond", async () => {
  const { clock, fill, edits, take } = openBudget();
  await fill(5);
  await clock.pass(4_999);
  void take("final", "final");
  await clock.pass(1);
  expect(edits).toEqual([{ name: "final", at: 5_000 }]);
});

test("replies in one bucket share its edits, those in another have their own", async () => {
  const { clock, edits, take } = openBudget();
  const other = { ...limits, bucket: "other" };
  for (let count = 0; count < 4; count++) {
    void take("first", "interim");
    void take("second", "interim");
    void take("elsewhere", "interim", other);
  }
  await clock.pass(4_999);
  expect(edits.filter(({ name }) => name !== "elsewhere")).toHaveLength(4);
  expect(edits.filter(({ name }) => name === "elsewhere")).toHaveLength(4);
});

test("a bucket with a short period does not make one with a long period forget its edits", async () => {
  const { clock, fill, edits, take } = openBudget();
  const long = { ...limits, bucket: "long", periodMs: 60_000 };
  const short = { ...limits, bucket: "short", periodMs: 1_000 };
  await fill(5, long);
  await clock.pass(2_000);
  await take("short", "interim", short);
  void take("long", "final", long);
  await clock.pass(57_999);
  expect(edits).toEqual([{ name: "short", at: 2_000 }]);
  await clock.pass(1);
  expect(edits.at(-1)).toEqual({ name: "long", at: 60_000 });
});

test("buckets that fell idle are forgotten", async () => {
  let now = 0;
  const budget = createEditBudget({ now: () => now, wait: async () => undefined });
  const growth = await heapGrowth(async () => {
    for (let index = 0; index < 10_000; index++) {
      await budget.take({ ...limits, bucket: bulkyName(index) }, "interim", never);
      now += limits.periodMs;
    }
  });
  expect(growth).toBeLessThan(5_000_000);
});

test("an urgent edit goes before interim ones that have waited longer", async () => {
  const { clock, fill, edits, take } = openBudget();
  await fill(5);
  void take("interim", "interim");
  void take("final", "final");
  await clock.pass(5_000);
  expect(edits[0]).toEqual({ name: "final", at: 5_000 });
});

test("what prepares a reply goes before interim edits and after urgent ones", async () => {
  const { clock, fill, edits, take } = openBudget();
  await fill(5);
  void take("interim", "interim");
  void take("normal", "normal");
  void take("final", "final");
  await clock.pass(5_000);
  expect(edits.map(({ name }) => name).slice(0, 2)).toEqual(["final", "normal"]);
});

test("a reply that leaves frees its room at once", async () => {
  const { clock, budget, edits, take } = openBudget();
  const perMinute = { ...limits, count: 4, periodMs: 60_000 };
  const shares = [1, 2, 3, 4].map(() => budget.join(() => perMinute));
  void take("first", "interim", perMinute);
  void take("second", "interim", perMinute);
  await clock.pass(30_000);
  expect(edits.map(({ name }) => name)).toEqual(["first"]);
  for (const share of shares) share.leave();
  await clock.pass(0);
  expect(edits.map(({ name }) => name)).toEqual(["first", "second"]);
});

test("what the platform tells is heeded by those who wait already", async () => {
  const { clock, budget, fill, edits, take } = openBudget();
  await fill(5);
  void take("final", "final");
  await clock.pass(100);
  budget.report({ bucket: limits.bucket, roundTripMs: 100, limit: 5, left: 0, resetsInMs: 2_000 });
  await clock.pass(1_999);
  expect(edits).toEqual([]);
  await clock.pass(1);
  expect(edits).toEqual([{ name: "final", at: 2_100 }]);
});

test("replies in one bucket take turns", async () => {
  const { clock, edits, take } = openBudget();
  const writing = async (name: string) => {
    for (let edit = 0; edit < 6; edit++) await take(name, "interim");
  };
  for (const name of ["a", "b", "c"]) void writing(name);
  await clock.pass(60_000);
  expect(edits.map(({ name }) => name).join("")).toBe("abc".repeat(6));
});

test("room is kept for as many last texts as there are live replies", async () => {
  const { clock, budget, edits, take } = openBudget();
  const shares = ["a", "b", "c"].map(() => budget.join(() => limits));
  for (let count = 0; count < 20; count++) void take("interim", "interim");
  await clock.pass(12_345);
  const before = edits.length;
  for (const name of ["a", "b", "c"]) void take(name, "final");
  await clock.pass(0);
  expect(edits.slice(before).map(({ name, at }) => [name, at])).toEqual(["a", "b", "c"].map((name) => [name, 12_345]));
  for (const share of shares) share.leave();
});

test("a bucket within a wider one has to have room in both", async () => {
  const { clock, edits, take } = openBudget();
  const within = { bucket: "all", count: 3, periodMs: 1_000 };
  for (const bucket of ["a", "b", "c", "d"]) void take(bucket, "final", { ...limits, bucket, within });
  await clock.pass(999);
  expect(edits.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  await clock.pass(1);
  expect(edits.at(-1)).toEqual({ name: "d", at: 1_000 });
});

test("after a refusal the whole bucket waits, goes slower, and recovers in quiet times", async () => {
  const { clock, budget, fill, edits, take } = openBudget();
  const perMinute = { ...limits, count: 40, periodMs: 60_000 };
  const inNextMinute = async () => {
    const before = edits.length;
    for (let count = 0; count < 60; count++) void take("x", "final", perMinute);
    await clock.pass(59_999);
    return edits.length - before;
  };
  await fill(1, perMinute);
  budget.rejected(perMinute, 5_000);
  void take("refused", "final", perMinute);
  await clock.pass(4_999);
  expect(edits).toEqual([]);
  await clock.pass(1);
  expect(edits).toHaveLength(1);
  expect(await inNextMinute()).toBeLessThanOrEqual(20);
  await clock.pass(600_000);
  expect(await inNextMinute()).toBe(40);
});

test("a reply learns that its last text would wait for long where more replies are live than edits are left", async () => {
  const { budget, fill } = openBudget();
  const perMinute = { ...limits, count: 3, periodMs: 60_000 };
  const shares = [1, 2, 3].map(() => budget.join(() => perMinute));
  expect(shares.map(({ isCongested: crowded }) => crowded)).toEqual([false, false, false]);
  await fill(1, perMinute);
  expect(shares.map(({ isCongested: crowded }) => crowded)).toEqual([true, true, true]);
  shares[0]?.leave();
  expect(shares[1]?.isCongested).toBe(false);
});

describe("a crowd of live replies that share one limit", () => {
  const all = { bucket: "all", count: 49, periodMs: 1_050, burst: 8 };

  /** Each edits its own message again and again; all of them together are limited. */
  async function crowd(size: number, ms: number) {
    const { clock, budget } = openBudget();
    const given = new Map<number, number[]>();
    const end = new AbortController();
    let looks = 0;
    const run = async (name: number) => {
      const pace = { ...limits, bucket: `c${name}`, within: all };
      budget.join(() => {
        looks++;
        return pace;
      });
      for (;;) {
        await budget.take(pace, "interim", end.signal);
        if (end.signal.aborted) return;
        given.set(name, [...(given.get(name) ?? []), clock.now()]);
      }
    };
    for (let name = 0; name < size; name++) void run(name);
    await clock.pass(ms);
    end.abort();
    const times = [...given.values()].flat().toSorted((one, other) => one - other);
    return { times, given, looks };
  }

  test("uses it nearly whole, and never more", async () => {
    const { times } = await crowd(200, 20_000);
    expect(times.length / 20).toBeGreaterThan(45);
    for (const [at, time] of times.entries())
      expect((times[at + 49] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThanOrEqual(1_050);
  });

  test("has its turns in order: nobody has two before everybody has one", async () => {
    const { given } = await crowd(200, 10_000);
    const counts = [...given.values()].map(({ length }) => length);
    expect(given.size).toBe(200);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test("costs a change no more for being larger: replies are not asked anew for each", async () => {
    const { looks, times } = await crowd(1_000, 5_000);
    expect(looks / times.length).toBeLessThan(300); // 1,000 and more if each change asked each
  });
});

const request = fc.record({
  kind: fc.constantFrom("interim" as const, "final" as const),
  afterMs: fc.integer({ min: 0, max: 1_500 }),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined }),
});

test("property: no period ever holds more edits than allowed, whatever the mix", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 500, max: 6_000 }),
      fc.array(request, { minLength: 1, maxLength: 25 }),
      async (allowed, periodMs, requests) => {
        const { clock, budget } = openBudget();
        const where = { ...limits, count: allowed, periodMs };
        const given: number[] = [];
        for (const { kind, afterMs, abortAfterMs } of requests) {
          await clock.pass(afterMs);
          const wish = new AbortController();
          if (abortAfterMs !== undefined) void clock.wait(abortAfterMs, never).then(() => wish.abort());
          void budget.take(where, kind, wish.signal).then(() => wish.signal.aborted || given.push(clock.now()));
        }
        await clock.pass(requests.length * periodMs);
        for (const at of given) {
          expect(given.filter((one) => one > at - periodMs && one <= at).length).toBeLessThanOrEqual(allowed);
        }
        const unaborted = requests.filter(({ abortAfterMs }) => abortAfterMs === undefined).length;
        expect(given.length).toBeGreaterThanOrEqual(unaborted);
      },
    ),
    runs(60, 7),
  );
});

describe("where the wider limit is used up by others, whoever takes from it itself", () => {
  test.each(["interim", "final"] as const)("waits no longer than they do: %s", async (urgency) => {
    const { clock, edits, take } = openBudget();
    const all = { ...limits, bucket: "all", count: 10, periodMs: 1_000 };
    const again = async (name: string): Promise<void> => {
      for (;;) await take(name, urgency, { ...limits, bucket: name, count: 100, periodMs: 1_000, within: all });
    };
    for (let index = 0; index < 20; index++) void again(`c${index}`);
    await clock.pass(2_000);
    void take("itself", urgency, all);
    await clock.pass(4_000);
    const [own] = edits.filter(({ name }) => name === "itself");
    expect(own?.at).toBeLessThanOrEqual(5_000);
  });
});

test("a thousand replies that end at once are not counted anew for each", () => {
  const { budget } = openBudget();
  let looks = 0;
  const slots = Array.from({ length: 1_000 }, (_, index) =>
    budget.join(() => {
      looks++;
      return { ...limits, bucket: `c${index}` };
    }),
  );
  for (const [index, slot] of slots.entries()) {
    slot.leave();
    void budget.take({ ...limits, bucket: `d${index}` }, "interim", never);
  }
  expect(looks).toBeLessThan(10_000);
});
