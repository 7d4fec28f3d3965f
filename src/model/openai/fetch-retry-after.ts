import { publicPart } from "../../text/secrets.ts";
import { parseJson } from "../outside.ts";
import { readBeginning } from "../read-beginning.ts";
import { retryAfterMs } from "./retry-after.ts";
import { toServerError } from "./server-error.ts";

/** A longer wait is told to the person instead of being sat out behind their back. */
const longestWaitMs = 10_000;

/** More of an error's body is not read: a few compressed bytes can stand for a gigabyte. */
const mostErrorBytes = 64_000;

/**
 * `fetch` as the SDK shall call it. A redirect is not followed: it could lead anywhere, and what people said would go there. A wait that
 * the server asks for is not tried again too early: the SDK ignores a `Retry-After` above 60 seconds and would ask after half a second.
 * An error's body is read to a limit, and holds no more than its words. Silence has no limit here: whoever calls it watches that.
 */
export const fetchRetryAfter: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: "manual", ...withoutLimits() });
  if (response.ok) return response;
  const headers = new Headers(response.headers);
  // This is how OpenAI's servers tell the SDK.
  if ((retryAfterMs(headers) ?? 0) > longestWaitMs) headers.set("x-should-retry", "false");
  return new Response(errorBody(response), { status: Math.min(response.status, lastStatus), headers });
};

const own = ownDispatcher();

/**
 * By itself Node's `fetch` gives up after five minutes without a byte, and would ask a server in whose queue it waits anew. It has no
 * setting for that; what it hands its requests on to has one for each.
 */
function withoutLimits(): RequestInit {
  if (own === undefined) return {};
  const dispatch: Dispatcher["dispatch"] = (options, handler) =>
    own.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler);
  return { dispatcher: { dispatch } as Dispatcher };
}

/**
 * What sends the requests of Node's `fetch`, as long as nobody has put another in its place. Slack's SDK does: its undici may close the
 * connection of an aborted request seconds later, and the model would go on computing.
 */
function ownDispatcher(): Dispatcher | undefined {
  void globalThis.Headers; // looked at, it has Node load its fetch
  return (globalThis as { [key: symbol]: Dispatcher | undefined })[Symbol.for("undici.globalDispatcher.1")];
}

type Dispatcher = NonNullable<RequestInit["dispatcher"]>;

/** `Response` takes no higher status, though servers send them. */
const lastStatus = 599;

/** Read only when it is asked for, because the SDK gives a body up unread before it tries again. */
function errorBody(response: Response): ReadableStream<Uint8Array> | null {
  const { body, status } = response;
  if (status === notModified) return null;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const raw = isRedirect(status) ? toPlace(response) : await readBeginning(body, mostErrorBytes);
        controller.enqueue(new TextEncoder().encode(JSON.stringify({ error: toServerError(parseJson(raw), raw) })));
        controller.close();
      },
      cancel: () => body?.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/** The one error status that a response with a body cannot be made with. */
const notModified = 304;

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** What is told instead of a redirect's body. */
function toPlace({ headers, url, body }: Response): string {
  void body?.cancel();
  const location = headers.get("location") ?? "";
  const to = new URL(URL.canParse(location, url) ? location : url, url);
  return `a redirect to ${publicPart(to)}, which is not followed`;
}
