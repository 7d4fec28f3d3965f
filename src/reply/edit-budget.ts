import type { RateLimit, RateLimiter, Urgency } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import { createHeap, type Heap } from "../runtime/heap.ts";
import { type Bucket, createBucket } from "./bucket.ts";
import { createLiveCounts } from "./live-counts.ts";

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

type Waiter = { readonly pace: RateLimit; readonly seq: number; readonly admit: () => void };

/** Those that wait for the same bucket with the same urgency: only the one that waits longest has to be looked at. */
type Line = {
  readonly bucket: string;
  readonly urgency: Urgency;
  readonly waiters: Set<Waiter>;
  /** What was noted of it under an earlier number counts no more. */
  looked: number;
};

type Due = { readonly line: Line; readonly looked: number; readonly at: number };
type Ready = { readonly line: Line; readonly looked: number; readonly seq: number };

const urgencies = ["final", "normal", "interim"] as const;

/** A line's time may come earlier than it was told, because a reply has moved to another bucket: it is looked at again after this. */
const lookAgainMs = 1_000;
/** Buckets of replies that have ended are looked for as seldom as this. */
const forgetMs = 1_000;

/**
 * Urgent changes go before interim ones, and within each kind those that have waited longer: so all replies get their share. A change
 * costs the logarithm of those that wait: a line whose own bucket has no room lies in a heap until its time comes, and one that has
 * waits in order for the wider limit, if there is one.
 */
export function createEditBudget(clock: Clock): EditBudget {
  const buckets = new Map<string, Bucket>();
  const lines = new Map<string, Line>();
  const due = createHeap<Due>((one, other) => one.at < other.at);
  /** Lines whose own bucket has room, by the widest limit that they count in, and by urgency: those that take from that alone as well. */
  const ready = new Map<string, Record<Urgency, Heap<Ready>>>();
  const live = createLiveCounts(clock);
  let seq = 0;
  let sleep = new AbortController();
  let sleepsUntil = Number.POSITIVE_INFINITY;
  let forgotAt = clock.now();

  function bucketOf(pace: RateLimit): Bucket {
    const bucket = buckets.get(pace.bucket) ?? createBucket(pace, clock.now);
    buckets.set(pace.bucket, bucket);
    return bucket;
  }

  const roomAt = (pace: RateLimit, urgency: Urgency): number => bucketOf(pace).roomAt(urgency, live.in(pace.bucket));

  /** Finds out where a line stands: in its own bucket's time, or ready for the wider limit. */
  function look(line: Line): void {
    const [head] = line.waiters;
    const looked = ++line.looked;
    if (head === undefined) {
      lines.delete(keyOf(line.bucket, line.urgency));
      return;
    }
    const at = roomAt(head.pace, line.urgency);
    if (at > clock.now()) due.add({ line, looked, at: Math.min(at, clock.now() + lookAgainMs) });
    else readyIn((head.pace.within ?? head.pace).bucket)[line.urgency].add({ line, looked, seq: head.seq });
  }

  function readyIn(within: string): Record<Urgency, Heap<Ready>> {
    const heaps = ready.get(within) ?? newHeaps();
    ready.set(within, heaps);
    return heaps;
  }

  /** Admits whoever may go, and sleeps until the next may. */
  function serve(): void {
    for (let first = due.first(); first !== undefined && first.at <= clock.now(); first = due.first()) {
      due.take();
      if (first.looked === first.line.looked) look(first.line);
    }
    let next = due.first()?.at ?? Number.POSITIVE_INFINITY;
    for (const urgency of urgencies) {
      for (const heaps of ready.values()) next = Math.min(next, admitFrom(heaps[urgency], urgency));
    }
    next = Math.min(next, due.first()?.at ?? next); // admitted lines may wait again
    for (const [name, heaps] of ready) if (urgencies.every((urgency) => heaps[urgency].size === 0)) ready.delete(name);
    forgetIdle();
    if (next < sleepsUntil) void wakeAt(next);
  }

  /** Returns when the wider limit has room for the next of them. */
  function admitFrom(heap: Heap<Ready>, urgency: Urgency): number {
    for (let first = heap.first(); first !== undefined; first = heap.first()) {
      const { line, looked } = first;
      const [head] = line.waiters;
      const isStale = looked !== line.looked || head === undefined || head.seq !== first.seq;
      if (!isStale && roomAt(head.pace, urgency) <= clock.now()) {
        const { within } = head.pace;
        const at = within === undefined ? clock.now() : roomAt(within, urgency);
        if (at > clock.now()) return at;
        bucketOf(head.pace).spend();
        if (within !== undefined) bucketOf(within).spend();
        head.admit();
      }
      heap.take();
      if (looked === line.looked) look(line);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Waking too early costs less than changing the time each time. */
  async function wakeAt(at: number): Promise<void> {
    sleep.abort("superseded"); // with a reason, since an error object would cost more than the wait
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
    if (clock.now() < forgotAt + forgetMs) return;
    forgotAt = clock.now();
    for (const [name, bucket] of buckets) if (bucket.idle) buckets.delete(name);
  }

  /** What its lines were told may be too late by now. */
  function changed(bucket: string): void {
    for (const urgency of urgencies) {
      const line = lines.get(keyOf(bucket, urgency));
      if (line !== undefined) look(line);
    }
    serve();
  }

  return {
    take(pace, urgency, signal) {
      if (signal.aborted) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const key = keyOf(pace.bucket, urgency);
      const line: Line = lines.get(key) ?? { bucket: pace.bucket, urgency, waiters: new Set(), looked: 0 };
      lines.set(key, line);
      const leave = () => {
        line.waiters.delete(waiter);
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const waiter: Waiter = { pace, seq: seq++, admit: leave };
      line.waiters.add(waiter);
      signal.addEventListener("abort", leave);
      if (line.waiters.size === 1) look(line);
      serve();
      return promise;
    },
    report(announcement) {
      const bucket = buckets.get(announcement.bucket);
      if (bucket === undefined) return;
      bucket.learn(announcement);
      changed(announcement.bucket);
    },
    rejected(pace, ms) {
      bucketOf(pace).refuse(ms);
      changed(pace.bucket);
    },
    join(pace) {
      const leave = live.add(pace);
      return {
        get isCongested() {
          return bucketOf(pace()).roomForAt(live.in(pace().bucket)) > clock.now() + longWaitMs;
        },
        leave() {
          if (leave()) changed(pace().bucket);
        },
      };
    },
  };
}

const keyOf = (bucket: string, urgency: Urgency): string => `${urgency} ${bucket}`;

const newHeaps = (): Record<Urgency, Heap<Ready>> => ({
  final: createHeap(isOlder),
  normal: createHeap(isOlder),
  interim: createHeap(isOlder),
});

const isOlder = (one: Ready, other: Ready): boolean => one.seq < other.seq;
