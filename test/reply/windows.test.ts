import fc from "fast-check";
import { expect, test } from "vitest";
import type { RateLimit } from "../../src/port/index.ts";
import { createEditBudget, type EditBudget } from "../../src/reply/edit-budget.ts";
import { never } from "../../src/runtime/clock.ts";
import { runs } from "../support/fuzz.ts";
import { createManualClock, type ManualClock } from "../support/manual-clock.ts";

// A platform that counts as Discord does: a window opens with its first request, and each answer says what is left of it.

const pace: RateLimit = { bucket: "b", count: 5, periodMs: 5_000 };
const halfTripMs = 50;

type Platform = {
  edit(): Promise<void>;
  /** Another process with the same token makes an edit. */
  foreign(): void;
  /** When edits arrived that were not refused. */
  readonly arrivals: readonly number[];
  /** How many were refused although an earlier answer had said that they would be. */
  readonly announced: number;
};

function openPlatform(clock: ManualClock, budget: EditBudget, limit = 5, periodMs = 5_000): Platform {
  let [used, endsAt, announced, closedUntil] = [0, 0, 0, 0];
  const arrivals: number[] = [];

  function count(): boolean {
    if (clock.now() >= endsAt) [used, endsAt] = [0, clock.now() + periodMs];
    used += 1;
    return used <= limit;
  }

  return {
    async edit() {
      const sentAt = clock.now();
      const ruledOut = sentAt < closedUntil;
      await clock.wait(halfTripMs, never);
      if (count()) arrivals.push(clock.now());
      else if (ruledOut) announced += 1;
      const resetsInMs = endsAt - clock.now();
      const left = Math.max(0, limit - used);
      await clock.wait(halfTripMs, never);
      if (left === 0) closedUntil = clock.now() + resetsInMs - halfTripMs;
      budget.report({ bucket: pace.bucket, roundTripMs: clock.now() - sentAt, limit, left, resetsInMs });
    },
    foreign: () => void count(),
    arrivals,
    get announced() {
      return announced;
    },
  };
}

type Stage = { readonly clock: ManualClock; readonly budget: EditBudget; readonly platform: Platform };

function openStage(limit?: number, periodMs?: number): Stage {
  const clock = createManualClock();
  const budget = createEditBudget(clock);
  return { clock, budget, platform: openPlatform(clock, budget, limit, periodMs) };
}

/** A reply that always has newer text, until the signal ends it. Then its last text goes out. */
async function write({ clock, budget, platform }: Stage, over: AbortSignal): Promise<void> {
  const share = budget.join(() => pace);
  while (!over.aborted) {
    await budget.take(pace, "interim", over);
    if (!over.aborted) await platform.edit();
    await clock.wait(500, over);
  }
  await budget.take(pace, "final", never);
  await platform.edit();
  share.leave();
}

/** The first edit is sent some time after the text has begun. Returns how late the last one was, and how old unseen text was on average. */
async function timesOf(lengthMs: number): Promise<{ readonly lagMs: number; readonly ageMs: number }> {
  const stage = openStage();
  const { clock, platform } = stage;
  const over = new AbortController();
  const begunAt = clock.now() + halfTripMs;
  await clock.pass(600);
  const written = write(stage, over.signal);
  await clock.pass(lengthMs - 600);
  const endedAt = clock.now();
  over.abort();
  await clock.pass(6_000);
  await written;
  expect(platform.announced).toBe(0);
  const shown = [begunAt, ...platform.arrivals];
  const gaps = shown.slice(1).map((at, index) => Math.min(at, endedAt + halfTripMs) - (shown[index] ?? at));
  const ageMs = gaps.reduce((sum, gap) => sum + (gap * gap) / 2, 0) / lengthMs + halfTripMs;
  return { lagMs: (platform.arrivals.at(-1) ?? 0) - endedAt, ageMs };
}

const at = (share: number, values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

test("streams of any length show text that is young, and nearly all end without a wait", async () => {
  const times = [];
  for (let lengthMs = 2_000; lengthMs < 16_000; lengthMs += 37) times.push(await timesOf(lengthMs));
  const lags = times.map(({ lagMs }) => lagMs);
  const ages = times.map(({ ageMs }) => ageMs);
  expect(at(0.5, lags)).toBeLessThanOrEqual(60);
  expect(at(0.95, lags)).toBeLessThanOrEqual(250);
  expect(at(0.5, ages)).toBeLessThanOrEqual(600);
  expect(at(1 - Number.EPSILON, ages)).toBeLessThanOrEqual(650);
});

test("a stream that goes on for long keeps its text as young", async () => {
  expect((await timesOf(120_000)).ageMs).toBeLessThanOrEqual(615);
});

test("property: whatever the platform allows and whoever else edits there, nothing is sent that its answers had ruled out", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 10 }),
      fc.integer({ min: 1_000, max: 10_000 }),
      fc.array(fc.record({ afterMs: fc.nat(4_000), lengthMs: fc.nat(12_000) }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(20_000), { maxLength: 12 }),
      async (limit, periodMs, replies, others) => {
        const stage = openStage(limit, periodMs);
        const { clock, platform } = stage;
        const running = replies.map(async ({ afterMs, lengthMs }) => {
          const over = new AbortController();
          await clock.wait(afterMs, never);
          void clock.wait(lengthMs, never).then(() => over.abort());
          await write(stage, over.signal);
        });
        for (const ms of others) void clock.wait(ms, never).then(platform.foreign);
        await clock.pass(60_000 + 10 * periodMs);
        await Promise.all(running);
        expect(platform.announced).toBe(0);
        expect(platform.arrivals.length).toBeGreaterThan(0);
      },
    ),
    runs(100, 11),
  );
});
