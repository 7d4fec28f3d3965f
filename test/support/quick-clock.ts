import type { Clock } from "../../src/runtime/clock.ts";

/**
 * A clock whose seconds are short. Bot and emulators share one, so that to each other they keep their pace: what takes a minute
 * between them is over soon. It passes only while this process runs: a machine that has much else to do makes nobody late.
 */
export function createQuickClock(speed: number): Clock {
  const now = () => passedMs * speed;
  return {
    now,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const end = () => {
          sleepers.delete(look);
          signal.removeEventListener("abort", end);
          resolve();
        };
        const until = now() + ms;
        const look = () => {
          if (now() >= until) end();
        };
        sleepers.add(look);
        signal.addEventListener("abort", end);
      }),
  };
}

const tickMs = 5;
/** No tick counts for more, however late it comes. */
const longestTickMs = 2 * tickMs;

const sleepers = new Set<() => void>();
let passedMs = 0;
let tickedAt = performance.now();

setInterval(() => {
  const at = performance.now();
  passedMs += Math.min(at - tickedAt, longestTickMs);
  tickedAt = at;
  for (const look of [...sleepers]) look();
}, tickMs).unref();
