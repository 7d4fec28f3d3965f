import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Clock, steadyClock } from "../../../src/runtime/clock.ts";
import { openSpec } from "../api-spec.ts";
import { patienceMs } from "../until.ts";
import { play } from "./play.ts";
import type { Script } from "./script.ts";
import { createSlots } from "./slots.ts";
import { createTicker } from "./ticker.ts";
import { createWaiting } from "./waiting.ts";
import { toUsage, wrongKey } from "./wire.ts";

export type { Script } from "./script.ts";

export type SentMessage = { readonly role: string; readonly content: string };

/** A request to /chat/completions, and what became of it. */
export type ChatRequest = {
  readonly messages: readonly SentMessage[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
  readonly at: number;
  /** The client closed the connection before the end. */
  readonly aborted: boolean;
  /** The connection is over, however it ended. */
  readonly closed: boolean;
  /** When each piece of text, reasoning or refusal was sent, on the `performance.now` scale. */
  readonly sentAt: readonly number[];
  readonly firstTokenAt?: number;
  readonly lastTokenAt?: number;
};

export type ListedModel = string | { readonly id: string; readonly shutdown_date?: string };

export type OpenAiEmulator = {
  readonly baseUrl: string;
  /** Every request in the order it came. */
  readonly requests: readonly ChatRequest[];
  /** What OpenAI's own document has against the requests; always empty where the document is missing. */
  readonly problems: readonly string[];
  /** When set, every other key is refused. */
  key: string | undefined;
  /** So many requests are answered at once; the others wait for their headers. */
  slots: number;
  /** What /models lists; without a list the address does not exist. */
  models: readonly ListedModel[] | undefined;
  /** The answers to the next requests; the last one repeats. */
  replies(...scripts: readonly Script[]): void;
  /** Computes each answer from its request. */
  replyTo(toScript: (request: Pick<ChatRequest, "messages" | "body">) => Script): void;
  /** Resolves once the fact is true; looked at after everything that is recorded. */
  until(fact: () => unknown, timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
};

export type OpenAiOptions = {
  readonly port?: number;
  readonly key?: string;
  readonly models?: readonly ListedModel[];
  readonly slots?: number;
  /** What the speed of answers goes by. */
  readonly clock?: Pick<Clock, "now">;
};

/** An OpenAI-compatible server on the loopback interface that does as it is told and remembers what it was asked. */
export async function startOpenAi(options: OpenAiOptions = {}): Promise<OpenAiEmulator> {
  const requests: Recorded[] = [];
  const problems: string[] = [];
  const waiting = createWaiting();
  const { clock = steadyClock } = options;
  const ticker = createTicker();
  const slots = createSlots(() => emulator.slots);
  const spec = openSpec("openai-openapi.json");
  let toScript: (request: Pick<ChatRequest, "messages" | "body">) => Script = () => ({});

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      problems.push(`emulator: ${String(error)}`);
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = await text(request);
    const key = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (emulator.key !== undefined && key !== emulator.key) return refuse(response, 401, wrongKey(key));
    const path = (request.url ?? "").replace(/^\/v1(?=\/)/, "");
    if (request.method === "GET" && path === "/models" && emulator.models !== undefined) {
      return json(response, 200, { object: "list", data: emulator.models.map(toModel) });
    }
    if (request.method === "POST" && path === "/chat/completions") return chat(request, response, JSON.parse(content));
    refuse(response, 404, { message: `Invalid URL (${request.method} ${request.url})`, type: "invalid_request_error" });
  }

  async function chat(request: IncomingMessage, response: ServerResponse, body: Body): Promise<void> {
    const record: Recorded = {
      messages: body.messages ?? [],
      body,
      headers: request.headers,
      at: Date.now(),
      aborted: false,
      closed: false,
      sentAt: [],
    };
    requests.push(record);
    problems.push(...(spec?.check({ method: "POST", path: "/chat/completions", body }) ?? []));
    const script = toScript(record);
    const dropped = script.dropAfter !== undefined || script.afterFinish === "drop";
    response.once("close", () => {
      record.closed = true;
      record.aborted = !response.writableFinished && !dropped && !stopping;
      waiting.changed();
    });
    waiting.changed();
    if (!(await slots.take(response))) return;
    if (script.noHeaders) {
      if (script.dropAfter !== undefined) request.socket.resetAndDestroy();
      return;
    }
    if (script.body !== undefined) {
      response.writeHead(script.status ?? 200, { ...script.headers }).end(script.body);
      return;
    }
    if (script.status !== undefined) {
      return refuse(response, script.status, script.error ?? { message: "as the script says" }, script.headers);
    }
    const sent = (pieces: number) => {
      const at = clock.now();
      for (let piece = 0; piece < pieces; piece += 1) record.sentAt.push(at);
      record.firstTokenAt ??= Date.now();
      record.lastTokenAt = Date.now();
      waiting.changed();
    };
    const usage = body.stream_options?.include_usage === true ? toUsage(script, record.messages) : null;
    await play(script, { response, model: body.model ?? "", ticker, clock, usage, sent });
  }

  let stopping = false;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const emulator: OpenAiEmulator = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    problems,
    key: options.key,
    slots: options.slots ?? Number.POSITIVE_INFINITY,
    models: options.models ?? ["test-model"],
    replies: (...scripts) => {
      const queue = [...scripts];
      toScript = () => (queue.length > 1 ? queue.shift() : queue[0]) ?? {};
    },
    replyTo: (compute) => {
      toScript = compute;
    },
    until: (fact, timeoutMs = patienceMs) => waiting.until(fact, timeoutMs),
    stop: () => {
      stopping = true;
      ticker.stop();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
  return emulator;
}

type Recorded = { -readonly [Name in keyof Omit<ChatRequest, "sentAt">]: ChatRequest[Name] } & {
  readonly sentAt: number[];
};

type Body = {
  readonly model?: string;
  readonly messages?: readonly SentMessage[];
  readonly stream_options?: { readonly include_usage?: boolean };
};

function toModel(model: ListedModel): object {
  return {
    object: "model",
    created: 1_790_000_000,
    owned_by: "emulator",
    ...(typeof model === "string" ? { id: model } : model),
  };
}

function refuse(response: ServerResponse, status: number, error: object, headers: Script["headers"] = {}): void {
  json(response, status, { error: { param: null, type: null, code: null, ...error } }, headers);
}

function json(response: ServerResponse, status: number, body: object, headers: Script["headers"] = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
