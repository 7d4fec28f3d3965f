import type { RateLimit } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

/** How many replies are live in each bucket. */
export interface LiveCounts {
  in(bucket: string): number;
  /** Counts one from now on; the function that is returned ends that, and says whether it had not ended before. */
  add(pace: () => RateLimit): () => boolean;
}

/**
 * A reply that goes on in another bucket is counted there after this, and where there are thousands, later: to ask each one each time
 * would cost their number squared.
 */
const staleMs = (replies: number): number => 100 + replies / 10;

export function createLiveCounts(clock: Clock): LiveCounts {
  const paces = new Set<() => RateLimit>();
  const counts = new Map<string, number>();
  let countedAt = Number.NEGATIVE_INFINITY;

  function count(): void {
    counts.clear();
    for (const pace of paces) {
      const { bucket } = pace();
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    countedAt = clock.now();
  }

  return {
    in(bucket) {
      if (clock.now() >= countedAt + staleMs(paces.size)) count();
      return counts.get(bucket) ?? 0;
    },
    add(pace) {
      paces.add(pace);
      const { bucket } = pace();
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
      return () => {
        const isLive = paces.delete(pace);
        if (isLive) countedAt = Number.NEGATIVE_INFINITY;
        return isLive;
      };
    },
  };
}
