import { EventEmitter, once } from "node:events";
import type { Clock } from "../../src/runtime/clock.ts";

export type ManualClock = Clock & {
  /** Lets time go by, waking each wait at its own moment and letting what it sets off settle before the next. */
  pass(ms: number): Promise<void>;
  /** Resolves once somebody waits for just so long, and that time has gone by. */
  passWhenAsked(ms: number): Promise<void>;
};

/** A clock that stands still until it is moved. */
export function createManualClock(start = Date.UTC(2026, 0, 15, 12)): ManualClock {
  let now = start;
  const sleepers = new Set<{ readonly ms: number; readonly at: number; readonly wake: () => void }>();
  const asked = new EventEmitter();

  async function pass(ms: number): Promise<void> {
    const end = now + ms;
    await settled();
    for (;;) {
      const next = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      now = Math.max(now, next.at);
      next.wake();
      await settled();
    }
    now = end;
  }

  return {
    now: () => now,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { ms, at: now + ms, wake };
        sleepers.add(sleeper);
        signal.addEventListener("abort", wake);
        asked.emit("wait");
      }),
    pass,
    async passWhenAsked(ms) {
      while (![...sleepers].some((sleeper) => sleeper.ms === ms)) await once(asked, "wait");
      await pass(ms);
    },
  };
}

/** Lets promises that are ready run, and those that they make ready. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
