import type { Place, ThreadId } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

/** `allow`: answer. `notify`: no more for now, and say so. `drop`: neither. */
export type LoopVerdict = "allow" | "notify" | "drop";

export interface LoopGuard {
  /** Counts one more answer in this place, a refusal too: another machine would answer that as well. */
  check(place: Place): LoopVerdict;
}

/** More than people can make of one thread. */
export const mostAnswers = 60;
const minuteMs = 60_000;

type Minute = { readonly since: number; readonly answers: number };

/**
 * The last resort against two machines that answer one another. Adapters drop what bots and webhooks say; this stops what
 * poses as a person. A pause ends a loop, since it takes two. No machine can write a direct message to another.
 */
export function createLoopGuard(clock: Clock): LoopGuard {
  const minutes = new Map<ThreadId, Minute>();

  return {
    check({ kind, thread }) {
      if (kind === "direct") return "allow";
      const now = clock.now();
      // The oldest stand first, since a new minute is added anew.
      for (const [old, { since }] of minutes) {
        if (now - since < minuteMs) break;
        minutes.delete(old);
      }
      const { since, answers } = minutes.get(thread) ?? { since: now, answers: 0 };
      // From the last word on a whole minute of silence, not what is left of this one.
      const halts = answers === mostAnswers;
      if (halts) minutes.delete(thread);
      minutes.set(thread, { since: halts ? now : since, answers: answers + 1 });
      return answers < mostAnswers ? "allow" : halts ? "notify" : "drop";
    },
  };
}
