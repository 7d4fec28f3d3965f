import type { Pace } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

/** Every live reply of the process takes its edits from here. */
export interface EditBudget {
  /**
   * Resolves when the bucket has room for an edit, or when the signal is aborted. Interim edits are spread over the period and
   * leave one slot free, so that a final edit need not wait for them.
   */
  take(pace: Pace, kind: "interim" | "final", signal: AbortSignal): Promise<void>;
}

type Bucket = {
  /** When edits were made, oldest first. */
  readonly edits: readonly number[];
  /** When the last of them no longer counts. */
  readonly idleAt: number;
};

/** A sliding window per bucket: never more than `pace.edits` are taken in any `pace.periodMs`. */
export function createEditBudget(clock: Clock): EditBudget {
  const buckets = new Map<string, Bucket>();

  function recent({ bucket, periodMs }: Pace): readonly number[] {
    return (buckets.get(bucket)?.edits ?? []).filter((at) => at > clock.now() - periodMs);
  }

  function spend(pace: Pace): void {
    forgetIdle();
    const now = clock.now();
    buckets.set(pace.bucket, { edits: [...recent(pace), now], idleAt: now + pace.periodMs });
  }

  /** Buckets of replies that have ended leave nothing behind. */
  function forgetIdle(): void {
    for (const [bucket, { idleAt }] of buckets) if (idleAt <= clock.now()) buckets.delete(bucket);
  }

  return {
    async take(pace, kind, signal) {
      for (;;) {
        const delay = momentOfRoom(recent(pace), pace, kind) - clock.now();
        if (delay <= 0 || signal.aborted) break;
        await clock.wait(delay, signal);
      }
      if (!signal.aborted) spend(pace);
    },
  };
}

/** The moment at which the bucket has room. */
function momentOfRoom(edits: readonly number[], pace: Pace, kind: "interim" | "final"): number {
  const slots = kind === "final" ? pace.edits : Math.max(1, pace.edits - 1);
  const roomAt = after(edits.at(-slots), pace.periodMs);
  return kind === "final" ? roomAt : Math.max(roomAt, after(edits.at(-1), pace.periodMs / slots));
}

function after(edit: number | undefined, ms: number): number {
  return edit === undefined ? Number.NEGATIVE_INFINITY : edit + ms;
}
