// What a process needs besides its work: time, signs of life, and counts of what goes on.
// Time comes from a clock that is handed in, never from the system, so that tests move it by hand.
// Whoever waits takes a signal with it, and stops waiting when that is aborted.

import type { Clock } from "../port/index.ts";

export type { Clock };

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end);
    }),
};

/** The same, but never set back or forward: for what counts how long ago something was. */
export const steadyClock: Clock = { now: () => performance.now(), wait: systemClock.wait };

/** A signal for waits that nothing cuts short. */
export const never: AbortSignal = new AbortController().signal;
