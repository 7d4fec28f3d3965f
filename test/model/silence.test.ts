import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchSilence } from "../../src/model/silence.ts";
import { never } from "../../src/runtime/clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const silence = watchSilence(never);
  silence.allow(100, "stalled", "nothing came");
  /** Something comes every 50 ms, so many times. */
  const come = (times: number, answer: boolean) => {
    for (let time = 0; time < times; time++) {
      vi.advanceTimersByTime(50);
      silence.heard(answer);
    }
  };
  return { silence, come };
}

test("silence ends the request after the time that it is allowed, and whatever comes begins it anew", () => {
  const { silence, come } = open();
  come(3, true);
  come(3, false);
  vi.advanceTimersByTime(99);
  expect(silence.error()).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(silence.error()).toMatchObject({ code: "stalled", message: "nothing came" });
  expect(silence.signal.aborted).toBe(true);
});

test("comments alone keep an answer alive ten times as long, and no longer", () => {
  const { silence, come } = open();
  come(19, false);
  expect(silence.signal.aborted).toBe(false);
  come(3, false);
  expect(silence.signal.aborted).toBe(true);
});

test("any part of the answer between comments lets them count again", () => {
  const { silence, come } = open();
  for (let part = 0; part < 5; part++) {
    come(19, false);
    come(1, true);
  }
  expect(silence.signal.aborted).toBe(false);
  silence.end();
});
