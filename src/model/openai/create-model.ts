import type { Clock } from "../../runtime/clock.ts";
import { type Breaker, withBreaker } from "../breaker.ts";
import { withConcurrency } from "../concurrency.ts";
import { refusalOfBoth, withFallback } from "../fallback.ts";
import type { ModelClient, ModelSettings } from "../model-client.ts";
import { noSignOfLife } from "./idle-timeout.ts";
import { createOpenAiClient } from "./openai-client.ts";
import { withoutSilentRefusal } from "./silent-refusal.ts";

/**
 * The model as the bot asks it: each name behind a breaker of its own, the other one, if there is one, where the first fails, and both
 * behind one queue, for it is one server.
 */
export function createModel(
  settings: ModelSettings,
  fallback: string | undefined,
  clock: Pick<Clock, "now">,
): ModelClient {
  const { concurrency: most = Number.POSITIVE_INFINITY } = settings;
  const life = noSignOfLife();
  const open = (named: ModelSettings): Breaker =>
    withBreaker(withoutSilentRefusal(createOpenAiClient(named, { life })), clock);
  const first = open(settings);
  if (fallback === undefined) return withConcurrency(first, { most, refusal: first.refusal });
  const other = open({ ...settings, model: fallback, namedBy: "FALLBACK_MODEL" });
  return withConcurrency(withFallback(first, other), { most, refusal: refusalOfBoth(first, other) });
}
