import type { Script } from "../emulators/openai/openai-emulator.ts";

const error = (status: number, body: object): Script => ({ status, body: JSON.stringify(body) });
const ends = (finish: string): Script => ({ text: [], finish });

/** How filters refuse a prompt, or every word of its answer, as servers and gateways really say it. */
export const refusals: readonly (readonly [server: string, script: Script])[] = [
  [
    "Azure",
    error(400, {
      error: {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: "prompt",
        code: "content_filter",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: { hate: { filtered: true } } },
      },
    }),
  ],
  [
    "Azure, by the inner code",
    error(400, { error: { code: "400", innererror: { code: "ResponsibleAIPolicyViolation" } } }),
  ],
  [
    "OpenAI",
    error(400, {
      error: {
        message: "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
        type: "invalid_request_error",
        param: null,
        code: "invalid_prompt",
      },
    }),
  ],
  ["OpenAI's policy", error(400, { error: { message: "no", code: "content_policy_violation" } })],
  ["OpenAI's moderation", error(400, { error: { message: "no", code: "moderation_blocked" } })],
  [
    "OpenRouter",
    error(403, {
      error: {
        code: 403,
        message:
          'openai/gpt requires moderation on OpenAI. Your input was flagged for "violence". No credits were charged.',
        metadata: { reasons: ["violence"], flagged_input: "how do I…", provider_name: "OpenAI", model_slug: "gpt" },
      },
    }),
  ],
  [
    "OpenRouter before another provider",
    error(400, {
      error: {
        code: 400,
        message: "Provider returned error",
        metadata: { raw: '{"error":{"code":"content_filter"}}' },
      },
    }),
  ],
  [
    "xAI",
    error(403, { error: "Content violates usage guidelines. Team: 1, Failed check: SAFETY_CHECK_TYPE_DATA_LEAKAGE" }),
  ],
  [
    "DeepSeek",
    error(400, {
      error: {
        message: "Content Exists Risk",
        type: "invalid_request_error",
        param: null,
        code: "invalid_request_error",
      },
    }),
  ],
  ["an older DeepSeek", error(400, { detail: "Content Exists Risk" })],
  [
    "DashScope",
    error(400, { error: { code: "data_inspection_failed", message: "Input data may contain inappropriate content." } }),
  ],
  ["Zhipu", error(400, { error: { code: "1301", message: "系统检测到输入或生成内容可能包含不安全或敏感内容" } })],
  [
    "Moonshot",
    error(400, {
      error: { message: "The request was rejected because it was considered high risk", type: "content_filter" },
    }),
  ],
  ["Volcengine", error(400, { error: { code: "InputTextSensitiveContentDetected", message: "The request failed" } })],
  ["new-api", error(400, { error: { message: "no", type: "new_api_error", code: "sensitive_words_detected" } })],
  [
    "LiteLLM",
    error(400, { error: { message: "litellm.ContentPolicyViolationError: no", type: null, param: null, code: "400" } }),
  ],
  [
    "LiteLLM before Bedrock",
    error(400, { error: { message: { error: "Violated guardrail policy", bedrock_guardrail_response: "no" } } }),
  ],
  ["an error in the stream", { text: [], errorAfter: 0, error: { message: "no", code: "content_filter" } }],
  ["content_filter without a word", ends("content_filter")],
  ["content_filter after blanks", { text: ["\n ", "\u200b"], finish: "content_filter" }],
  ["content_filter after thoughts", { reasoning: "Hm.", text: [], finish: "content_filter" }],
  ["Gemini", ends("SAFETY")],
  ["Gemini's prohibited content", ends("PROHIBITED_CONTENT")],
  ["Zhipu's ending", ends("sensitive")],
  ["Bedrock's guardrail", ends("guardrail_intervened")],
  ["Anthropic", ends("refusal")],
];

/** What looks a little like it, and is an admin's matter or passes. */
export const noFilter: readonly (readonly [server: string, script: Script])[] = [
  [
    "a key without rights",
    error(403, { error: { message: "Project has no access to this model", code: "model_not_found" } }),
  ],
  [
    "a setting",
    error(400, { error: { message: "Unsupported parameter: 'max_tokens'", code: "unsupported_parameter" } }),
  ],
  ["a guardrail that is not there", error(400, { error: { message: "The guardrail identifier is not known" } })],
  ["a name of every object", error(400, { error: { message: "no", code: "constructor", type: "__proto__" } })],
  ["an error that is no object", error(400, { error: null, message: "no" })],
];
