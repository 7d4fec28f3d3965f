import type { RateLimit, RateLimiter, Urgency } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import { type Bucket, createBucket } from "./bucket.ts";

/** Every live reply of the process takes its changes from here. */
export interface EditBudget extends RateLimiter {
  /** Counts a live reply in the bucket that its edits take from, so that room is kept for its last text. */
  join(pace: () => RateLimit): EditSlot;
}

export interface EditSlot {
  /** So many replies are live that the last text of this one would have to wait for long. */
  readonly isCongested: boolean;
  leave(): void;
}

/** Longer than this nobody likes to look at half an answer. */
const longWaitMs = 10_000;

type Waiter = {
  readonly pace: RateLimit;
  readonly urgency: Urgency;
  readonly admit: () => void;
};

/** Urgent changes go before interim ones, and within each kind those that have waited longer: so all replies get their share. */
export function createEditBudget(clock: Clock): EditBudget {
  const buckets = new Map<string, Bucket>();
  const shares = new Set<() => RateLimit>();
  const waiting: Record<Urgency, Set<Waiter>> = { final: new Set(), normal: new Set(), interim: new Set() };
  let sleep = new AbortController();
  let sleepsUntil = Number.POSITIVE_INFINITY;

  function bucketOf(pace: RateLimit): Bucket {
    const bucket = buckets.get(pace.bucket) ?? createBucket(pace, clock.now);
    buckets.set(pace.bucket, bucket);
    return bucket;
  }

  function liveIn(): (pace: RateLimit) => number {
    const counts = new Map<string, number>();
    for (const pace of shares) {
      const { bucket } = pace();
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    return (pace) => counts.get(pace.bucket) ?? 0;
  }

  /** Admits whoever may go, and sleeps until the next may. */
  function serve(): void {
    const waiters = [...waiting.final, ...waiting.normal, ...waiting.interim];
    const live = waiters.length === 0 ? () => 0 : liveIn();
    let next = Number.POSITIVE_INFINITY;
    for (const waiter of waiters) {
      const at = Math.max(...chain(waiter.pace).map((pace) => bucketOf(pace).roomAt(waiter.urgency, live(pace))));
      if (at > clock.now()) next = Math.min(next, at);
      else {
        for (const pace of chain(waiter.pace)) bucketOf(pace).spend();
        waiter.admit();
      }
    }
    forgetIdle();
    if (next < sleepsUntil) void wakeAt(next);
  }

  /** Waking too early costs less than changing the time each time. */
  async function wakeAt(at: number): Promise<void> {
    sleep.abort("overtaken"); // with a reason, since an error object would cost more than the wait
    sleep = new AbortController();
    sleepsUntil = at;
    const { signal } = sleep;
    await clock.wait(Math.max(0, Math.ceil(at - clock.now())), signal);
    if (signal.aborted) return;
    sleepsUntil = Number.POSITIVE_INFINITY;
    serve();
  }

  /** Buckets of replies that have ended leave nothing behind. */
  function forgetIdle(): void {
    for (const [name, bucket] of buckets) if (bucket.idle) buckets.delete(name);
  }

  return {
    take(pace, urgency, signal) {
      if (signal.aborted) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const leave = () => {
        waiting[urgency].delete(waiter);
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const waiter: Waiter = { pace, urgency, admit: leave };
      waiting[urgency].add(waiter);
      signal.addEventListener("abort", leave);
      serve();
      return promise;
    },
    report(announcement) {
      const bucket = buckets.get(announcement.bucket);
      if (bucket === undefined) return;
      bucket.learn(announcement);
      serve();
    },
    rejected(pace, ms) {
      bucketOf(pace).refuse(ms);
      serve();
    },
    join(pace) {
      shares.add(pace);
      return {
        get isCongested() {
          return bucketOf(pace()).roomForAt(liveIn()(pace())) > clock.now() + longWaitMs;
        },
        leave() {
          if (shares.delete(pace)) serve();
        },
      };
    },
  };
}

/** The pace and the wider one that it counts in. */
function chain(pace: RateLimit): readonly RateLimit[] {
  return pace.within === undefined ? [pace] : [pace, pace.within];
}
