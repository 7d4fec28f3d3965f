import type { APIError } from "openai";

/**
 * Whether the server refused the words that it was given, rather than the request: it would refuse them each time. Servers say so in
 * a code, a type, or a sentence; gateways hand on what the one behind them said.
 */
export function isFiltered({ code, type, message }: APIError): boolean {
  const names = [code, type].filter((name) => typeof name === "string");
  return names.some((name) => filterNames.has(name)) || filterWords.test([...names, message].join("\n"));
}

/** Names that would say something else within a sentence: OpenAI's, Zhipu's (a number for unsafe content), and new-api's. */
const filterNames: ReadonlySet<string> = new Set([
  "invalid_prompt",
  "moderation_blocked",
  "1301",
  "sensitive",
  "sensitive_words_detected",
  "data_inspection_failed",
  "DataInspectionFailed",
]);

/**
 * Azure (`content_filter`, `ResponsibleAIPolicyViolation`), OpenAI, LiteLLM, Moonshot, Gemini, OpenRouter, xAI, DashScope, DeepSeek,
 * Volcengine, Zhipu, and Bedrock's guardrails.
 */
const filterWords =
  /content[ _]?filter|content[ _]?policy[ _]?violat|content management policy|ResponsibleAIPolicyViolation|flagged as potentially violating|input was flagged|PROHIBITED_CONTENT|SAFETY_CHECK|violates usage guidelines|inappropriate content|content exists risk|SensitiveContentDetected|不安全或敏感|violated guardrail|blocked by (?:a |the )?guardrail|guardrail_intervened/i;
