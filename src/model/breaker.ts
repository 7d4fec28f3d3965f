import type { Clock } from "../runtime/clock.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import type { Demand } from "./demand.ts";
import { type ModelClient, ModelError, type ModelEvent, type Prompt } from "./model-client.ts";

export type Breaker = ModelClient & {
  /** Why this prompt would not be asked now. */
  readonly refusal: Circuit["refusal"];
};

/**
 * A model that answers nobody costs a person a minute, each time. After several such failures in a row further questions fail at once,
 * as "paused"; then one of them is let through, and the first sign of life lets all through again. Any answer is one, a refusal too.
 */
export function withBreaker(model: ModelClient, clock: Pick<Clock, "now">): Breaker {
  const circuit = createCircuit(clock);

  async function* stream(prompt: Prompt, signal: AbortSignal, demand?: Demand): AsyncGenerator<ModelEvent> {
    const attempt = circuit.enter(prompt);
    let heard = false;
    try {
      for await (const event of model.stream(prompt, signal, demand)) {
        if (!isStop(event)) {
          heard = true;
          circuit.lives();
        }
        yield event;
      }
    } catch (error) {
      if (!heard && error instanceof ModelError) attempt.failed(error);
      throw error;
    } finally {
      attempt.end();
    }
  }

  return { ...model, stream, refusal: circuit.refusal };
}

const isStop = (event: ModelEvent): boolean => event.kind === "end" && event.ending === "stopped";
