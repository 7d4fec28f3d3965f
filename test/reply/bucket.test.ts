import { describe, expect, test } from "vitest";
import { type Bucket, createBucket } from "../../src/reply/bucket.ts";

/** Five in five seconds, until told otherwise; times are milliseconds since the beginning. */
function openBucket(): Bucket & {
  at(ms: number): void;
  answer(sentAt: number, left: number, resetsInMs: number, limit?: number): void;
} {
  let now = 0;
  const bucket = createBucket({ bucket: "b", count: 5, periodMs: 5_000 }, () => now);
  return Object.assign(bucket, {
    at: (ms: number) => {
      now = ms;
    },
    answer: (sentAt: number, left: number, resetsInMs: number, limit = 5) =>
      bucket.learn({ bucket: "b", roundTripMs: now - sentAt, limit, left, resetsInMs }),
  });
}

const spend = (bucket: Bucket, count: number) => Array.from({ length: count }, () => bucket.spend());

describe("what the platform tells of a window", () => {
  test("leaves out what was admitted since the request was sent", () => {
    const bucket = openBucket();
    bucket.spend();
    bucket.at(50);
    spend(bucket, 4);
    bucket.at(100);
    bucket.answer(0, 4, 4_950);
    expect(bucket.roomAt("final", 1)).toBe(5_050);
  });

  test("leaves out what was admitted before the request was sent, and waits in line behind it", () => {
    const bucket = openBucket();
    spend(bucket, 5);
    bucket.at(100);
    bucket.answer(0, 4, 4_950);
    expect(bucket.roomAt("final", 1)).toBe(5_050);
  });

  test("leaves out the same in every later window", () => {
    const bucket = openBucket();
    bucket.spend();
    bucket.at(100);
    bucket.answer(0, 4, 4_950);
    bucket.at(6_000);
    spend(bucket, 5);
    bucket.at(6_100);
    bucket.answer(6_000, 4, 4_950);
    expect(bucket.roomAt("final", 1)).toBe(11_050);
  });

  test("never gives back what an earlier answer had taken, when answers come out of order", () => {
    const bucket = openBucket();
    spend(bucket, 2);
    bucket.at(100);
    bucket.answer(1, 0, 4_950);
    bucket.answer(0, 4, 4_950);
    expect(bucket.roomAt("final", 1)).toBe(5_050);
  });

  test("ends when the earliest estimate says", () => {
    const bucket = openBucket();
    spend(bucket, 1);
    bucket.at(100);
    bucket.answer(0, 0, 4_900);
    bucket.at(200);
    bucket.answer(0, 0, 4_900);
    expect(bucket.roomAt("final", 1)).toBe(5_000);
  });

  test("of one change alone lets nothing go before its end", () => {
    const bucket = openBucket();
    bucket.spend();
    bucket.answer(0, 0, 5_000, 1);
    expect(bucket.roomAt("interim", 1)).toBe(5_000);
    expect(bucket.roomAt("final", 1)).toBe(5_000);
  });

  test("of one change alone does not take the rest of a refused window for a whole one", () => {
    const bucket = openBucket();
    bucket.spend();
    bucket.answer(0, 0, 300, 1);
    bucket.at(300);
    bucket.spend();
    expect(bucket.roomAt("final", 1)).toBe(5_300);
  });
});

test("in a window room is kept for as many last texts as there are other live replies", () => {
  const bucket = openBucket();
  bucket.spend();
  bucket.answer(0, 4, 5_000);
  expect(bucket.roomAt("interim", 4)).toBe(4_600);
  bucket.spend();
  expect(bucket.roomAt("interim", 4)).toBe(4_600); // at the window's end it is worth nothing to them
  expect(bucket.roomAt("final", 4)).toBe(Number.NEGATIVE_INFINITY);
  for (const _ of [1, 2, 3]) bucket.spend();
  expect(bucket.roomAt("interim", 4)).toBe(5_000);
});

test("a refusal closes a window in which something is left", () => {
  const bucket = openBucket();
  bucket.spend();
  bucket.answer(0, 4, 5_000);
  bucket.refuse(2_000);
  expect(bucket.roomAt("final", 1)).toBe(2_000);
});

describe("of a large allowance", () => {
  /** When a text that always has something new is shown. */
  function shown(forMs: number) {
    let now = 0;
    const bucket = createBucket({ bucket: "appends", count: 100, periodMs: 60_000 }, () => now);
    const at: number[] = [];
    for (; now < forMs; now += 10) {
      if (bucket.roomAt("interim", 1) > now) continue;
      bucket.spend();
      at.push(now);
    }
    return (from: number, to: number) => at.filter((one) => one >= from && one < to).length;
  }

  test("the first seconds have most of it, and the later ones the rest", () => {
    const within = shown(20_000);
    expect([0, 5_000, 10_000, 15_000].map((from) => within(from, from + 5_000))).toEqual([38, 24, 14, 9]);
  });

  test("no minute holds more than is allowed, and a text that goes on uses most of it", () => {
    const within = shown(600_000);
    for (let from = 0; from <= 540_000; from += 1_000) expect(within(from, from + 60_000)).toBeLessThanOrEqual(99);
    expect(within(60_000, 600_000) / 9).toBeGreaterThan(80);
  });
});
