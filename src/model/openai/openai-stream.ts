import { createParser, type EventSourceMessage } from "eventsource-parser";
import { APIError } from "openai";
import { ModelError } from "../model-client.ts";
import { toServerError } from "./server-error.ts";

/** Bytes that one event may take, whatever stands in it. The largest that servers send are pictures, which nobody looks at here. */
const mostEventBytes = 4_000_000;

/** Bytes that a whole stream may take: some hundred thousand tokens in the most long-winded of chunks. */
const mostStreamBytes = 256_000_000;

/**
 * Reads the server-sent events of an answer as JSON, and an error among them as the SDK's own. The SDK would read them too, but at
 * twice the processor's time for each token, and without a word of comments, which are a sign of life; so `heard` is called here,
 * and told whether an event came. A stream that is larger than any answer, or brings so much without an event, is broken.
 */
export async function* readEventStream(response: Response, heard: (event: boolean) => void): AsyncGenerator<unknown> {
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  let sinceEvent = 0;
  let all = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      sinceEvent += read.value.byteLength;
      all += read.value.byteLength;
      if (sinceEvent > mostEventBytes || all > mostStreamBytes) throw new ModelError("broken", tooLarge);
      parser.feed(decoder.decode(read.value, { stream: true }));
      heard(events.length > 0);
      if (events.length > 0) sinceEvent = 0;
      for (const event of events) {
        if (event.data === "[DONE]") return;
        yield toChunk(event, response.headers);
      }
      events.length = 0;
    }
  } finally {
    await reader.cancel();
  }
}

const tooLarge = "the stream is larger than an answer can be";

function toChunk({ event, data }: EventSourceMessage, headers: Headers): unknown {
  const chunk: unknown = JSON.parse(data);
  const inside = typeof chunk === "object" && chunk !== null && "error" in chunk ? chunk.error : undefined;
  const error = inside || (event === "error" ? chunk : undefined);
  if (error) throw new APIError(undefined, toServerError(chunk, data), undefined, headers);
  return chunk;
}
