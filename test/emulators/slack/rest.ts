import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type Reply, toLimited, toRefused } from "./answers.ts";
import { createFailures, type Failure, type Failures } from "./failures.ts";
import { answerFile } from "./files.ts";
import type { Json, Live, RequestRecord } from "./records.ts";
import { readCall, type Sent } from "./requests.ts";
import { answerResponseUrl } from "./response-urls.ts";
import { shortest, watchStream } from "./stream-calls.ts";
import { answerUpload } from "./uploads.ts";
import { isObject, text } from "./values.ts";
import type { World } from "./world.ts";

export type Rest = {
  readonly server: Server;
  readonly failures: Failures;
  /** Has to be told before the first call: answering needs the sockets, and they need the server. */
  answerWith(answer: (record: RequestRecord) => Reply): void;
};

/**
 * Serves the Web API, response URLs and files: reads, records, answers or fails as planned. Half of the latency passes before a
 * call has its effect and counts for the limits, and half before its answer is heard.
 */
export function createRest(world: World): Rest {
  const failures = createFailures();
  const closing = new AbortController();
  let answer: (record: RequestRecord) => Reply = () => toRefused("fatal_error");
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A client that hung up, or a test that ended, is no fault of the bot's.
      if (closing.signal.aborted || !request.complete) return;
      world.problems.push(`the emulator broke: ${error instanceof Error ? error.stack : error}`);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  server.on("close", () => closing.abort());
  return {
    server,
    failures,
    answerWith(wanted) {
      answer = wanted;
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrived = world.order();
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const sent = await readCall(request);
    const place = findPlace(pathname, sent.bytes);
    const record = recordRequest(world, place.method, place.method === "upload" ? { ...sent, args: {} } : sent);
    const answered = watchStream(world, record, arrived);
    response.on("close", answered);
    const failure = failures.take(place.method, record.args);
    const { latencyMs } = world.settings;
    await pass(latencyMs / 2);
    const reply = settle(failure, () => (place.answer === undefined ? answer(record) : place.answer(record)));
    await pass(Math.max(latencyMs / 2, shortest(place.method)) + (failure?.hangMs ?? 0));
    const cut = failure?.drop === true || failure?.lose === true;
    complete(record, reply, cut);
    answered();
    world.changes.send();
    if (cut) request.socket.resetAndDestroy();
    else write(response, reply);
  }

  async function pass(ms: number): Promise<void> {
    if (ms > 0) await wait(ms, undefined, { signal: closing.signal });
  }

  function findPlace(
    path: string,
    bytes: Uint8Array,
  ): { readonly method: string; readonly answer?: (record: RequestRecord) => Reply } {
    if (path.startsWith("/upload/")) return { method: "upload", answer: () => answerUpload(world, path, bytes) };
    if (path.startsWith("/response/"))
      return { method: "response_url", answer: ({ args }) => answerResponseUrl(world, path, args) };
    if (path.startsWith("/files-pri/"))
      return { method: "files-pri", answer: ({ token }) => answerFile(world, path, token) };
    return { method: path.replace(/^\/api\//, "") };
  }
}

/** A failure replaces the answer; a hang alone only delays it, and what is lost was carried out. */
function settle(failure: Failure | undefined, answer: () => Reply): Reply {
  if (failure === undefined || failure.lose) return answer();
  const { drop, retryAfter, status, error } = failure;
  if (drop) return toRefused("fatal_error");
  if (retryAfter !== undefined || status === 429) return toLimited(retryAfter ?? 1);
  if (status !== undefined && error === undefined) return { status, body: `${status}: planned failure` };
  return error === undefined ? answer() : { ...toRefused(error), status: status ?? 200 };
}

function recordRequest(world: World, method: string, { args, token }: Sent): Live<RequestRecord> {
  const record: Live<RequestRecord> = { method, args, token, at: world.now() };
  world.requests.push(record);
  world.changes.send();
  return record;
}

function complete(record: Live<RequestRecord>, { status, body }: Reply, cut: boolean): void {
  record.status = cut ? 0 : status;
  const error = isObject(body) ? text(body["error"]) : "";
  if (error !== "") record.error = error;
}

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  const [type, content] = toContent(body);
  response.writeHead(status, { "content-type": type, ...headers }).end(content);
}

function toContent(body: Json | string | Uint8Array): readonly [string, string | Uint8Array] {
  if (typeof body === "string") return ["text/plain", body];
  return body instanceof Uint8Array ? ["application/octet-stream", body] : ["application/json", JSON.stringify(body)];
}
