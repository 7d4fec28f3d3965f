import { publicPart } from "../../text/secrets.ts";
import { parseJson } from "../outside.ts";
import { readBeginning } from "../read-beginning.ts";
import { bodyOf, httpFetch } from "./http-fetch.ts";
import { retryAfterMs } from "./retry-after.ts";
import { toServerError } from "./server-error.ts";

/** A longer wait is told to the person instead of being sat out behind their back. */
const longestWaitMs = 10_000;

/** More of an error's body is not read: a few compressed bytes can stand for a gigabyte. */
const mostErrorBytes = 64_000;

/**
 * `fetch` as the SDK shall call it. A redirect is not followed: it could lead anywhere, and what people said would go there. A wait that
 * the server asks for is not tried again too early: the SDK ignores a `Retry-After` above 60 seconds and would ask after half a second.
 * An error's body is read to a limit, and holds no more than its words. What succeeded has its body beside it, see `bodyOf`.
 */
export const fetchRetryAfter: typeof fetch = async (input, init) => {
  const response = await httpFetch(input, init);
  if (response.ok) return response;
  const headers = new Headers(response.headers);
  // This is how OpenAI's servers tell the SDK.
  if ((retryAfterMs(headers) ?? 0) > longestWaitMs) headers.set("x-should-retry", "false");
  const address = input instanceof Request ? input.url : String(input);
  return new Response(errorBody(response, address), { status: response.status, headers });
};

/** Read only when it is asked for, because the SDK gives a body up unread before it tries again. */
function errorBody(response: Response, address: string): ReadableStream<Uint8Array> | null {
  const { status } = response;
  const body = bodyOf(response);
  if (status === notModified) {
    body?.destroy();
    return null;
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const raw = isRedirect(status) ? toPlace(response, address) : await readBeginning(body, mostErrorBytes);
        controller.enqueue(new TextEncoder().encode(JSON.stringify({ error: toServerError(parseJson(raw), raw) })));
        controller.close();
      },
      cancel: () => void body?.destroy(),
    },
    { highWaterMark: 0 },
  );
}

/** The one error status that a response with a body cannot be made with. */
const notModified = 304;

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** What is told instead of a redirect's body. */
function toPlace(response: Response, address: string): string {
  bodyOf(response)?.destroy();
  const location = response.headers.get("location") ?? "";
  const to = new URL(URL.canParse(location, address) ? location : address, address);
  return `a redirect to ${publicPart(to)}, which is not followed`;
}
