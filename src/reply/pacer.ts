import { createDemand, type Demand } from "../model/demand.ts";
import { type Control, PlatformError, type RateLimit } from "../port/index.ts";
import { type Clock, never } from "../runtime/clock.ts";
import type { EditBudget } from "./edit-budget.ts";
import type { ReplyHandle } from "./reply-handle.ts";

export interface Pacer {
  /**
   * Notes the newest text and returns at once: the platform never slows the model, and texts that were superseded are skipped. A
   * placeholder stands in the answer's place before it has begun; the first text after it is as urgent as any first text.
   */
  offer(text: string, isPlaceholder?: boolean): void;
  /**
   * Writes the whole text, last and always. Rejects with the `PlatformError` that made it impossible. False where `stop` came
   * first: no write was begun after it, but one that was under way may have been finished. Call it again with what is to stand.
   */
  settle(text: string, controls: readonly Control[], stop?: AbortSignal): Promise<boolean>;
  /** Writes nothing any more. Resolves when what was being written is. */
  abandon(): Promise<void>;
}

export type PacerParts = {
  /** Its pace is read each time: a reply may end up in another place, or be written in another way, than it was meant. */
  readonly reply: ReplyHandle;
  readonly budget: EditBudget;
  readonly clock: Clock;
  /** Closed while no newer text could be shown. */
  readonly demand?: Demand;
  /** Hears of each text before it is written. */
  readonly showing?: (text: string) => void;
  /** Hears of a failure that makes going on pointless: the message is gone, the bot may not write here. */
  readonly fail: (error: unknown) => void;
};

type Offered = { readonly text: string; readonly isPlaceholder: boolean };

/** After a live text that the platform did not take, where it names no time: the next one, or the last, makes it good. */
const retryPauseMs = 1_000;

/** Of the even distance between two changes: nearer ones would hardly be seen apart, and use up what is needed later. */
const minGap = 0.62;

/** How long a first text waits to be whole, where it could not be edited soon. */
const holdMs = 8_000;
/** Thrown in place of a write that waited, and whose text is no longer the newest, or no longer wanted. */
const superseded = Symbol("superseded");

/** How long a last text is tried again when the platform does not answer: about two minutes. */
const settlePausesMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

/** Shows the newest text as often as the budget allows, one write at a time. */
export function createPacer({ reply, budget, clock, demand = createDemand(), showing, fail }: PacerParts): Pacer {
  const settling = new AbortController();
  /** The answer itself has come. */
  const answering = new AbortController();
  const share = budget.join(() => reply.limits);
  let newest: Offered | undefined;
  let running: Promise<void> | undefined;
  let begun = false;
  /** The bucket of a change that was waited for and not made yet: there was nothing new to see. */
  let permit: string | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;
  /** The first text was held back once already. */
  let held = false;
  /** What the write under way takes from, if it has paid at all. */
  let paying: RateLimit | undefined;
  /** The platform asked for quiet until then. */
  let quietUntil = Number.NEGATIVE_INFINITY;
  /** Every write has to heed it: the refused one took from no allowance, so that the budget knows nothing of it. */
  let quietForAll = false;

  async function run(): Promise<void> {
    while (newest !== undefined) {
      if (!newest.isPlaceholder) demand.close();
      if (clock.now() < quietUntil) await clock.wait(quietUntil - clock.now(), settling.signal);
      if (begun || (newest.isPlaceholder && reply.messages.length > 0)) await takeTurn();
      if (settling.signal.aborted) break;
      const offered = newest;
      newest = undefined;
      if (!offered.isPlaceholder) demand.close();
      await show(offered);
      await waiting();
    }
    running = undefined;
  }

  /** What has come while nothing newer could be shown is offered now. */
  async function waiting(): Promise<void> {
    const handedOn = demand.open();
    if (handedOn !== undefined) await handedOn;
  }

  async function takeTurn(): Promise<void> {
    if (permit !== reply.pace.bucket) await takePermit();
    await waiting();
  }

  async function takePermit(): Promise<void> {
    const { count: edits, periodMs } = reply.pace;
    // A placeholder gives way to the first text at once.
    const signal = begun ? settling.signal : AbortSignal.any([settling.signal, answering.signal]);
    const soonest = shownAt + (periodMs / edits) * minGap;
    if (clock.now() < soonest) await clock.wait(soonest - clock.now(), signal);
    const pace = reply.pace;
    await budget.take(pace, "interim", signal);
    if (!signal.aborted) permit = pace.bucket;
  }

  async function show(offered: Offered): Promise<void> {
    paying = undefined;
    try {
      await reply.show(offered.text, async (pace) => {
        if (isFirst(pace) && !held && share.isCongested) await deferFirst();
        await payInTime(pace);
        if (!offered.isPlaceholder) showing?.(offered.text);
      });
      if (begun || reply.messages.length === 0) return;
      begun = !offered.isPlaceholder;
      shownAt = clock.now();
    } catch (error) {
      if (error === superseded) newest ??= offered;
      else if (passing(error)) noteRefusal(error, error.retryAfterMs ?? retryPauseMs);
      else giveUp(error);
    }
  }

  const isFirst = (pace: RateLimit | undefined) =>
    reply.messages.length === 0 && pace !== undefined && pace.bucket === reply.limits.posts?.bucket;

  function giveUp(error: unknown): void {
    settling.abort();
    share.leave();
    fail(error);
  }

  /** Begun now, the text would stand half-said for long; whole, it needs no edit at all. */
  async function deferFirst(): Promise<never> {
    held = true;
    await clock.wait(holdMs, settling.signal);
    throw superseded;
  }

  /** Where the wait is long, the text has grown by its end, or the last one is due: then that is written in its place. */
  async function payInTime(pace: RateLimit | undefined): Promise<void> {
    await pay(pace, settling.signal);
    if (pace === undefined) return;
    await waiting();
    if (settling.signal.aborted) throw superseded;
    if (newest === undefined || reply.messages.length > 0) return;
    permit = pace.bucket;
    throw superseded;
  }

  async function pay(pace: RateLimit | undefined, signal = never): Promise<void> {
    paying = pace;
    if (pace === undefined) return;
    if (pace.bucket === permit) permit = undefined;
    else await budget.take(pace, "final", signal);
    shownAt = clock.now();
  }

  /** Replies in the same bucket heed it as well. */
  function noteRefusal({ code }: PlatformError, pauseMs: number): void {
    if (code === "rate-limited" && paying !== undefined) budget.rejected(paying, pauseMs);
    quietForAll = code === "rate-limited" && paying === undefined;
    quietUntil = clock.now() + pauseMs;
  }

  async function write(text: string, controls: readonly Control[], stop: AbortSignal): Promise<boolean> {
    for (const pauseMs of [...settlePausesMs, undefined]) {
      if (clock.now() < quietUntil) await clock.wait(quietUntil - clock.now(), stop);
      if (stop.aborted) break;
      paying = undefined;
      try {
        await reply.settle(text, controls, (pace) => payUnless(stop, pace));
        return true;
      } catch (error) {
        if (error === superseded) break;
        if (!passing(error) || pauseMs === undefined) throw error;
        noteRefusal(error, Math.max(pauseMs, error.retryAfterMs ?? 0));
      }
    }
    // The next write may take from another allowance; where it takes from the same, the budget has it wait.
    if (!quietForAll) quietUntil = Number.NEGATIVE_INFINITY;
    return false;
  }

  async function payUnless(stop: AbortSignal, pace: RateLimit | undefined): Promise<void> {
    if (!stop.aborted) await pay(pace, stop);
    if (stop.aborted) throw superseded;
  }

  return {
    offer(text, isPlaceholder = false) {
      if (settling.signal.aborted) return;
      newest = { text, isPlaceholder };
      if (!isPlaceholder && !answering.signal.aborted) answering.abort();
      running ??= run();
    },
    async abandon() {
      settling.abort();
      await running;
      share.leave();
    },
    async settle(text, controls, stop = never) {
      settling.abort();
      await running;
      try {
        return await write(text, controls, stop);
      } finally {
        share.leave();
      }
    },
  };
}

function passing(error: unknown): error is PlatformError {
  return error instanceof PlatformError && (error.code === "unavailable" || error.code === "rate-limited");
}
