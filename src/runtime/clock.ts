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
