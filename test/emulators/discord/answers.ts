import { openSpec } from "../api-spec.ts";
import type { Failure } from "./failures.ts";
import { findBreaches, toRefusal } from "./limits.ts";
import { createRateLimits } from "./rate-limits.ts";
import type { RequestRecord } from "./records.ts";
import { Refusal, refusals } from "./refusals.ts";
import type { Sent } from "./requests.ts";
import type { Answer, Match } from "./routing.ts";
import type { World } from "./world.ts";

export type Reply = Answer & { readonly headers?: Readonly<Record<string, string>> };

export type Asked = {
  readonly record: RequestRecord;
  readonly match: Match | undefined;
  readonly sent: Sent;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
};

/** Answers requests in Discord's order: the token, the route, the rate limit, the body, then what the route does. */
export function createAnswers(world: World): (asked: Asked) => Reply {
  const limits = createRateLimits(world.now, world.rates);
  return (asked) => {
    const { record, match, authorization } = asked;
    if (match?.route.byToken !== true && authorization !== `Bot ${world.token}`)
      return toAnswer(refusals.unauthorized());
    if (match === undefined) {
      world.problems.push(`${record.method} ${record.path}: no such route`);
      return toAnswer(refusals.notFound());
    }
    const verdict = limits.take(match);
    if (verdict.kind === "allowed") return { headers: verdict.headers, ...judge(world, match, asked) };
    const { headers, retryAfterMs, global } = verdict;
    world.rateLimited.push({ method: record.method, route: record.route, at: record.at, retryAfterMs, global });
    const body = { message: "You are being rate limited.", retry_after: Math.ceil(retryAfterMs) / 1000, global };
    return { status: 429, headers, body };
  };
}

/** The answer of a planned failure, in the shape Discord's own have. */
export function toFailed({ status = 500, headers = {}, body }: Failure): Reply {
  if (status === 429) {
    const limited = { message: "You are being rate limited.", retry_after: 1, global: false, ...body };
    const scope = limited.global ? { "X-RateLimit-Global": "true" } : { "X-RateLimit-Scope": "user" };
    return {
      status,
      headers: { "Retry-After": String(Math.ceil(limited.retry_after)), ...scope, ...headers },
      body: limited,
    };
  }
  return { status, headers, body: { message: `${status}: planned failure`, code: 0, ...body } };
}

function judge(world: World, { route, params }: Match, { record, sent, query }: Asked): Answer {
  const { method, path } = record;
  const breaches = findBreaches(route.path, sent.body);
  world.problems.push(...(openSpec("discord-openapi.json")?.check({ method, path, body: sent.body }) ?? []));
  world.problems.push(...breaches.map(({ field, why }) => `${method} ${route.path}: ${field}: ${why}`));
  try {
    const refusal = toRefusal(breaches);
    if (refusal !== undefined) throw refusal;
    return route.answer({ world, params, query, ...sent });
  } catch (refused) {
    if (!(refused instanceof Refusal)) throw refused;
    if (refused.code === refusals.emptyMessage().code) world.problems.push(`${method} ${path}: an empty message`);
    return toAnswer(refused);
  }
}

function toAnswer(refused: Refusal): Answer {
  const errors = refused.details === undefined ? {} : { errors: refused.details };
  return { status: refused.status, body: { message: refused.message, code: refused.code, ...errors } };
}
