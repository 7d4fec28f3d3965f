import type { Readable } from "node:stream";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { APIError } from "openai";
import type { Demand } from "../demand.ts";
import { ModelError } from "../model-client.ts";
import { fieldsOf } from "../outside.ts";
import { toServerError } from "./server-error.ts";
import { serverText } from "./server-text.ts";

/** Characters that one event may take, whatever stands in it. The largest that servers send are pictures, which nobody looks at here. */
const longestEvent = 4_000_000;

/** Characters that a whole stream may take: some hundred thousand tokens in the most long-winded of chunks. */
const longestStream = 256_000_000;

export type Answered = { readonly body: Readable | undefined; readonly headers: Headers };

/**
 * Reads the server-sent events of an answer as JSON, as many at a time as have come when they are wanted, and an error among them as the
 * SDK's own. The SDK would read them too, but one by one, at a multiple of the processor's time, and without a word of comments, which
 * are a sign of life; so `heard` is called here, and told whether an event came. A stream that is larger than any answer, or brings so
 * much without an event, is broken.
 */
export async function* readEventStream(
  { body, headers }: Answered,
  heard: (event: boolean) => void,
  demand: Demand,
): AsyncGenerator<readonly unknown[]> {
  if (body === undefined) return;
  let begun = false;
  /** The body so far, where it is no stream of events: some servers send one answer in one piece, whatever they were asked. */
  let json: string | undefined;
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  let sinceEvent = 0;
  let all = 0;
  for await (const text of serverText(body, heard, demand)) {
    sinceEvent += text.length;
    all += text.length;
    if (sinceEvent > longestEvent || all > longestStream) throw new ModelError("broken", tooLarge);
    if (!begun && /^\s*[[{]/.test(text)) json = "";
    begun ||= text.trim() !== "";
    if (json !== undefined) {
      json += text;
      continue;
    }
    parser.feed(text);
    if (events.length > 0) sinceEvent = 0;
    const { chunks, error, isOver } = toChunks(events.splice(0), headers);
    if (chunks.length > 0) yield chunks;
    if (error !== undefined) throw error;
    if (isOver) return;
  }
  if (json !== undefined) yield [wholeChunk(json.trimStart(), headers)];
  parser.feed("\n\n"); // the last event may lack its end
  const { chunks, error } = toChunks(events, headers);
  if (chunks.length > 0) yield chunks;
  if (error !== undefined) throw error;
}

const tooLarge = "the stream is larger than an answer can be";

type Chunks = { readonly chunks: readonly unknown[]; readonly error?: unknown; readonly isOver?: boolean };

/** What came before an error, or before the end, counts. Servers keep a connection alive with events that hold nothing. */
function toChunks(events: readonly EventSourceMessage[], headers: Headers): Chunks {
  const chunks: unknown[] = [];
  for (const event of events) {
    if (event.data.trim() === "[DONE]") return { chunks: [...chunks, doneChunk], isOver: true };
    if (event.data.trim() === "") continue;
    try {
      chunks.push(toChunk(event, headers));
    } catch (error) {
      return { chunks, error };
    }
  }
  return { chunks };
}

/** A server that says that it is done had no other reason to finish. Where it named one, this comes too late to count. */
const doneChunk = { choices: [{ delta: {}, finish_reason: "stop" }] };

/** A whole answer as the last chunk of a stream. */
function wholeChunk(json: string, headers: Headers): unknown {
  const outside: unknown = JSON.parse(json);
  const { error, choices, ...rest } = fieldsOf(outside);
  if (error || !Array.isArray(choices)) throw new APIError(undefined, toServerError(outside, json), undefined, headers);
  const whole = choices.map((choice: unknown) => {
    const { index, message, finish_reason = "stop" } = fieldsOf(choice);
    return { index, delta: message, finish_reason };
  });
  return { ...rest, choices: whole };
}

function toChunk({ event, data }: EventSourceMessage, headers: Headers): unknown {
  const chunk: unknown = JSON.parse(data);
  const inside = typeof chunk === "object" && chunk !== null && "error" in chunk ? chunk.error : undefined;
  const error = inside || (event === "error" ? chunk : undefined);
  if (error) throw new APIError(undefined, toServerError(chunk, data), undefined, headers);
  return chunk;
}
