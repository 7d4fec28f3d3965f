import { fieldsOf } from "../outside.ts";

/** What a server says of a failure: `code` and `type` only where they are words or numbers. */
export type ServerError = {
  readonly message: string;
  readonly code?: string | number;
  readonly type?: string | number;
};

/** No server says more of use. Characters. */
const longestMessage = 4_000;
const longestCode = 100;

/**
 * Reads an error as OpenAI writes it, and as others do: without the `error` around it (vLLM), as a bare text, as `detail` (FastAPI), in
 * a list (Gemini). What holds no message is told as it came. All of it is cut: an error may be as large, and nested as deep, as a server likes.
 */
export function toServerError(outside: unknown, raw: string): ServerError {
  const outer = fieldsOf(Array.isArray(outside) ? outside[0] : outside);
  const inner = fieldsOf(outer["error"] ?? outer);
  const message = [inner["message"], outer["error"], outer["message"], outer["detail"]].find(isWords) ?? raw;
  // OpenRouter says of another's error only that there was one, and what it was beside it.
  const { raw: behind } = fieldsOf(inner["metadata"]);
  return {
    message: (isWords(behind) ? `${message}: ${behind}` : message).slice(0, longestMessage),
    ...(isCode(inner["code"]) ? { code: inner["code"] } : {}),
    ...(isCode(inner["type"]) ? { type: inner["type"] } : {}),
  };
}

const isWords = (value: unknown): value is string => typeof value === "string" && value !== "";

const isCode = (value: unknown): value is string | number =>
  typeof value === "number" || (typeof value === "string" && value.length <= longestCode);
