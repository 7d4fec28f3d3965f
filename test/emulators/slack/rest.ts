import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { type Reply, toLimited, toRefused } from "./answers.ts";
import { createFailures, type Failure, type Failures } from "./failures.ts";
import { answerFile } from "./files.ts";
import { homeTeam } from "./places.ts";
import type { Json, Live, RequestRecord } from "./records.ts";
import { overTheWire, readCall, type Sent } from "./requests.ts";
import { answerResponseUrl } from "./response-urls.ts";
import { shortest, watchStream } from "./stream-calls.ts";
import { answerUpload } from "./uploads.ts";
import { isObject, text } from "./values.ts";
import type { World } from "./world.ts";

export type Rest = {
  readonly server: Server;
  readonly failures: Failures;
  /** The same call without a wire: as soon as can be, and undefined where its connection would have been cut. */
  call(method: string, args: Json): Promise<Reply | undefined>;
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
    async call(method, args) {
      const record = recordRequest(world, method, { args: overTheWire(args), token: homeTeam(world).botToken });
      const answered = watchStream(world, record, world.order());
      const reply = await carryOut(record, { answer, pass: () => turn() });
      answered();
      return reply;
    },
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
    const reply = await carryOut(record, { answer: place.answer ?? answer, pass });
    answered();
    if (reply === undefined) request.socket.resetAndDestroy();
    else write(response, reply);
  }

  /** Recorded with its answer, which is undefined where the connection is to be cut. */
  async function carryOut(
    record: Live<RequestRecord>,
    by: { readonly answer: (record: RequestRecord) => Reply; readonly pass: (ms: number) => Promise<void> },
  ): Promise<Reply | undefined> {
    const failure = failures.take(record.method, record.args);
    const { latencyMs } = world.settings;
    await by.pass(latencyMs / 2);
    const reply = settle(failure, () => by.answer(record));
    await by.pass(Math.max(latencyMs / 2, shortest(record.method)) + (failure?.hangMs ?? 0));
    const cut = failure?.drop === true || failure?.lose === true;
    complete(record, reply, cut);
    world.changes.send();
    return cut ? undefined : reply;
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

function recordRequest(world: World, method: string, { args, token }: Omit<Sent, "bytes">): Live<RequestRecord> {
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
