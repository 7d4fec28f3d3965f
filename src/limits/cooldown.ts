import { dropOldest } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

export interface Cooldown {
  /** True for a name that was not shown for a while. */
  ready(name: string): boolean;
}

/** Beyond these the oldest may be said again. */
const mostNames = 10_000;

/** For what is worth saying, but not each time. What is past is forgotten. */
export function createCooldown(clock: Clock, whileMs = 10 * 60_000): Cooldown {
  const shown = new Map<string, number>();
  return {
    ready(name) {
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
