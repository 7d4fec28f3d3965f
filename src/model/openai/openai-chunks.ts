import { z } from "zod";
import { type ModelEnding, ModelError, type ModelEvent, type Usage } from "../model-client.ts";
import { fieldsOf } from "../outside.ts";

/**
 * Reads the stream's chunks as events, one for all words that came together. `finished` is called at the finish_reason: the answer is
 * whole then, and only its usage may follow, so that no failure after it counts. Throws what the chunks throw, and a `ModelError` where
 * they end too early.
 */
export async function* toEvents(
  batches: AsyncIterable<readonly unknown[]>,
  finished: () => void,
): AsyncGenerator<ModelEvent> {
  let reason: string | undefined;
  let refused = false;
  let usage: Usage | undefined;
  let afterEnd = 0;

  function read(chunks: readonly unknown[], say: Say): void {
    for (const outside of chunks) {
      if (reason !== undefined && ++afterEnd > mostAfterEnd) return;
      const words = reason === undefined ? plainWords(outside) : undefined;
      if (words !== undefined) {
        say("text", words);
        continue;
      }
      const { choice, ...chunk } = readChunk(outside);
      const { content, refusal, reasoning_content, reasoning } = choice?.delta ?? {};
      say("reasoning", reasoning_content || reasoning);
      if (typeof content === "string") say("text", content);
      else for (const { kind, text } of content ?? []) say(kind, text);
      say("text", refusal);
      refused ||= Boolean(refusal);
      usage = toUsage(chunk) ?? usage;
      if (reason === undefined && choice?.finish_reason) {
        reason = choice.finish_reason;
        finished();
      }
    }
  }

  try {
    for await (const chunks of batches) {
      const { said, error } = collect((say) => read(chunks, say));
      yield* said;
      if (error !== undefined) throw error;
      if (afterEnd > mostAfterEnd) break;
    }
  } catch (error) {
    if (reason === undefined) throw error;
  }
  if (reason === undefined) throw new ModelError("broken", "the stream closed before the answer's end");
  if (givenUp.has(reason)) throw new ModelError("broken", `the server gave the answer up (${reason})`);
  yield { kind: "end", ending: refused ? "refused" : toEnding(reason), ...(usage === undefined ? {} : { usage }) };
}

type Said = Extract<ModelEvent, { readonly kind: "text" | "reasoning" }>;
type Say = (kind: Said["kind"], text: string | null | undefined) => void;

/** What follows one another in the same kind becomes one event. What was said before an error counts. */
function collect(read: (say: Say) => void): { readonly said: readonly Said[]; readonly error?: unknown } {
  const said: Said[] = [];
  const say: Say = (kind, text) => {
    if (!text) return;
    const last = said.at(-1);
    if (last?.kind === kind) said[said.length - 1] = { kind, text: last.text + bounded(text) };
    else said.push({ kind, text: bounded(text) });
  };
  try {
    read(say);
    return { said };
  } catch (error) {
    return { said, error };
  }
}

/** Chunks that may follow the answer's end; one of them brings the usage. */
const mostAfterEnd = 20;

/** Characters. A whole answer is shorter. */
const longestDelta = 1_000_000;

function bounded(delta: string): string {
  if (delta.length > longestDelta)
    throw new ModelError("broken", "a piece of the answer is larger than an answer can be");
  return delta;
}

/**
 * The words of a chunk that holds nothing else, as nearly all do. They come for each token, and looking at two fields costs a
 * fraction of reading the whole shape.
 */
function plainWords(outside: unknown): string | undefined {
  const { choices, usage } = fieldsOf(outside);
  if (usage || !Array.isArray(choices) || choices.length !== 1) return undefined;
  const { delta, finish_reason, index } = fieldsOf(choices[0]);
  if (index) return undefined;
  const { content, refusal, reasoning_content, reasoning } = fieldsOf(delta);
  const hasMore = Boolean(finish_reason || refusal || reasoning_content || reasoning);
  return typeof content === "string" && content !== "" && !hasMore ? content : undefined;
}

// Servers send more than the documents name, and less: what is missing or of another kind is passed over.
const text = z.string().nullish().catch(undefined);
/** What a day's limits are charged with: a count that no model could have read or written is none. */
const tokens = z.number().int().nonnegative().max(100_000_000);

/** Mistral's, and others': the answer in parts, some of which hold thinking, which may come in parts itself. */
const part = z
  .object({ type: text, text, thinking: z.unknown().optional() })
  .transform(({ type, text, thinking }): Said => {
    const inside = typeof thinking === "string" ? [thinking] : [thinking].flat().map((one) => fieldsOf(one)["text"]);
    const thought = inside.filter((one) => typeof one === "string").join("");
    if (thought !== "") return { kind: "reasoning", text: thought };
    return { kind: type === "thinking" || type === "reasoning" ? "reasoning" : "text", text: text ?? "" };
  });
const chunkShape = z.object({
  choice: z
    .object({
      delta: z
        .object({
          content: z
            .union([z.string(), z.array(part)])
            .nullish()
            .catch(undefined),
          refusal: text,
          reasoning_content: text,
          reasoning: text,
        })
        .nullish()
        .catch(undefined),
      finish_reason: text,
    })
    .nullish(),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(undefined),
});
type Chunk = z.output<typeof chunkShape>;

/** One choice was asked for; of more, the first is read, wherever it stands. */
function readChunk(outside: unknown): Chunk {
  const { choices, usage } = fieldsOf(outside);
  const choice = Array.isArray(choices) ? choices.find((one) => !fieldsOf(one)["index"]) : choices;
  const read = chunkShape.safeParse({ choice, usage });
  if (!read.success) throw new ModelError("broken", "the stream holds something that is no chunk of an answer");
  return read.data;
}

function toUsage({ usage }: Pick<Chunk, "usage">): Usage | undefined {
  return usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : undefined;
}

/** Where the server gives an answer up: vLLM's, OpenRouter's, Zhipu's, DeepSeek's. */
const givenUp = new Set(["abort", "error", "network_error", "insufficient_system_resource"]);

/** Every other reason ("stop", "eos", "end_turn", "tool_calls", …) is a model that had said what it wanted. */
function toEnding(reason: string): ModelEnding {
  switch (reason.toLowerCase()) {
    // OpenAI's, Anthropic's, Mistral's, and Gemini's, as gateways hand them on.
    case "length":
    case "max_tokens":
    case "max_output_tokens":
    case "model_length":
    case "model_context_window_exceeded":
      return "length";
    // Zhipu's, Gemini's, Bedrock's, and Anthropic's.
    case "content_filter":
    case "content_filtered":
    case "sensitive":
    case "safety":
    case "prohibited_content":
    case "blocklist":
    case "spii":
    case "recitation":
    case "guardrail_intervened":
    case "refusal":
      return "filtered";
    default:
      return "whole";
  }
}
