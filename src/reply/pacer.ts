import { type Control, PlatformError } from "../port/index.ts";
import { type Clock, never } from "../runtime/clock.ts";
import type { EditBudget } from "./edit-budget.ts";
import type { Pay } from "./message-writer.ts";
import type { ReplyHandle } from "./reply-handle.ts";

export interface Pacer {
  /** Notes the newest text and returns at once: the platform never slows the model, and texts that were overtaken are skipped. */
  offer(text: string): void;
  /** Writes the whole text, last and always. Rejects with the `PlatformError` that made it impossible. */
  settle(text: string, controls: readonly Control[]): Promise<void>;
}

export type PacerParts = {
  /** Its pace is read each time: a reply may end up in another place, or be written in another way, than it was meant. */
  readonly reply: ReplyHandle;
  readonly budget: EditBudget;
  readonly clock: Clock;
  /** Hears of a failure that makes going on pointless: the message is gone, the bot may not write here. */
  readonly fail: (error: unknown) => void;
};

/** Between two tries of a live text, where the platform names no time. */
const retryPauseMs = 1_000;

/** How long a last text is tried again when the platform does not answer: about two minutes. */
const settlePausesMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

/** Shows the newest text as often as the budget allows, one write at a time. */
export function createPacer({ reply, budget, clock, fail }: PacerParts): Pacer {
  const settling = new AbortController();
  let newest: string | undefined;
  let running: Promise<void> | undefined;
  let begun = false;
  /** The platform asked for quiet until then. */
  let quietUntil = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    while (newest !== undefined) {
      if (clock.now() < quietUntil) await clock.wait(quietUntil - clock.now(), settling.signal);
      // The first text makes a new message, which takes nothing from the allowance of edits.
      if (begun) await budget.take(reply.pace, "interim", settling.signal);
      if (settling.signal.aborted) break;
      const text = newest;
      newest = undefined;
      await show(text);
    }
    running = undefined;
  }

  async function show(text: string): Promise<void> {
    // One change was waited for already, but for the first message. A message's end, or another way of writing it, may cost more.
    let taken = begun ? reply.pace.bucket : undefined;
    const pay: Pay = async (pace) => {
      if (pace.bucket !== taken) return budget.take(pace, "final", never);
      taken = undefined;
    };
    try {
      await reply.show(text, pay);
      begun ||= reply.messages.length > 0;
    } catch (error) {
      if (passing(error)) return noteQuiet(error.retryAfterMs ?? retryPauseMs); // the next text, or the last one, tries again
      settling.abort();
      fail(error);
    }
  }

  function noteQuiet(ms: number): void {
    quietUntil = clock.now() + ms;
  }

  return {
    offer(text) {
      if (settling.signal.aborted) return;
      newest = text;
      running ??= run();
    },
    async settle(text, controls) {
      settling.abort();
      await running;
      const pay: Pay = (pace) => budget.take(pace, "final", never);
      for (const pauseMs of [...settlePausesMs, undefined]) {
        if (clock.now() < quietUntil) await clock.wait(quietUntil - clock.now(), never);
        try {
          return await reply.settle(text, controls, pay);
        } catch (error) {
          if (!passing(error) || pauseMs === undefined) throw error;
          noteQuiet(Math.max(pauseMs, error.retryAfterMs ?? 0));
        }
      }
    },
  };
}

function passing(error: unknown): error is PlatformError {
  return error instanceof PlatformError && (error.code === "unavailable" || error.code === "rate-limited");
}
