import type { Announcement, Pace, Urgency } from "../port/index.ts";

/** One allowance: what was taken of it, and what the platform says of it. */
export interface Bucket {
  /** From when on such a change may be made, as things stand. `live` replies may each want to write their last text soon. */
  roomAt(urgency: Urgency, live: number): number;
  /** From when on so many urgent changes will have been possible. */
  roomForAt(count: number): number;
  spend(): void;
  learn(announcement: Announcement): void;
  refuse(ms: number): void;
  /** Nothing in it matters any more. */
  readonly idle: boolean;
}

/** The platform's own count. It is `presumed` from when a request opens a new window until the answer tells. */
type Window = {
  readonly limit: number;
  readonly left: number;
  readonly resetsAt: number;
  readonly presumed: boolean;
};

/**
 * The last change of a window waits until so little of the window remains: a reply that ends before finds it free, one that ends
 * after it waits no longer than that. With five changes in five seconds a text is then 0.6 s old on average, and one end in
 * twenty waits more than a quarter of a second.
 */
const lastShare = 0.08;

/** Part of a documented allowance that may be used up faster than evenly, by a text that begins after a pause. */
const burstShare = 0.12;
const past = Number.NEGATIVE_INFINITY;

/** Until the platform announces its count, no period of `pace` ever holds more changes than allowed. */
export function createBucket(pace: Pace, now: () => number): Bucket {
  let { periodMs } = pace;
  let taken: number[] = [];
  let window: Window | undefined;
  let closedUntil = past;
  /** Changes that may come before their even turn. */
  let credit = Number.POSITIVE_INFINITY;
  let creditAt = now();
  let share = 1;
  let refusedAt = past;

  const last = () => taken.at(-1) ?? past;
  const open = (): Window | undefined => (window !== undefined && now() < window.resetsAt ? window : undefined);

  /** Halved by each refusal, doubled by each period without. */
  const currentShare = () => Math.min(1, share * 2 ** Math.floor((now() - refusedAt) / periodMs));
  const slots = () => Math.max(1, Math.floor(pace.edits * currentShare()));

  function roomInWindow({ limit, left, resetsAt }: Window, urgency: Urgency, live: number): number {
    if (urgency !== "interim") return left > 0 ? past : resetsAt;
    const spare = left - Math.min(Math.max(0, live - 1), limit - 2);
    if (spare <= 0) return resetsAt;
    const from = taken.at(-1) ?? now();
    return from + Math.max(0, resetsAt - periodMs * lastShare - from) / spare;
  }

  function roomInPeriod(urgency: Urgency, live: number): number {
    const due = credit >= 1 ? past : creditAt + (1 - credit) * rate().refillMs;
    if (urgency !== "interim") return Math.max(freedAt(slots()), pace.burst === undefined ? past : due);
    const spare = slots() - Math.min(Math.max(1, live), slots() - 1);
    return Math.max(freedAt(spare), due);
  }

  /** When the newest `count` changes but one are all that count. */
  function freedAt(count: number): number {
    const oldest = taken.at(-count);
    return oldest === undefined ? past : oldest + periodMs;
  }

  /** One slot is always left to a last text, and the burst has to be made good. */
  function rate(): { readonly refillMs: number; readonly burst: number } {
    const even = Math.max(1, slots() - 1);
    const burst = Math.min(pace.burst ?? even, Math.floor(even * burstShare));
    return { refillMs: periodMs / (even - burst), burst };
  }

  function creditNow(): number {
    const { refillMs, burst } = rate();
    return Math.min(1 + burst, credit + (now() - creditAt) / refillMs);
  }

  return {
    roomAt(urgency, live) {
      const standing = open();
      if (standing !== undefined) return Math.max(closedUntil, roomInWindow(standing, urgency, live));
      return Math.max(closedUntil, window === undefined ? roomInPeriod(urgency, live) : past);
    },
    roomForAt(count) {
      const standing = open();
      if (standing !== undefined) return count <= standing.left ? past : standing.resetsAt;
      if (window !== undefined) return past;
      const recent = taken.filter((at) => at > now() - periodMs);
      const over = count - (slots() - recent.length);
      return over <= 0 ? past : (recent[over - 1] ?? now()) + periodMs;
    },
    spend() {
      const at = now();
      [credit, creditAt] = [Math.max(0, creditNow() - 1), at];
      taken = [...taken.filter((one) => one > at - periodMs), at];
      if (window === undefined) return;
      const { limit } = window;
      const standing = open() ?? { limit, left: limit, resetsAt: at + periodMs, presumed: true };
      window = { ...standing, left: Math.max(0, standing.left - 1) };
    },
    learn({ sentAt, limit, left, resetsInMs }) {
      if (limit < 1 || resetsInMs <= 0) return;
      const told = {
        limit,
        left: Math.max(0, left - taken.filter((at) => at > sentAt).length),
        resetsAt: now() + resetsInMs,
        presumed: false,
      };
      if (left === limit - 1) periodMs = resetsInMs; // the request that it answers opened the window
      const known = open();
      if (known === undefined || known.presumed || told.resetsAt > known.resetsAt + periodMs / 2) window = told;
      // Every estimate is late by the answer's way back, so the earliest is the best.
      else if (told.resetsAt > known.resetsAt - periodMs / 2) {
        window = { ...told, left: Math.min(told.left, known.left), resetsAt: Math.min(told.resetsAt, known.resetsAt) };
      }
    },
    refuse(ms) {
      share = Math.max(1 / 4, currentShare() / 2);
      refusedAt = now() + ms;
      closedUntil = Math.max(closedUntil, refusedAt);
    },
    get idle() {
      return last() <= now() - periodMs && closedUntil <= now() && currentShare() === 1 && open() === undefined;
    },
  };
}
