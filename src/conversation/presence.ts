import { describeError } from "../errors.ts";
import type { ReplySurface } from "../port/index.ts";
import type { Core } from "./core.ts";

/** Platforms let the sign go out by itself after about ten seconds. */
const presenceMs = 8_000;

/** Shows that the bot is at work until there is something to read. */
export function startPresence(surface: ReplySurface, core: Core): { end(): void } {
  const over = new AbortController();
  const run = async () => {
    while (!over.signal.aborted) {
      await surface.busy();
      await core.clock.wait(presenceMs, over.signal);
    }
  };
  // Only a courtesy: what keeps it from working will be told by the reply itself.
  run().catch((error: unknown) => core.log.debug({ error: describeError(error) }, "no typing indicator"));
  return { end: () => over.abort() };
}
