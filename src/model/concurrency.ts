import type { Demand } from "./demand.ts";
import type { ModelClient, ModelError, ModelEvent, Prompt } from "./model-client.ts";
import { createRequestQueue } from "./request-queue.ts";

export type Concurrency = {
  /** Requests at once. */
  readonly most: number;
  /** Why this prompt would not be sent now: whoever is refused anyhow need not wait for that. */
  readonly refusal: (prompt: Prompt) => ModelError | undefined;
};

/** The same model, asked so many things at once. A question that waits says so by one event, and by another that its turn has come. */
export function withConcurrency(model: ModelClient, { most, refusal }: Concurrency): ModelClient {
  const queue = createRequestQueue(most);

  async function* stream(prompt: Prompt, signal: AbortSignal, demand?: Demand): AsyncGenerator<ModelEvent> {
    const refused = refusal(prompt);
    if (refused !== undefined) throw refused;
    const slot = queue.join(prompt.user);
    try {
      if (!slot.free) {
        yield { kind: "queued", before: slot.before };
        await slot.turn(signal);
        if (signal.aborted) return yield { kind: "end", ending: "stopped" };
        yield { kind: "asked" };
      }
      yield* model.stream(prompt, signal, demand);
    } finally {
      slot.leave();
    }
  }

  return { ...model, stream };
}
