import type { RateLimit, RateLimitReport, Urgency } from "../port/index.ts";

/** One allowance: what was taken of it, and what the platform says of it. */
export interface Bucket {
  /** From when on such a change may be made, as things stand. `live` replies may each want to write their last text soon. */
  roomAt(urgency: Urgency, live: number): number;
  /** From when on so many urgent changes will have been possible. */
  roomForAt(count: number): number;
  spend(): void;
  learn(announcement: RateLimitReport): void;
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
 * twenty waits for more than a tenth of a second.
 */
const lastPart = 0.08;

/** A large allowance is not spent evenly: the more of it is left, the faster, so that answers that come after a pause grow fast. */
const large = 20;
/** In so long two thirds of what is left would be spent, and one seventh is always left to texts that begin. */
const spreadMs = 10_000;
const past = Number.NEGATIVE_INFINITY;

/** Until the platform announces its count, no period of `pace` ever holds more changes than allowed. */
export function createBucket(pace: RateLimit, now: () => number): Bucket {
  let { periodMs } = pace;
  let taken: number[] = [];
  let window: Window | undefined;
  let closedUntil = past;
  /** Changes that may come before their even turn. */
  let credit = Number.POSITIVE_INFINITY;
  let creditAt = now();
  /** What of the documented limit is used, after a refusal. */
  let speed = 1;
  let refusedAt = past;

  const recent = () => taken.filter((at) => at > now() - periodMs);
  const open = (): Window | undefined => (window !== undefined && now() < window.resetsAt ? window : undefined);

  /** Halved by each refusal, doubled by each period without. */
  const currentSpeed = () => Math.min(1, speed * 2 ** Math.floor((now() - refusedAt) / periodMs));
  const slots = () => Math.max(1, Math.floor(pace.count * currentSpeed()));

  function roomInWindow({ limit, left, resetsAt }: Window, urgency: Urgency, live: number): number {
    if (urgency !== "interim") return left > 0 ? past : resetsAt;
    const spare = left - Math.min(Math.max(0, live - 1), Math.max(0, limit - 2));
    // What was kept for last texts is worth nothing to them at the window's end.
    if (spare <= 0) return left > 0 ? resetsAt - periodMs * lastPart : resetsAt;
    const from = taken.at(-1) ?? now();
    return from + Math.max(0, resetsAt - periodMs * lastPart - from) / spare;
  }

  function roomInPeriod(urgency: Urgency, live: number): number {
    const due = credit >= 1 ? past : creditAt + (1 - credit) * evenMs();
    if (urgency !== "interim") return Math.max(freedAt(slots()), pace.burst === undefined ? past : due);
    const spare = slots() - Math.min(Math.max(1, live), slots() - 1);
    const left = spare - recent().length;
    if (left <= 0) return freedAt(spare);
    return pace.burst === undefined && slots() >= large ? (taken.at(-1) ?? past) + spreadMs / left : due;
  }

  /** When the newest `count` changes but one are all that count. */
  function freedAt(count: number): number {
    const oldest = taken.at(-count);
    return oldest === undefined ? past : oldest + periodMs;
  }

  /** One slot is always left to a last text. */
  const evenMs = () => periodMs / Math.max(1, slots() - 1);

  /** What our own count leaves of such a limit. */
  function unspent(limit: number, presumed: Window | undefined): number {
    if (presumed !== undefined) return limit - (presumed.limit - presumed.left);
    return limit - recent().length;
  }

  function creditNow(): number {
    return Math.min(1 + (pace.burst ?? 0), credit + (now() - creditAt) / evenMs());
  }

  return {
    roomAt(urgency, live) {
      const standing = open();
      if (standing !== undefined) return Math.max(closedUntil, roomInWindow(standing, urgency, live));
      return Math.max(closedUntil, window === undefined ? roomInPeriod(urgency, live) : past);
    },
    roomForAt(count) {
      const standing = open();
      if (standing !== undefined)
        return standing.resetsAt + (Math.ceil((count - standing.left) / standing.limit) - 1) * periodMs;
      if (window !== undefined) return past;
      const counted = recent();
      const over = count - (slots() - counted.length);
      if (over <= 0) return past;
      return (counted[(over - 1) % slots()] ?? now()) + Math.ceil(over / slots()) * periodMs;
    },
    spend() {
      const at = now();
      [credit, creditAt] = [Math.max(0, creditNow() - 1), at];
      taken = [...recent(), at];
      if (window === undefined) return;
      const { limit } = window;
      const standing = open() ?? { limit, left: limit, resetsAt: at + periodMs, presumed: true };
      window = { ...standing, left: Math.max(0, standing.left - 1) };
    },
    learn({ roundTripMs, limit, left, resetsInMs }) {
      if (limit < 1 || resetsInMs <= 0) return;
      const sentAt = now() - roundTripMs;
      const known = open();
      // Changes may have been admitted, but not sent, before the one that this answers.
      const own = known?.presumed === true || window === undefined ? unspent(limit, known) : limit;
      const told = {
        limit,
        left: Math.max(0, Math.min(left - taken.filter((at) => at > sentAt).length, own)),
        resetsAt: now() + resetsInMs,
        presumed: false,
      };
      // The request that it answers opened the window; of one alone nothing is left after a refusal either.
      if (left === limit - 1 && limit > 1) periodMs = resetsInMs;
      if (known === undefined || known.presumed || told.resetsAt > known.resetsAt + periodMs / 2) window = told;
      // Every estimate is late by the answer's way back, so the earliest is the best.
      else if (told.resetsAt > known.resetsAt - periodMs / 2) {
        window = { ...told, left: Math.min(told.left, known.left), resetsAt: Math.min(told.resetsAt, known.resetsAt) };
      }
    },
    refuse(ms) {
      speed = Math.max(1 / 4, currentSpeed() / 2);
      refusedAt = now() + ms;
      closedUntil = Math.max(closedUntil, refusedAt);
    },
    get idle() {
      return (
        (taken.at(-1) ?? past) <= now() - periodMs &&
        closedUntil <= now() &&
        currentSpeed() === 1 &&
        open() === undefined
      );
    },
  };
}
