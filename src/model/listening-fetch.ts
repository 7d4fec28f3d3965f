import { retryAfterMs } from "./retry-after.ts";

/** A longer wait is told to the person instead of being sat out behind their back. */
const longestWaitMs = 10_000;

/**
 * `fetch` as the SDK shall call it. Every piece of an answer is reported, also a comment that only keeps the connection alive, of
 * which the SDK says nothing. And a wait that the server asks for is not tried again too early: the SDK ignores a `Retry-After`
 * above 60 seconds and would ask after half a second.
 */
export function createListeningFetch(heard: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok) return (retryAfterMs(response.headers) ?? 0) > longestWaitMs ? withoutRetry(response) : response;
    // In the response itself, because another around it would copy each piece once more.
    if (response.body !== null) Object.defineProperty(response, "body", { value: listen(response.body, heard) });
    return response;
  };
}

async function* listen(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Uint8Array> {
  for await (const bytes of body) {
    heard();
    yield bytes;
  }
}

/** `x-should-retry` is how OpenAI's servers tell the SDK. */
function withoutRetry(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("x-should-retry", "false");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
