import { createParser, type EventSourceMessage } from "eventsource-parser";
import { APIError } from "openai";

/**
 * Reads the server-sent events of an answer as JSON, and an error among them as the SDK's own. The SDK would read them too, but at
 * twice the processor's time for each token, and without a word of comments, which are a sign of life; so `heard` is called here,
 * and told whether an event came.
 */
export async function* readEventStream(response: Response, heard: (event: boolean) => void): AsyncGenerator<unknown> {
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parser.feed(decoder.decode(read.value, { stream: true }));
      heard(events.length > 0);
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

function toChunk({ event, data }: EventSourceMessage, headers: Headers): unknown {
  const chunk: unknown = JSON.parse(data);
  const inside = typeof chunk === "object" && chunk !== null && "error" in chunk ? chunk.error : undefined;
  const error = inside || (event === "error" ? chunk : undefined);
  if (error) throw new APIError(undefined, error, undefined, headers);
  return chunk;
}
