/** Time as the core sees it. Tests bring one that they move by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves when the time is over, or at once when the signal is aborted; it never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

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
