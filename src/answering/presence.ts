import type { AdapterLog, ReplySurface } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import { describeError } from "../text/errors.ts";

export type PresenceParts = { readonly clock: Clock; readonly log: AdapterLog };

/** Shows that the bot is at work until there is something to read. */
export function startPresence(surface: ReplySurface, { clock, log }: PresenceParts): { end(): void } {
  const over = new AbortController();
  const run = async () => {
    while (!over.signal.aborted) await clock.wait(await surface.busy(), over.signal);
  };
  // Only a courtesy: what keeps it from working will be told by the reply itself.
  run().catch((error: unknown) => log.debug({ error: describeError(error) }, "no sign of being at work"));
  return { end: () => over.abort() };
}

/** Whoever waits for their turn sees that they were heard. */
export function showHeard(surface: ReplySurface, { log }: Pick<PresenceParts, "log">): void {
  surface.busy().catch((error: unknown) => log.debug({ error: describeError(error) }, "no sign of having heard"));
}

/** Takes the sign away at the end of a turn, whatever became of it. */
export async function endPresence(surface: ReplySurface, { log }: Pick<PresenceParts, "log">): Promise<void> {
  try {
    await surface.idle?.();
  } catch (error) {
    log.debug({ error: describeError(error) }, "the sign of being at work could not be taken away");
  }
}
