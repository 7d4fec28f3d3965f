import { type Script, textDeltas } from "./script.ts";

type Usage = { readonly prompt_tokens: number; readonly completion_tokens: number };

/** Writes chunks as OpenAI does: https://platform.openai.com/docs/api-reference/chat-streaming */
export function createWire(id: string, model: string, lineEnd: string) {
  const event = (data: string) => `data: ${data}${lineEnd}${lineEnd}`;
  const chunk = (choices: readonly unknown[], usage: Usage | null = null) =>
    event(JSON.stringify({ id, object: "chat.completion.chunk", created, model, choices, usage }));
  const delta = (part: object, finish_reason: string | null = null) =>
    chunk([{ index: 0, delta: part, finish_reason }]);
  return {
    begin: () => delta({ role: "assistant", content: "" }),
    text: (content: string) => delta({ content }),
    refusal: (refusal: string) => delta({ refusal }),
    reasoning: (reasoning_content: string) => delta({ reasoning_content }),
    finish: (reason: string) => delta({}, reason),
    usage: (usage: Usage) => chunk([], usage),
    done: () => event("[DONE]"),
    error: (error: object) => event(JSON.stringify({ error })),
    garbage: () => event('{"choices":[{'),
    ping: () => `: ping${lineEnd}${lineEnd}`,
  };
}
export type Wire = ReturnType<typeof createWire>;

const created = 1_790_000_000;

/** The usage that a script names, or one counted at a token a delta. */
export function toUsage(script: Script, messages: readonly { readonly content: unknown }[]): Usage | null {
  if (script.usage !== undefined) return script.usage;
  const prompt_tokens = messages.reduce((sum, { content }) => sum + Math.ceil(String(content).length / 4), 0);
  return { prompt_tokens, completion_tokens: textDeltas(script).length };
}

/** OpenAI's answer to a key that it does not know, which repeats parts of it. */
export function wrongKey(given: string) {
  const masked = `${given.slice(0, 5)}${"*".repeat(12)}${given.slice(-4)}`;
  return { message: `Incorrect API key provided: ${masked}.`, type: "invalid_request_error", code: "invalid_api_key" };
}
