import { type MessageEvent, PlatformError, type Recalled } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

/** The way back to a question from before a restart. It may wait for its platform. */
export type Recall = (event: MessageEvent) => Promise<Recalled | undefined>;

/** A platform that does not answer is asked again, for as long as the bot runs; undefined when it ends. */
export async function patiently<T>(look: () => Promise<T>, clock: Clock, closing: AbortSignal): Promise<T | undefined> {
  const ended = new Promise<undefined>((resolve) => {
    if (closing.aborted) resolve(undefined);
    closing.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    try {
      return await Promise.race([look(), ended]);
    } catch (error) {
      const isPassing = error instanceof PlatformError && ["unavailable", "rate-limited"].includes(error.code);
      if (!isPassing) throw error;
      if (closing.aborted) return undefined;
      await clock.wait(Math.max(pauseMs, error.retryAfterMs ?? 0), closing);
    }
  }
}
