import { expect, test } from "vitest";
import { createLoopGuard, mostAnswers } from "../../src/limits/loop-guard.ts";
import { threadId } from "../../src/port/index.ts";
import { directPlace, placeOf } from "../support/build-event.ts";
import { createManualClock } from "../support/manual-clock.ts";

const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);

test("a thread gets so many answers in a minute, one word about it, then silence for a minute", async () => {
  const clock = createManualClock();
  const guard = createLoopGuard(clock);
  const pass = () => guard.check(placeOf());
  expect(new Set(times(mostAnswers, pass))).toEqual(new Set(["allow"]));
  await clock.pass(30_000);
  expect(times(3, pass)).toEqual(["notify", "drop", "drop"]);
  await clock.pass(59_999);
  expect(pass()).toBe("drop");
  await clock.pass(1);
  expect(pass()).toBe("allow");
});

test("a thread that is slower is never stopped", async () => {
  const clock = createManualClock();
  const guard = createLoopGuard(clock);
  for (let answer = 0; answer < 5 * mostAnswers; answer++) {
    expect(guard.check(placeOf())).toBe("allow");
    await clock.pass(60_000 / mostAnswers);
  }
});

test("other threads, and direct messages, which no bot can write, go on", () => {
  const guard = createLoopGuard(createManualClock());
  times(2 * mostAnswers, () => guard.check(placeOf()));
  expect(guard.check(placeOf({ thread: threadId("test:other") }))).toBe("allow");
  expect(new Set(times(2 * mostAnswers, () => guard.check(directPlace())))).toEqual(new Set(["allow"]));
});
