import { describeError } from "../errors.ts";
import type { ReplySurface } from "../port/index.ts";
import type { Core } from "./core.ts";

/** Shows that the bot is at work until there is something to read. */
export function startPresence(surface: ReplySurface, core: Core): { end(): void } {
  const over = new AbortController();
  const run = async () => {
    while (!over.signal.aborted) await core.clock.wait(await surface.busy(), over.signal);
  };
  // Only a courtesy: what keeps it from working will be told by the reply itself.
  run().catch((error: unknown) => core.log.debug({ error: describeError(error) }, "no sign of being at work"));
  return { end: () => over.abort() };
}

/** Takes the sign away at the end of a turn, whatever became of it. */
export async function endPresence(surface: ReplySurface, core: Core): Promise<void> {
  try {
    await surface.idle?.();
  } catch (error) {
    core.log.debug({ error: describeError(error) }, "the sign of being at work could not be taken away");
  }
}
