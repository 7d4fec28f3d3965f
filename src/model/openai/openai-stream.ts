import type { Readable } from "node:stream";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { APIError } from "openai";
import type { Demand } from "../demand.ts";
import { ModelError } from "../model-client.ts";
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
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  let sinceEvent = 0;
  let all = 0;
  for await (const text of serverText(body, heard, demand)) {
    sinceEvent += text.length;
    all += text.length;
    if (sinceEvent > longestEvent || all > longestStream) throw new ModelError("broken", tooLarge);
    parser.feed(text);
    if (events.length > 0) sinceEvent = 0;
    const { chunks, error, isOver } = toChunks(events.splice(0), headers);
    if (chunks.length > 0) yield chunks;
    if (error !== undefined) throw error;
    if (isOver) return;
  }
}

const tooLarge = "the stream is larger than an answer can be";

type Chunks = { readonly chunks: readonly unknown[]; readonly error?: unknown; readonly isOver?: boolean };

/** What came before an error, or before the end, counts. */
function toChunks(events: readonly EventSourceMessage[], headers: Headers): Chunks {
  const chunks: unknown[] = [];
  for (const event of events) {
    if (event.data === "[DONE]") return { chunks, isOver: true };
    try {
      chunks.push(toChunk(event, headers));
    } catch (error) {
      return { chunks, error };
    }
  }
  return { chunks };
}

function toChunk({ event, data }: EventSourceMessage, headers: Headers): unknown {
  const chunk: unknown = JSON.parse(data);
  const inside = typeof chunk === "object" && chunk !== null && "error" in chunk ? chunk.error : undefined;
  const error = inside || (event === "error" ? chunk : undefined);
  if (error) throw new APIError(undefined, toServerError(chunk, data), undefined, headers);
  return chunk;
}
