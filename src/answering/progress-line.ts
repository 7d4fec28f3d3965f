import type { ProgressTimes } from "../limits/core-settings.ts";
import type { AdapterLog, ReplySurface } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import { sentences } from "../sentences/sentences.ts";
import { duration } from "../text/duration.ts";
import { describeError } from "../text/errors.ts";

const { progress } = sentences.answers;

export const usualProgressTimes: ProgressTimes = { thinkingMs: 3_000, silentMs: 10_000, renewMs: 5_000 };

/** A place in the queue is not shown where the turn comes sooner. */
const usualQueuedMs = 1_500;

export interface ProgressLine {
  /** It waits until the model may be asked; `before` counts those whose turn comes first. */
  queued(before: () => number): void;
  /** Its turn has come. */
  asked(): void;
  /** Reasoning has come; in mid-answer it shows nothing. */
  reasoning(): void;
  /** There is something to read, or nothing more will come. */
  end(): void;
}

export type ProgressLineParts = {
  /** Shows how long it has been silent, outside the answer or in its place. */
  readonly show: (doing: string) => void;
  readonly clock: Clock;
  readonly times: ProgressTimes;
};

/** Tells the place in the queue, and then how long the model has been silent, until there is something to read. */
export function startProgressLine({ show, clock, times }: ProgressLineParts): ProgressLine {
  const thought = new AbortController();
  let over = new AbortController();
  let shown: string | undefined;

  const tell = (line: string) => {
    if (line !== shown) show(line);
    shown = line;
  };

  /** Ends what is being told, and tells this instead. */
  function begin(run: (begun: number, over: AbortSignal) => Promise<void>): void {
    over.abort();
    over = new AbortController();
    void run(clock.now(), over.signal);
  }

  async function tellPlace(before: () => number, begun: number, over: AbortSignal): Promise<void> {
    await clock.wait(times.queuedMs ?? usualQueuedMs, over);
    await repeat(() => tell(placeLine(before())), begun, over);
  }

  async function tellSilence(begun: number, over: AbortSignal): Promise<void> {
    const elapsed = () => clock.now() - begun;
    await clock.wait(times.silentMs, AbortSignal.any([over, thought.signal]));
    if (elapsed() < times.thinkingMs) await clock.wait(times.thinkingMs - elapsed(), over);
    await tellTime(begun, over);
  }

  async function tellTime(begun: number, over: AbortSignal): Promise<void> {
    await repeat(() => tell(silenceLine(clock.now() - begun, thought.signal.aborted)), begun, over);
  }

  async function repeat(line: () => void, begun: number, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      line();
      await clock.wait(pauseAfter(clock.now() - begun, times.renewMs), over);
    }
  }

  begin(tellSilence);
  return {
    queued: (before) => begin((begun, over) => tellPlace(before, begun, over)),
    // A place that was told gives way at once: it is true no more.
    asked: () => begin(shown === undefined ? tellSilence : tellTime),
    reasoning: () => thought.abort(),
    end: () => over.abort(),
  };
}

/** Few edits: whoever has waited for a minute does not count the seconds. */
function pauseAfter(elapsedMs: number, renewMs: number): number {
  return Math.min(Math.max(elapsedMs / 4, renewMs), 3 * renewMs);
}

/** What the bot is at, as a platform puts it behind the bot's name. */
export function silenceLine(ms: number, thinking: boolean): string {
  return (thinking ? progress.thinkingFor : progress.waitingFor)(duration(Math.round(ms / 1_000) * 1_000));
}

/** `before` counts those who wait, not those who are being answered. */
export function placeLine(before: number): string {
  return progress.inQueue(before);
}

/**
 * Where the line is shown: outside the message where the platform has a place for it, else in place of the answer to come. Where
 * neither is wanted, the sign of being at work says enough.
 */
export function toProgressDisplay(
  surface: ReplySurface,
  log: AdapterLog,
  offer: ((text: string) => void) | undefined,
): (doing: string) => void {
  if (surface.status === undefined) return (doing) => offer?.(`_${progress.alone(doing)}_`);
  return (doing) => {
    // Only a courtesy, as the sign of being at work is.
    surface
      .status?.(doing)
      .catch((error: unknown) => log.debug({ error: describeError(error) }, "status line not updated"));
  };
}
