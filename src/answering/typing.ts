import type { AdapterLog, ReplySurface } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import { describeError } from "../text/errors.ts";

export type TypingParts = { readonly clock: Clock; readonly log: AdapterLog };

/** Shows that the bot is at work until there is something to read. */
export function startTyping(surface: ReplySurface, { clock, log }: TypingParts): { end(): void } {
  const over = new AbortController();
  const run = async () => {
    while (!over.signal.aborted) await clock.wait(await surface.startTyping(), over.signal);
  };
  // Only a courtesy: what keeps it from working will be told by the reply itself.
  run().catch((error: unknown) => log.debug({ error: describeError(error) }, "typing indicator not shown"));
  return { end: () => over.abort() };
}

/** Whoever waits for their turn sees that they were heard. */
export function showTyping(surface: ReplySurface, { log }: Pick<TypingParts, "log">): void {
  surface
    .startTyping()
    .catch((error: unknown) => log.debug({ error: describeError(error) }, "typing indicator not shown"));
}

/** Takes the sign away at the end of a turn, whatever became of it. */
export async function stopTyping(surface: ReplySurface, { log }: Pick<TypingParts, "log">): Promise<void> {
  try {
    await surface.stopTyping?.();
  } catch (error) {
    log.debug({ error: describeError(error) }, "typing indicator not removed");
  }
}
