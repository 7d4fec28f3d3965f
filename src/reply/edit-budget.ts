import type { Limits } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

/** Every live reply of the process takes its edits from here. */
export interface EditBudget {
  /**
   * Resolves when the bucket has room for an edit, or when the signal is aborted. Interim edits are spread over the period and
   * leave one slot free, so that a final edit need not wait for them.
   */
  take(limits: Limits, kind: "interim" | "final", signal: AbortSignal): Promise<void>;
  /**
   * Counts edits that were made without being taken (a message that rolled over into the next). None at all notes that
   * something new was shown, so that the next interim edit comes a while later.
   */
  spend(limits: Limits, edits: number): void;
}

type Bucket = {
  /** When edits were made within the last period. */
  readonly edits: readonly number[];
  /** When something was last shown, by an edit or by a new message. */
  readonly shownAt: number;
};

const unused: Bucket = { edits: [], shownAt: Number.NEGATIVE_INFINITY };

/** A sliding window per bucket: never more than `limits.edits` in any `limits.periodMs`. */
export function createEditBudget(clock: Clock): EditBudget {
  const buckets = new Map<string, Bucket>();

  function recent({ bucket, periodMs }: Limits): Bucket {
    const { edits, shownAt } = buckets.get(bucket) ?? unused;
    return { edits: edits.filter((at) => at > clock.now() - periodMs), shownAt };
  }

  function spend(limits: Limits, edits: number): void {
    const made = Array.from({ length: edits }, () => clock.now());
    const spent = { edits: [...recent(limits).edits, ...made], shownAt: clock.now() };
    buckets.delete(limits.bucket); // set anew, so that the map stays in the order of use
    buckets.set(limits.bucket, spent);
    forgetIdle(limits.periodMs);
  }

  /** Buckets of replies that have ended leave nothing behind. */
  function forgetIdle(periodMs: number): void {
    for (const [bucket, { shownAt }] of buckets) {
      if (shownAt > clock.now() - periodMs) return;
      buckets.delete(bucket);
    }
  }

  return {
    spend,
    async take(limits, kind, signal) {
      for (;;) {
        const delay = momentOfRoom(recent(limits), limits, kind) - clock.now();
        if (delay <= 0 || signal.aborted) break;
        await clock.wait(delay, signal);
      }
      if (!signal.aborted) spend(limits, 1);
    },
  };
}

/** The moment at which the bucket has room. */
function momentOfRoom({ edits, shownAt }: Bucket, limits: Limits, kind: "interim" | "final"): number {
  const slots = kind === "final" ? limits.edits : Math.max(1, limits.edits - 1);
  const oldest = edits.at(-slots);
  const roomAt = oldest === undefined ? Number.NEGATIVE_INFINITY : oldest + limits.periodMs;
  return kind === "final" ? roomAt : Math.max(roomAt, shownAt + limits.periodMs / slots);
}
