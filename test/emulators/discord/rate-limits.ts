import { createHash } from "node:crypto";
import type { Match } from "./routing.ts";

export type Verdict =
  | { readonly kind: "allowed"; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly kind: "limited";
      readonly headers: Readonly<Record<string, string>>;
      readonly retryAfterMs: number;
      readonly global: boolean;
    };

/** By method and path, as in "PATCH /channels/:channel/messages/:message": how many requests in how many milliseconds. */
export type Rates = Readonly<Record<string, readonly [count: number, windowMs: number]>>;

type Bucket = { endsAt: number; used: number };

const globalCount = 50;
const globalWindowMs = 1000;

/**
 * Counts requests as Discord does: a bucket per route and major parameter, whose window opens with its first request, and
 * 50 requests a second for the whole bot. https://discord.com/developers/docs/topics/rate-limits
 */
export function createRateLimits(now: () => number, rates: Rates = {}): { take(match: Match): Verdict } {
  const buckets = new Map<string, Bucket>();

  function use(key: string, limit: number, windowMs: number): { readonly left: number; readonly resetMs: number } {
    const known = buckets.get(key);
    const bucket = known !== undefined && known.endsAt > now() ? known : { endsAt: now() + windowMs, used: 0 };
    bucket.used += 1;
    buckets.set(key, bucket);
    return { left: limit - bucket.used, resetMs: bucket.endsAt - now() };
  }

  return {
    take({ route, params }) {
      if (route.byToken !== true) {
        const whole = use("global", globalCount, globalWindowMs);
        if (whole.left < 0)
          return limited(whole.resetMs, true, { "X-RateLimit-Global": "true", "X-RateLimit-Scope": "global" });
      }
      const name = `${route.method} ${route.path}`;
      const [limit, windowMs] = rates[name] ?? route.rate;
      const { left, resetMs } = use(`${name} ${majorParameter(params)}`, limit, windowMs);
      const headers = {
        "X-RateLimit-Limit": String(limit),
        "X-RateLimit-Remaining": String(Math.max(0, left)),
        "X-RateLimit-Reset": ((Date.now() + resetMs) / 1000).toFixed(3),
        "X-RateLimit-Reset-After": (resetMs / 1000).toFixed(3),
        "X-RateLimit-Bucket": createHash("md5").update(name).digest("hex"),
      };
      return left < 0
        ? limited(resetMs, false, { ...headers, "X-RateLimit-Scope": "user" })
        : { kind: "allowed", headers };
    },
  };
}

/** The part of a path that has limits of its own: the channel, the guild, or an interaction's webhook. */
function majorParameter(params: Readonly<Record<string, string>>): string {
  return params["channel"] ?? params["guild"] ?? params["token"] ?? "";
}

function limited(retryAfterMs: number, global: boolean, headers: Readonly<Record<string, string>>): Verdict {
  const retryAfter = String(Math.ceil(retryAfterMs / 1000));
  return { kind: "limited", global, retryAfterMs, headers: { ...headers, "Retry-After": retryAfter } };
}
