import { describe, expect, test } from "vitest";
import { never, systemClock } from "../../src/runtime/clock.ts";
import { createManualClock } from "../support/manual-clock.ts";

describe("the system's clock", () => {
  test("ends a wait when it is told to, without waiting for the time", async () => {
    const over = new AbortController();
    const waiting = systemClock.wait(60_000, over.signal);
    over.abort();
    await waiting;
  });

  test("does not begin a wait that is over already", async () => {
    await systemClock.wait(60_000, AbortSignal.abort());
  });

  test("waits as long as it was told to", async () => {
    const before = systemClock.now();
    await systemClock.wait(20, never);
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(18);
  });
});

describe("the manual clock", () => {
  test("wakes each wait at its own moment, in order of time", async () => {
    const clock = createManualClock(0);
    const woken: string[] = [];
    void clock.wait(200, never).then(() => woken.push(`late at ${clock.now()}`));
    void clock.wait(100, never).then(() => woken.push(`early at ${clock.now()}`));
    await clock.pass(250);
    expect(woken).toEqual(["early at 100", "late at 200"]);
    expect(clock.now()).toBe(250);
  });

  test("lets what a wait set off wait again within the same passage", async () => {
    const clock = createManualClock(0);
    const ticks: number[] = [];
    const tick = async () => {
      for (;;) {
        await clock.wait(100, never);
        ticks.push(clock.now());
      }
    };
    void tick();
    await clock.pass(350);
    expect(ticks).toEqual([100, 200, 300]);
  });

  test("lets promises that are pending settle before it moves", async () => {
    const clock = createManualClock(0);
    const woken: number[] = [];
    void Promise.resolve()
      .then(() => clock.wait(100, never))
      .then(() => woken.push(clock.now()));
    await clock.pass(100);
    expect(woken).toEqual([100]);
  });

  test("ends a wait that is aborted, where it stands", async () => {
    const clock = createManualClock(0);
    const over = new AbortController();
    const waiting = clock.wait(100, over.signal);
    over.abort();
    await waiting;
    expect(clock.now()).toBe(0);
  });
});
