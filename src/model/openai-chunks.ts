import { z } from "zod";
import { type ModelEnding, ModelError, type ModelEvent, type Usage } from "./model-client.ts";

/**
 * Reads the stream's chunks as events. `finished` is called at the finish_reason: the answer is whole then, and only its usage may
 * follow, so that no failure after it counts. Throws what the chunks throw, and a `ModelError` where they end too early.
 */
export async function* toEvents(chunks: AsyncIterable<unknown>, finished: () => void): AsyncGenerator<ModelEvent> {
  let reason: string | undefined;
  let refused = false;
  let usage: Usage | undefined;
  try {
    for await (const outside of chunks) {
      const words = reason === undefined ? plainWords(outside) : undefined;
      if (words !== undefined) {
        yield { kind: "text", text: words };
        continue;
      }
      const chunk = readChunk(outside);
      const choice = chunk.choices?.[0];
      const { content, refusal, reasoning_content, reasoning } = choice?.delta ?? {};
      const thought = reasoning_content || reasoning;
      if (thought) yield { kind: "reasoning", text: thought };
      if (content) yield { kind: "text", text: content };
      if (refusal) yield { kind: "text", text: refusal };
      refused ||= Boolean(refusal);
      usage = toUsage(chunk) ?? usage;
      if (reason === undefined && choice?.finish_reason) {
        reason = choice.finish_reason;
        finished();
      }
    }
  } catch (error) {
    if (reason === undefined) throw error;
  }
  if (reason === undefined) throw new ModelError("broken", "the stream closed before the answer's end");
  // vLLM ends an answer that it gives up with "abort", OpenRouter with "error".
  if (reason === "abort" || reason === "error")
    throw new ModelError("broken", `the server gave the answer up (${reason})`);
  yield { kind: "end", ending: refused ? "refused" : toEnding(reason), ...(usage === undefined ? {} : { usage }) };
}

/**
 * The words of a chunk that holds nothing else, as nearly all do. They come for each token, and looking at two fields costs a
 * fraction of reading the whole shape.
 */
function plainWords(outside: unknown): string | undefined {
  const { choices, usage } = fields(outside);
  if (usage || !Array.isArray(choices) || choices.length !== 1) return undefined;
  const { delta, finish_reason } = fields(choices[0]);
  const { content, refusal, reasoning_content, reasoning } = fields(delta);
  const hasMore = Boolean(finish_reason || refusal || reasoning_content || reasoning);
  return typeof content === "string" && content !== "" && !hasMore ? content : undefined;
}

const fields = (outside: unknown): Readonly<Record<string, unknown>> =>
  typeof outside === "object" && outside !== null ? (outside as Readonly<Record<string, unknown>>) : {};

// Servers send more than the documents name, and less: what is missing or of another kind is passed over.
const text = z.string().nullish().catch(undefined);
const chunkShape = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({ content: text, refusal: text, reasoning_content: text, reasoning: text })
          .nullish()
          .catch(undefined),
        finish_reason: text,
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish().catch(undefined),
});
type Chunk = z.output<typeof chunkShape>;

function readChunk(outside: unknown): Chunk {
  const read = chunkShape.safeParse(outside);
  if (!read.success) throw new ModelError("broken", "the stream holds something that is no chunk of an answer");
  return read.data;
}

function toUsage({ usage }: Chunk): Usage | undefined {
  return usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : undefined;
}

/** Every other reason ("stop", "eos", "end_turn", "tool_calls", …) is a model that had said what it wanted. */
function toEnding(reason: string): ModelEnding {
  switch (reason) {
    case "length":
    case "max_tokens":
      return "length";
    // Zhipu's, Gemini's, Bedrock's, and Anthropic's, as gateways hand them on.
    case "content_filter":
    case "sensitive":
    case "SAFETY":
    case "PROHIBITED_CONTENT":
    case "BLOCKLIST":
    case "guardrail_intervened":
    case "refusal":
      return "filtered";
    default:
      return "whole";
  }
}
