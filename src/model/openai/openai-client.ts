// Here the model's interface meets real servers that speak OpenAI's protocol, each a little differently.
// Requests are made for what a server is known to take, and answers read with a bound on everything that it may send.
// Whatever goes wrong leaves as one of the errors of model-client.ts; nothing of the SDK is known outside of this folder.

import OpenAI, { APIError } from "openai";
import { secretsIn } from "../../text/secrets.ts";
import { createDemand, type Demand } from "../demand.ts";
import { withoutEndMarks } from "../end-marks.ts";
import { type ModelClient, ModelError, type ModelEvent, type ModelSettings, type Prompt } from "../model-client.ts";
import { withoutThinkTags } from "../think-tags.ts";
import { fetchRetryAfter } from "./fetch-retry-after.ts";
import { bodyOf } from "./http-fetch.ts";
import { createIdleTimeout, type IdleTimeout, noSignOfLife, type SignOfLife } from "./idle-timeout.ts";
import { checkEndpoint } from "./openai-check.ts";
import { toEvents } from "./openai-chunks.ts";
import { toModelError } from "./openai-errors.ts";
import { type OpenAiRequest, toRequest } from "./openai-request.ts";
import { readEventStream } from "./openai-stream.ts";

/** Milliseconds until an answer must begin, retries included. */
const headersMs = 60_000;

/** Milliseconds that the usage may take after the answer's end. */
const tailMs = 2_000;

export type OpenAiClientParts = {
  /** Never less than the idle time by default: a setting that was raised for a slow server has to reach its first byte too. */
  readonly beginMs?: number;
  /** Shared by all clients of one server. */
  readonly life?: SignOfLife;
};

/**
 * The model behind any server that speaks OpenAI's Chat Completions. Until the first byte the SDK tries again by itself, twice, where
 * that may help; after it nothing is repeated.
 */
export function createOpenAiClient(
  settings: ModelSettings,
  { beginMs = Math.max(headersMs, settings.idleMs), life = noSignOfLife() }: OpenAiClientParts = {},
): ModelClient {
  const client = new OpenAI({
    baseURL: settings.baseUrl,
    apiKey: settings.apiKey,
    organization: null, // else the SDK would read the environment by itself
    project: null,
    maxRetries: 2,
    logLevel: "off",
    fetch: fetchRetryAfter,
    timeout: 20 * beginMs, // our own limits come first
  });
  const secrets = [settings.apiKey, ...secretsIn(settings.baseUrl)];
  const ask = createAsk(client);

  async function* stream(
    prompt: Prompt,
    signal: AbortSignal,
    demand: Demand = createDemand(),
  ): AsyncGenerator<ModelEvent> {
    const silence = createIdleTimeout(signal, life);
    try {
      silence.allow(beginMs, "timeout", `no answer began within ${beginMs} ms`);
      const response = await ask(toRequest(settings, prompt), silence);
      silence.allow(settings.idleMs, "stalled", `nothing came for ${settings.idleMs} ms`);
      const chunks = readEventStream({ body: bodyOf(response), headers: response.headers }, silence.heard, demand);
      const events = toEvents(chunks, () => silence.allow(tailMs, "stalled", "no usage came"));
      yield* withoutThinkTags(withoutEndMarks(events), settings.beginsThinking ? "thinking" : "answer");
    } catch (error) {
      if (!signal.aborted) throw silence.error() ?? toModelError(error, secrets);
      yield { kind: "end", ending: "stopped" };
    } finally {
      silence.end();
    }
  }

  return { model: settings.model, stream, check: (signal) => checkEndpoint(client, settings, secrets, signal) };
}

type Ask = (request: OpenAiRequest, silence: IdleTimeout) => Promise<Response>;

/** Sends requests, and learns whether the server knows `stream_options`: without them there is no usage, but an answer. */
function createAsk(client: OpenAI): Ask {
  let optionsKnown = true;
  return async (request, silence) => {
    const { stream_options, ...plain } = request;
    if (!optionsKnown) return send(client, plain, silence);
    try {
      return await send(client, request, silence);
    } catch (error) {
      if (!refusesStreamOptions(error)) throw error;
      optionsKnown = false;
      return send(client, plain, silence);
    }
  };
}

async function send(client: OpenAI, request: OpenAiRequest, { signal }: IdleTimeout): Promise<Response> {
  const response = await client.chat.completions.create(request, { signal }).asResponse();
  if (response.headers.get("content-type")?.startsWith("text/html")) {
    throw new ModelError("unknown-model", "the address answers with a web page; it may lack its /v1");
  }
  return response;
}

function refusesStreamOptions(error: unknown): boolean {
  return (
    error instanceof APIError && (error.status === 400 || error.status === 422) && /stream_options/.test(error.message)
  );
}
