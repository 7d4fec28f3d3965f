import type { Demand } from "../model/demand.ts";
import { type ModelClient, ModelError, type ModelEvent, type Prompt } from "../model/model-client.ts";
import type { AdapterLog } from "../port/index.ts";
import type { Conversation } from "../store/conversation-store.ts";
import { tokensOf, trimWindow } from "./window.ts";

/** A question that can be asked with less of what was said before. */
export type ShorterAsk = {
  /** The window as it was last asked with; what is stored next saves it. */
  conversation(): Conversation;
  /** The model's events. */
  ask(signal: AbortSignal, demand?: Demand): AsyncIterable<ModelEvent>;
};

/**
 * Asks with the whole window. Where the server says, before there is a word, that this is too long, half of it is left out and the
 * question asked once more: the budget counts by another vocabulary, and may be larger than what the model can read.
 */
export function askRetryingShorter(
  whole: Conversation,
  toPrompt: (conversation: Conversation) => Prompt,
  { model, log }: { readonly model: ModelClient; readonly log: AdapterLog },
): ShorterAsk {
  let conversation = whole;

  async function* ask(signal: AbortSignal, demand?: Demand): AsyncGenerator<ModelEvent> {
    let begun = false;
    try {
      for await (const event of model.stream(toPrompt(whole), signal, demand)) {
        begun ||= event.kind === "text";
        yield event;
      }
      return;
    } catch (error) {
      const tokens = tokensOf(whole.turns);
      const shorter = trimWindow(whole, tokens / 2);
      if (begun || !isTooLong(error) || shorter.start === whole.start) throw error;
      log.warn(
        { thread: whole.thread, tokens, left: tokensOf(shorter.turns) },
        "prompt too long for the model: asking again with less",
      );
      conversation = shorter;
      yield { kind: "restarted", model: model.model, because: error };
    }
    yield* model.stream(toPrompt(conversation), signal, demand);
  }

  return { conversation: () => conversation, ask };
}

const isTooLong = (error: unknown): error is ModelError => error instanceof ModelError && error.code === "too-long";
