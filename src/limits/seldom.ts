import { dropOldest } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

export interface Seldom {
  /** True for a name that was not shown for a while. */
  first(name: string): boolean;
}

/** Beyond these the oldest may be said again. */
const mostNames = 10_000;

/** For what is worth saying, but not each time. What is past is forgotten. */
export function createSeldom(clock: Clock, whileMs = 10 * 60_000): Seldom {
  const shown = new Map<string, number>();
  return {
    first(name) {
      const now = clock.now();
      for (const [old, at] of shown) {
        if (now - at < whileMs) break;
        shown.delete(old);
      }
      if (shown.has(name)) return false;
      shown.set(name, now);
      dropOldest(shown, mostNames);
      return true;
    },
  };
}
