/** `chat.startStream` and `chat.stopStream` can each be called so often in a minute and workspace (Tier 2). */
const perMinute = 20;
/** A little more than a minute: calls do not all travel equally fast. */
const periodMs = 61_000;
/** Slack itself ends a stream sooner. One that has lived longer was given up, and its end is not to come. */
const longestLifeMs = 10 * 60_000;
/** A workspace that has no streams is not asked again for so long. */
const refusedMs = 60 * 60_000;

/** Lets so many through in a minute. */
export function createCount(now: () => number, most: number): () => boolean {
  let taken: readonly number[] = [];
  return () => {
    taken = taken.filter((at) => at > now() - periodMs);
    if (taken.length >= most) return false;
    taken = [...taken, now()];
    return true;
  };
}

/** How many streams a workspace may have begun and ended within a minute. */
export interface StreamQuota {
  /** Undefined where another stream could not be begun now, or not be ended in time. */
  take(): Slot | undefined;
  /** The workspace has no streams. */
  refuse(): void;
}

/** One stream's place. Said more than once, only the first counts. */
export type Slot = {
  /** It never began. */
  drop(): void;
  end(): void;
};

/** Counts, so that Slack need not refuse: each live stream has its end reserved. */
export function createStreamQuota(now: () => number): StreamQuota {
  let starts: readonly number[] = [];
  let ends: readonly number[] = [];
  const live = new Map<Slot, number>();
  let refusedUntil = 0;
  const recent = (calls: readonly number[]) => calls.filter((at) => at > now() - periodMs);

  function forgetOld(): void {
    [starts, ends] = [recent(starts), recent(ends)];
    for (const [slot, at] of live) if (at <= now() - longestLifeMs) live.delete(slot);
  }

  return {
    take() {
      forgetOld();
      if (now() < refusedUntil || starts.length >= perMinute || ends.length + live.size >= perMinute) return undefined;
      const slot: Slot = {
        drop: () => void live.delete(slot),
        end: () => {
          if (live.delete(slot)) ends = [...ends, now()];
        },
      };
      starts = [...starts, now()];
      live.set(slot, now());
      return slot;
    },
    refuse() {
      refusedUntil = now() + refusedMs;
    },
  };
}
