import { webApi } from "@slack/bolt";
import { type HttpRequest, httpRequest, readBody } from "../../../src/port/index.ts";

const { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } = webApi;

/** Slack says less in all that it is asked for. Bytes. */
const mostBytes = 64_000_000;

/** `fetch` for what Slack's client sends, as far as it reads the response; forms with files go by Node's own. */
export const webFetch: typeof fetch = async (input, init = {}) => {
  const { method = "GET", headers, body, signal } = init;
  if (typeof body !== "string") return fetch(input, init);
  const sent = { method, headers: Object.fromEntries(new Headers(headers)), body, signal };
  const address = input instanceof Request ? input.url : String(input);
  const { whole, ...answer } = await answered(address, sent);
  const read = { text: async () => whole.toString("utf8"), arrayBuffer: async () => new Uint8Array(whole).buffer };
  return { ...answer, url: address, ...read } as unknown as Response;
};

export type LeanCall = {
  /** Ends with a slash. */
  readonly apiUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
};

/**
 * Calls a method without the queue, the retries and the prepared log lines that Slack's client has around each, for what is called for each
 * change of an answer that grows. It throws what the client throws.
 */
export async function leanCall(
  { apiUrl, token, timeoutMs }: LeanCall,
  method: string,
  options: Readonly<Record<string, unknown>>,
): Promise<webApi.WebAPICallResult> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" };
  const sent = { method: "POST", headers, body: JSON.stringify(options), signal: AbortSignal.timeout(timeoutMs) };
  const { whole, ...answer } = await answered(`${apiUrl}${method}`, sent).catch((error: Error) => {
    throw new WebAPIRequestError(error);
  });
  const text = whole.toString("utf8");
  if (answer.status === 429) throw new WebAPIRateLimitedError(Number(answer.headers.get("retry-after") ?? 1) || 1);
  if (answer.status !== 200) throw new WebAPIHTTPError(answer.status, answer.statusText, {}, text);
  const result = toResult(text);
  if (!result.ok) throw new WebAPIPlatformError({ ...result, error: result.error ?? "" });
  return result;
}

async function answered(address: string, request: HttpRequest) {
  const { body, ...answer } = await httpRequest(address, request);
  if (answer.status >= 300 && answer.status < 400) {
    body.destroy();
    throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") }); // as `fetch` says it
  }
  return { ...answer, whole: await readBody(body, mostBytes) };
}

/** What is no JSON object is taken for the error, as the client does with what is no JSON. */
type Result = webApi.WebAPICallResult & { readonly error?: string };

function toResult(text: string): Result {
  try {
    const result: unknown = JSON.parse(text);
    if (typeof result === "object" && result !== null) return result as Result;
  } catch {}
  return { ok: false, error: text };
}
