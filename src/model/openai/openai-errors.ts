import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import { withoutSecrets } from "../../text/secrets.ts";
import { ModelError, type ModelErrorCode } from "../model-client.ts";
import { isFiltered } from "./openai-filtered.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * Translates whatever the SDK threw. The message holds the server's own words and never the key; a cause is kept for failures of
 * the connection only, since the SDK's other errors carry what the server said about the key.
 */
export function toModelError(error: unknown, secrets: readonly string[]): ModelError {
  if (error instanceof ModelError) return error;
  const transport = transportCode(error);
  if (error instanceof APIConnectionError) return connectionError(error, transport);
  if (error instanceof APIError) return answeredError(error, secrets);
  if (transport === "UND_ERR_BODY_TIMEOUT")
    return new ModelError("stalled", "the connection kept silent", { cause: error });
  if (transport !== undefined)
    return new ModelError("broken", `the connection dropped (${transport})`, { cause: error });
  if (error instanceof SyntaxError) return new ModelError("broken", "the stream holds malformed JSON");
  // What is left was thrown before a request was made, for instance at a key that no header can hold.
  return new ModelError("rejected", `the request could not be made: ${presentable(String(error), secrets)}`);
}

/** A text from the server as one line of a log: without keys, also those of others or in the form OpenAI masks them. */
export function presentable(text: string, secrets: readonly string[]): string {
  const line = withoutSecrets(text.replace(/\s+/g, " ").slice(0, longestRead), secrets)
    .replace(/\bg?sk[-_][\w.*…-]{4,}/gi, "[secret]")
    .trim();
  return line.length <= 300 ? line : `${line.slice(0, 299).toWellFormed()}…`;
}

/** Characters; what is shown is much shorter, so that no secret is cut in two at its end. */
const longestRead = 4_000;

/** The connection was there, then went before the answer. Everything else means that there was none. */
const droppedCodes = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

function connectionError(error: APIConnectionError, transport: string | undefined): ModelError {
  const detail = transport === undefined ? {} : { cause: error.cause };
  const why = transport === undefined ? "" : ` (${transport})`;
  if (error instanceof APIConnectionTimeoutError && transport !== "UND_ERR_CONNECT_TIMEOUT") {
    return new ModelError("timeout", `no answer began in time${why}`, detail);
  }
  if (transport !== undefined && droppedCodes.has(transport)) {
    return new ModelError("broken", `the connection dropped before the answer${why}`, detail);
  }
  return new ModelError("unreachable", `no connection to the server${why}`, detail);
}

/** The code of the system or of undici, from as deep as it lies. */
function transportCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return !(error instanceof APIError) && typeof code === "string" ? code : transportCode(cause);
}

function answeredError(error: APIError, secrets: readonly string[]): ModelError {
  const wait = error.headers === undefined ? undefined : retryAfterMs(error.headers);
  return new ModelError(
    codeOf(error),
    presentable(error.message, secrets),
    wait === undefined ? {} : { retryAfterMs: wait },
  );
}

function codeOf(error: APIError): ModelErrorCode {
  // An error in mid-stream has no status; OpenRouter gives it as the error's code.
  const status: number = error.status ?? Number(error.code);
  if (isFiltered(error)) return "filtered";
  return (
    statusCodes.get(status) ??
    (status >= 300 && status < 400 ? "unreachable" : undefined) ??
    (tooLong.test(error.message.slice(0, longestRead)) ? "too-long" : undefined) ??
    namedCodes.get(String(error.code)) ??
    namedCodes.get(String(error.type)) ??
    (status === 429 ? "rate-limited" : undefined) ??
    (status >= 400 && status < 500 && status !== 409 ? "rejected" : "unavailable")
  );
}

/** Statuses that say enough. 402 is OpenRouter's and DeepSeek's empty account; Groq answers a prompt that is too large with 413. */
const statusCodes: ReadonlyMap<number, ModelErrorCode> = new Map<number, ModelErrorCode>([
  [401, "unauthorized"],
  [402, "no-quota"],
  [403, "forbidden"],
  [404, "unknown-model"],
  [408, "timeout"],
  [413, "too-long"],
]);

/** `code` and `type` of error objects: https://platform.openai.com/docs/guides/error-codes, and what llama.cpp sends. */
const namedCodes: ReadonlyMap<string, ModelErrorCode> = new Map(
  Object.entries<ModelErrorCode>({
    insufficient_quota: "no-quota",
    billing_not_active: "no-quota",
    billing_hard_limit_reached: "no-quota",
    context_length_exceeded: "too-long",
    exceed_context_size_error: "too-long",
    rate_limit_exceeded: "rate-limited",
    model_not_found: "unknown-model",
    invalid_api_key: "unauthorized",
  }),
);

/** How servers without such a code say it: vLLM, llama.cpp, Anthropic, Gemini, and OpenAI's 429 that no waiting helps. */
const tooLong =
  /context (length|size|window)|maximum context|(prompt|input|request|message)s? (is |are )?too (long|large)|input token count [^.]{0,100}exceeds/i;
