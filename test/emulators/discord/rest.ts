import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { createAnswers, type Reply, toFailed } from "./answers.ts";
import { createFailures, type Failure, type Failures } from "./failures.ts";
import type { Live, RequestRecord } from "./records.ts";
import { readRequest } from "./requests.ts";
import { applicationRoutes } from "./routes-application.ts";
import { channelRoutes } from "./routes-channels.ts";
import { interactionRoutes } from "./routes-interactions.ts";
import { messageRoutes } from "./routes-messages.ts";
import { findRoute } from "./routing.ts";
import type { World } from "./world.ts";

export type Rest = { readonly server: Server; readonly failures: Failures };

const routes = [...applicationRoutes, ...channelRoutes, ...messageRoutes, ...interactionRoutes];
const prefix = "/api/v10";

/**
 * Serves the API over HTTP: reads, records, answers or fails as planned. Half of the latency passes before a request has its
 * effect and counts for the limits, and half before its answer is heard.
 */
export function createRest(world: World, latencyMs: number): Rest {
  const failures = createFailures();
  const answer = createAnswers(world);
  const closing = new AbortController();
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A client that hung up, or a test that ended, is no fault of the bot's.
      if (closing.signal.aborted || !request.complete) return;
      world.problems.push(`the emulator broke: ${error instanceof Error ? error.stack : error}`);
      response.writeHead(500).end();
    });
  });
  server.on("close", () => closing.abort());
  return { server, failures };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname.startsWith("/attachments/")) return serveFile(world, url.pathname, response);
    const { method = "GET", headers } = request;
    // discord.js writes `@original` as `%40original`.
    const plain = decodeURIComponent(url.pathname);
    const path = plain.startsWith(prefix) ? plain.slice(prefix.length) : plain;
    const sent = await readRequest(request, world.snowflake);
    const match = findRoute(routes, method, path);
    const route = match?.route.path ?? path;
    const record = recordRequest(world, { method, path, route, query: url.search, body: sent.body });
    const failure = failures.take(method, path, route);
    const { authorization } = headers;
    await pass(latencyMs / 2);
    const reply = settle(failure, () => answer({ record, match, sent, query: url.searchParams, authorization }));
    await pass(latencyMs / 2 + (failure?.hangMs ?? 0));
    record.status = failure?.drop ? 0 : reply.status;
    world.changes.send();
    if (failure?.drop) request.socket.resetAndDestroy();
    else write(response, reply);
  }

  async function pass(ms: number): Promise<void> {
    if (ms > 0) await wait(ms, undefined, { signal: closing.signal });
  }
}

/** A failure replaces the answer; a hang alone only delays it, and one that is `applied` still has the effect. */
function settle(failure: Failure | undefined, answer: () => Reply): Reply {
  if (failure === undefined || failure.applied) {
    const reply = answer();
    return failure?.status === undefined ? reply : toFailed(failure);
  }
  return failure.drop || failure.status !== undefined ? toFailed(failure) : answer();
}

function recordRequest(world: World, request: Omit<RequestRecord, "at" | "status">): Live<RequestRecord> {
  const record: Live<RequestRecord> = { ...request, at: world.now() };
  world.requests.push(record);
  world.changes.send();
  return record;
}

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { ...(text === "" ? {} : { "content-type": "application/json" }), ...headers }).end(text);
}

function serveFile(world: World, path: string, response: ServerResponse): void {
  const id = path.split("/")[3];
  const file = [...world.messages.values()].flatMap((message) => message.files).find((known) => known.id === id);
  if (file === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": file.contentType }).end(file.content);
}
