import { type Clock, steadyClock } from "../../src/runtime/clock.ts";

export type DayClock = Clock & {
  /** Lets a day go by at once. */
  passDay(): void;
};

/** Waits as long as it says, from noon on, and can be put on to the next day. */
export function createDayClock(): DayClock {
  const start = Date.UTC(2026, 0, 15, 12) - steadyClock.now();
  let days = 0;
  return {
    now: () => start + days * 24 * 60 * 60_000 + steadyClock.now(),
    wait: steadyClock.wait,
    passDay() {
      days++;
    },
  };
}
