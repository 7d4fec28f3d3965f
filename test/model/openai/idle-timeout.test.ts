import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createIdleTimeout, noSignOfLife } from "../../../src/model/openai/idle-timeout.ts";
import { never } from "../../../src/runtime/clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const silence = createIdleTimeout(never);
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

describe("a request that has not begun", () => {
  /** It, and another stream from the same server. */
  function openTwo() {
    const life = noSignOfLife();
    const [waiting, other] = [createIdleTimeout(never, life), createIdleTimeout(never, life)];
    waiting.allow(100, "timeout", "no answer began");
    const answer = (times: number) => {
      for (let time = 0; time < times; time++) {
        vi.advanceTimersByTime(50);
        other.heard(true);
      }
    };
    return { waiting, other, answer };
  }

  test("may wait while the server answers others, and so long behind their last word", () => {
    const { waiting, answer } = openTwo();
    answer(6);
    vi.advanceTimersByTime(99);
    expect(waiting.error()).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(waiting.error()).toMatchObject({ code: "timeout", message: "no answer began" });
  });

  test("waits ten times as long as it would alone, and no longer", () => {
    const { waiting, answer } = openTwo();
    answer(19);
    expect(waiting.signal.aborted).toBe(false);
    answer(1);
    expect(waiting.signal.aborted).toBe(true);
  });

  test("is over at its time where the others have fallen silent before", () => {
    const { waiting, other } = openTwo();
    other.heard(true);
    vi.advanceTimersByTime(100);
    expect(waiting.signal.aborted).toBe(true);
  });

  test("has its whole time again once it begins, and no excuse any more", () => {
    const { waiting, answer } = openTwo();
    answer(3);
    vi.advanceTimersByTime(80);
    waiting.heard(true);
    vi.advanceTimersByTime(60);
    answer(0);
    expect(waiting.error()).toBeUndefined();
    waiting.heard(true);
    answer(2);
    expect(waiting.signal.aborted).toBe(true);
  });
});
