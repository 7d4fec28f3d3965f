import type { Clock } from "../runtime/clock.ts";
import { withBreaker } from "./breaker.ts";
import { withFallback } from "./fallback.ts";
import type { ModelClient, ModelSettings } from "./model-client.ts";
import { createOpenAiClient } from "./openai-client.ts";
import { withoutSilentRefusal } from "./silent-refusal.ts";

/** The model as the bot asks it: each name behind a breaker of its own, and the other one, if there is one, where the first fails. */
export function createModel(
  settings: ModelSettings,
  fallback: string | undefined,
  clock: Pick<Clock, "now">,
): ModelClient {
  const first = withBreaker(withoutSilentRefusal(createOpenAiClient(settings)), clock);
  if (fallback === undefined) return first;
  const other = createOpenAiClient({ ...settings, model: fallback, namedBy: "FALLBACK_MODEL" });
  return withFallback(first, withBreaker(withoutSilentRefusal(other), clock));
}
