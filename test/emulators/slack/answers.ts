import type { Call, Method } from "./calls.ts";
import { findArgumentBreaches } from "./method-documents.ts";
import { methods } from "./methods.ts";
import { homeTeam } from "./places.ts";
import { createRateLimits } from "./rate-limits.ts";
import type { Json, RequestRecord } from "./records.ts";
import { Breach, Refusal, refuse } from "./refusals.ts";
import type { Sockets } from "./sockets.ts";
import { authenticate } from "./tokens.ts";
import { text } from "./values.ts";
import type { World } from "./world.ts";

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is text or a file's content. */
  readonly body: Json | string | Uint8Array;
};

/** Answers calls in Slack's order: the method, the token, its scopes, the rate limit, the arguments, then the deed. */
export function createAnswers(world: World, sockets: Sockets): (record: RequestRecord) => Reply {
  const limits = createRateLimits(world);
  return (record) => {
    try {
      const method = methods[record.method] ?? refuseUnknown(world, record);
      const team = method.token === "none" ? homeTeam(world) : authenticate(world, method, record.token);
      const call: Call = { world, team, token: record.token ?? "", args: record.args, sockets };
      checkScopes(method, call);
      const channel = text(record.args["channel"]);
      const retryAfter = limits.take({ teamId: team.id, method: record.method, channel });
      if (retryAfter !== undefined) {
        world.rateLimited.push({ method: record.method, at: record.at, retryAfter });
        return toLimited(retryAfter);
      }
      checkArguments(world, record);
      const headers = { "x-oauth-scopes": world.settings.scopes.join(",") };
      return { status: 200, headers, body: { ok: true, ...method.answer(call) } };
    } catch (refused) {
      if (!(refused instanceof Refusal)) throw refused;
      if (refused instanceof Breach) world.problems.push(`${record.method}: ${refused.code}: ${detail(refused)}`);
      return toRefused(refused.code, refused.more);
    }
  };
}

export function toRefused(error: string, more: Json = {}): Reply {
  return { status: 200, body: { ok: false, error, ...more } };
}

export function toLimited(retryAfter: number): Reply {
  return { status: 429, headers: { "retry-after": String(retryAfter) }, body: { ok: false, error: "ratelimited" } };
}

function refuseUnknown(world: World, { method }: RequestRecord): never {
  world.problems.push(`${method}: no such method`);
  return refuse("unknown_method", { req_method: method });
}

function checkScopes({ scopes = [], token }: Method, call: Call): void {
  const wanted = typeof scopes === "function" ? scopes(call) : scopes;
  const { scopes: provided } = call.world.settings;
  if (wanted.length === 0 || token !== undefined || wanted.some((scope) => provided.includes(scope))) return;
  refuse("missing_scope", { needed: wanted.join(","), provided: provided.join(",") });
}

function checkArguments(world: World, { method, args }: RequestRecord): void {
  const messages = findArgumentBreaches(method, args);
  if (messages.length === 0) return;
  world.problems.push(...messages);
  refuse("invalid_arguments", { response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) } });
}

function detail({ more }: Refusal): string {
  const { response_metadata: metadata } = more as { readonly response_metadata?: { readonly messages: string[] } };
  return metadata?.messages.join("; ") ?? "";
}
