import { retryAfterMs } from "./retry-after.ts";

/** A longer wait is told to the person instead of being sat out behind their back. */
const longestWaitMs = 10_000;

/**
 * `fetch` as the SDK shall call it: a wait that the server asks for is not tried again too early. The SDK ignores a `Retry-After`
 * above 60 seconds and would ask after half a second.
 */
export const patientFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  return response.ok || (retryAfterMs(response.headers) ?? 0) <= longestWaitMs ? response : withoutRetry(response);
};

/** `x-should-retry` is how OpenAI's servers tell the SDK. */
function withoutRetry(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("x-should-retry", "false");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
