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
  /** Each with the bucket in which it is counted. */
  const replies = new Map<() => RateLimit, string>();
  const counts = new Map<string, number>();
  let countedAt = clock.now();

  function change(bucket: string, by: number): void {
    const count = (counts.get(bucket) ?? 0) + by;
    if (count > 0) counts.set(bucket, count);
    else counts.delete(bucket);
  }

  function count(): void {
    countedAt = clock.now();
    for (const [pace, before] of replies) {
      const { bucket } = pace();
      if (bucket === before) continue;
      change(before, -1);
      change(bucket, 1);
      replies.set(pace, bucket);
    }
  }

  return {
    in(bucket) {
      if (clock.now() >= countedAt + staleMs(replies.size)) count();
      return counts.get(bucket) ?? 0;
    },
    add(pace) {
      const { bucket } = pace();
      replies.set(pace, bucket);
      change(bucket, 1);
      return () => {
        const counted = replies.get(pace);
        if (counted !== undefined) change(counted, -1);
        return replies.delete(pace);
      };
    },
  };
}
