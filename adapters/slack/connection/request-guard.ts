import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { parse } from "node:querystring";
import type { Clock } from "../../../src/port/index.ts";
import { paths } from "../app/manifest.ts";
import { createBodyReader } from "./request-body.ts";

export type GuardParts = {
  readonly signingSecret: string;
  readonly clock: Clock;
  /** Pages for browsers. */
  readonly pages: readonly string[];
  /** The signature is well made, but not by this secret. */
  readonly mismatched: () => void;
};

/** Slack tells both ways. https://docs.slack.dev/authentication/verifying-requests-from-slack */
const longestDriftMs = 5 * 60_000;

/**
 * Slack's largest: an edit of 40,000 characters, as text and as blocks, before and after, each character escaped. That is about 1 MB,
 * and half as much again as a form. Bytes.
 */
const longestBody = 2 * 1024 * 1024;

/** Slack tests an address now and then with a few words that it does not sign. Bytes. */
const longestUnsigned = 4 * 1024;

/**
 * Stands before Bolt, which reads four megabytes of anybody's before it looks for a signature. Here a body is read only where
 * signature and time could be Slack's, and handed on only where both are and it holds an object.
 */
export function guardRequests(next: RequestListener, parts: GuardParts): RequestListener {
  const bodies = createBodyReader();

  /** The status with which it is refused, its body, or nothing where nobody waits any more. */
  async function admitted(request: IncomingMessage): Promise<number | Buffer | undefined> {
    const signature = signatureIn(request, parts.clock.now());
    if (signature === undefined && !isForm(request)) return 401;
    if (request.headers["content-encoding"] !== undefined) return 415;
    const body = await bodies.read(request, signature === undefined ? longestUnsigned : longestBody);
    if (body.kind === "broken") return undefined;
    if (signature === undefined) return body.kind === "whole" && isTest(body.bytes) ? 200 : 401;
    if (body.kind === "too-large") return 413;
    if (isOurs(signature, body.bytes, parts.signingSecret)) return holdsObject(body.bytes, request) ? body.bytes : 400;
    parts.mismatched();
    return 401;
  }

  async function onEvent(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const admission = await admitted(request);
    if (typeof admission === "number") finish(response, admission);
    else if (admission !== undefined) next(Object.assign(request, { rawBody: admission }), response);
  }

  return (request, response) => {
    if (!isFirst(request, response)) return;
    const path = request.url?.split("?", 1)[0] ?? "";
    if (request.method === "POST" && path === paths.events) void onEvent(request, response);
    else if (request.method === "GET" && parts.pages.includes(path)) next(request, response);
    else finish(response, 404);
  };
}

/** Sockets with a request that is not answered yet. */
const busy = new WeakSet<Socket>();

/**
 * A request that comes before the one before it on its connection was answered. Neither Slack nor proxies do that; in one packet there is
 * room for thousands, which Node reads all before it sends the first answer.
 */
function isFirst({ socket }: IncomingMessage, response: ServerResponse): boolean {
  if (socket.destroyed) return false;
  if (busy.has(socket)) {
    socket.destroy();
    return false;
  }
  busy.add(socket);
  response.once("close", () => busy.delete(socket));
  return true;
}

type Signature = { readonly timestamp: string; readonly digest: Buffer };

/** Undefined where it cannot be Slack's, or was made at another time. */
function signatureIn({ headers }: IncomingMessage, now: number): Signature | undefined {
  const timestamp = String(headers["x-slack-request-timestamp"]);
  const [, digest] = /^v0=([0-9a-f]{64})$/.exec(String(headers["x-slack-signature"])) ?? [];
  if (digest === undefined || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (Math.abs(Number(timestamp) * 1_000 - now) > longestDriftMs) return undefined;
  return { timestamp, digest: Buffer.from(digest, "hex") };
}

function isOurs({ timestamp, digest }: Signature, bytes: Buffer, secret: string): boolean {
  const own = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(bytes).digest();
  return timingSafeEqual(own, digest);
}

const isTest = (bytes: Buffer): boolean => parse(bytes.toString())["ssl_check"] === "1";

const form = "application/x-www-form-urlencoded";

const isForm = ({ headers }: IncomingMessage): boolean => headers["content-type"] === form;

/** Bolt takes `null` for an event, and dies of it. What begins so, but is no JSON, Bolt refuses itself. */
function holdsObject(bytes: Buffer, request: IncomingMessage): boolean {
  if (!isForm(request)) return beginsObject(bytes.toString());
  const { payload } = parse(bytes.toString());
  return payload === undefined || (typeof payload === "string" && beginsObject(payload));
}

const beginsObject = (json: string): boolean => /^\s*\{/.test(json);

/** What is left of the body is not waited for. */
const finish = (response: ServerResponse, status: number) => response.writeHead(status, { connection: "close" }).end();
