import type { Breaker } from "./breaker.ts";
import type { Demand } from "./demand.ts";
import { isBlank } from "./is-blank.ts";
import { type ModelClient, ModelError, type ModelEvent, type Prompt } from "./model-client.ts";

/**
 * Asks the other model where the first one fails in a way that need not be the other's too, and only while there is nothing to read.
 * Says so by one event before the other's own. The answers' name stays that of the first.
 */
export function withFallback(first: ModelClient, other: ModelClient): ModelClient {
  async function* stream(prompt: Prompt, signal: AbortSignal, demand?: Demand): AsyncGenerator<ModelEvent> {
    let begun = false;
    let blank = "";
    try {
      for await (const event of first.stream(prompt, signal, demand)) {
        if (!begun && event.kind === "text") {
          blank += event.text;
          begun = !isBlank(blank);
          if (begun) yield { kind: "text", text: blank };
        } else yield event;
      }
      return;
    } catch (error) {
      if (begun || signal.aborted || !(error instanceof ModelError) || !mayHelp(error)) throw error;
      yield { kind: "restarted", model: other.model, because: error };
    }
    yield* other.stream(prompt, signal, demand);
  }

  return {
    model: first.model,
    stream,
    check: async (signal) => (await first.check(signal)) ?? (await other.check(signal)),
  };
}

/** Why neither of the two would be asked now; the first one's reason says more. */
export function refusalOfBoth(first: Breaker, other: Breaker): Breaker["refusal"] {
  return (prompt) => {
    const refused = first.refusal(prompt);
    return refused !== undefined && mayHelp(refused) && other.refusal(prompt) === undefined ? undefined : refused;
  };
}

/** Whether the failure may be the model's alone. The other one has the same address, the same key and the same account. */
function mayHelp({ code, cause }: ModelError): boolean {
  switch (code) {
    case "forbidden":
    case "filtered":
    case "unknown-model":
    case "rate-limited":
    case "unavailable":
    case "timeout":
    case "stalled":
    case "broken":
      return true;
    case "paused":
      return !(cause instanceof ModelError) || mayHelp(cause);
    case "unauthorized":
    case "no-quota":
    case "too-long":
    case "rejected":
    case "unreachable":
    case "busy":
      return false;
  }
}
