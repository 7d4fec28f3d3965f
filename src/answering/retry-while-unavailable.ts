import type { Live } from "../exchange/exchanges.ts";
import { type MessageEvent, PlatformError, type Recalled } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

/** The way back to a question from before a restart. It may wait for its platform. */
export type Recall = (event: MessageEvent) => Promise<Recalled | undefined>;

/** A platform that does not answer is asked again, for as long as the bot runs; undefined when it ends. */
export async function retryWhileUnavailable<T>(
  look: () => Promise<T>,
  clock: Clock,
  closing: AbortSignal,
): Promise<T | undefined> {
  if (closing.aborted) return undefined;
  const ended = Promise.withResolvers<undefined>();
  const end = () => ended.resolve(undefined);
  closing.addEventListener("abort", end, { once: true });
  try {
    return await untilThere(() => Promise.race([look(), ended.promise]), clock, closing);
  } finally {
    closing.removeEventListener("abort", end);
  }
}

async function untilThere<T>(
  look: () => Promise<T | undefined>,
  clock: Clock,
  closing: AbortSignal,
): Promise<T | undefined> {
  for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    try {
      return await look();
    } catch (error) {
      const isPassing = error instanceof PlatformError && ["unavailable", "rate-limited"].includes(error.code);
      if (!isPassing) throw error;
      if (closing.aborted) return undefined;
      await clock.wait(Math.max(pauseMs, error.retryAfterMs ?? 0), closing);
    }
  }
}

/** Also where its turn had not come: whoever was told that it failed is not answered out of the blue. */
export async function giveUp(live: Live): Promise<void> {
  await live.happen({ kind: "turn-came" });
  await live.happen({ kind: "done" });
}
