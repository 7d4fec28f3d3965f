import type { AdapterLog } from "../port/index.ts";
import { type Clock, never } from "../runtime/clock.ts";
import { describeError } from "../text/errors.ts";

/** Cleans what was deleted out of the store's file. */
export interface Vacuum {
  /** At once, or where that was done within the last minute, when the minute is over. Never rejects, and waits for no later one. */
  clean(): Promise<void>;
}

/** The whole file is written anew, and everybody waits for that: whoever deletes again and again must not stop the bot. */
const betweenMs = 60_000;

export function createVacuum(purge: () => Promise<void>, clock: Clock, log: AdapterLog): Vacuum {
  let cleanedAt = Number.NEGATIVE_INFINITY;
  let isPlanned = false;

  async function run(): Promise<void> {
    cleanedAt = clock.now();
    try {
      await purge();
    } catch (error) {
      log.warn({ error: describeError(error) }, "deleted data is still in free pages of the store's file");
    }
  }

  async function later(ms: number): Promise<void> {
    isPlanned = true;
    await clock.wait(ms, never);
    isPlanned = false;
    await run();
  }

  return {
    async clean() {
      const waitMs = cleanedAt + betweenMs - clock.now();
      if (waitMs <= 0) return run();
      if (!isPlanned) void later(waitMs);
    },
  };
}
