import type { Limits } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

/** Every live reply of the process takes its edits from here. */
export interface EditBudget {
  /**
   * Resolves when the bucket has room for an edit, or when the signal is aborted. Interim edits are spread over the period and
   * leave one slot free, so that a final edit need not wait for them.
   */
  take(limits: Limits, kind: "interim" | "final", signal: AbortSignal): Promise<void>;
  /** Counts edits that were made without being taken (a message that rolled over into the next). */
  spend(limits: Limits, edits: number): void;
}

type Bucket = {
  /** When edits were made, oldest first. */
  readonly edits: readonly number[];
  /** When the last of them no longer counts. */
  readonly idleAt: number;
};

/** A sliding window per bucket: never more than `limits.edits` are taken in any `limits.periodMs`. */
export function createEditBudget(clock: Clock): EditBudget {
  const buckets = new Map<string, Bucket>();

  function recent({ bucket, periodMs }: Limits): readonly number[] {
    return (buckets.get(bucket)?.edits ?? []).filter((at) => at > clock.now() - periodMs);
  }

  function spend(limits: Limits, edits: number): void {
    if (edits === 0) return;
    forgetIdle();
    const now = clock.now();
    const made = [...recent(limits), ...Array.from({ length: edits }, () => now)];
    buckets.set(limits.bucket, { edits: made, idleAt: now + limits.periodMs });
  }

  /** Buckets of replies that have ended leave nothing behind. */
  function forgetIdle(): void {
    for (const [bucket, { idleAt }] of buckets) if (idleAt <= clock.now()) buckets.delete(bucket);
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
function momentOfRoom(edits: readonly number[], limits: Limits, kind: "interim" | "final"): number {
  const slots = kind === "final" ? limits.edits : Math.max(1, limits.edits - 1);
  const roomAt = after(edits.at(-slots), limits.periodMs);
  return kind === "final" ? roomAt : Math.max(roomAt, after(edits.at(-1), limits.periodMs / slots));
}

function after(edit: number | undefined, ms: number): number {
  return edit === undefined ? Number.NEGATIVE_INFINITY : edit + ms;
}
