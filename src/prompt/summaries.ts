import { z } from "zod";
import { type AdapterLog, dropOldest, type ThreadId, threadId, type UserId, userId } from "../port/index.ts";
import { createBackground } from "../runtime/background.ts";
import type { RecordStore } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";

const whole = z.int().nonnegative();

const summary = z.object({
  text: z.string(),
  /** As it stands in a prompt. */
  tokens: z.number().nonnegative(),
  /** When the oldest of what it sums up was said. */
  since: z.exactOptional(z.number()),
  /** How many turns it sums up, together with the summaries it goes on from. */
  turns: whole,
  /** It reaches up to the turn before this number. */
  upTo: whole,
  /** It is in force where the window begins at this turn or later: a prompt's beginning changes only when the window moves. */
  from: whole,
});

/** A summary of turns that have left the window, or will with its next step. */
export type Summary = Readonly<z.infer<typeof summary>>;

export const summaryRecord = z.object({
  v: z.literal(1),
  /** Whose words are in it. */
  people: z.array(z.string().transform(userId)).readonly(),
  /** The one in force, and one that is ready for the window's next step. The newest comes last. */
  summaries: z.array(summary).readonly(),
});
export type SummaryRecord = z.infer<typeof summaryRecord>;

export interface Summaries {
  at(thread: ThreadId): Promise<SummaryRecord | undefined>;
  /** A turn that is due later takes the place of another that is. */
  keep(thread: ThreadId, next: Summary, people: readonly UserId[]): Promise<void>;
  /** Ends what is being summed up there as well. False where there was none. */
  forget(thread: ThreadId): Promise<boolean>;
  /** Ends what is being summed up there, of which something has changed. It is begun again after the next answer. */
  cancel(thread: ThreadId): Promise<void>;
  /** The threads whose summary has words of this person. */
  mentioning(person: UserId): AsyncIterable<ThreadId>;
  /**
   * Sums up in the background, one at a time in each thread. A failure is logged, and tried again when the window begins elsewhere
   * than at `start`, or after a restart.
   */
  work(thread: ThreadId, start: number, task: (signal: AbortSignal) => Promise<void>): void;
  /** Ends what is being summed up. It is begun again after the next answer of its thread, also in another process. */
  stop(): Promise<void>;
  /** Resolves when nothing is being summed up. */
  idle(): Promise<void>;
}

export function createSummaries(records: RecordStore<SummaryRecord>, log: AdapterLog): Summaries {
  const background = createBackground();
  const failedAt = new Map<ThreadId, number>();

  return {
    at: (thread) => records.get(thread),
    async keep(thread, next, people) {
      const before = await records.get(thread);
      const standing = before?.summaries.findLast(({ from }) => from < next.from);
      const everybody = [...new Set([...(before?.people ?? []), ...people])];
      const summaries = standing === undefined ? [next] : [standing, next];
      await records.set(thread, { v: 1, people: everybody, summaries });
    },
    async forget(thread) {
      await background.cancel(thread);
      failedAt.delete(thread);
      if ((await records.get(thread)) === undefined) return false;
      await records.delete(thread);
      return true;
    },
    cancel: (thread) => background.cancel(thread),
    async *mentioning(person) {
      for await (const [thread, { people }] of records.entries()) if (people.includes(person)) yield threadId(thread);
    },
    work(thread, start, task) {
      if (failedAt.get(thread) === start) return;
      background.run(thread, task, (error) => {
        log.warn({ thread, error: describeError(error) }, "the summary failed");
        failedAt.delete(thread);
        failedAt.set(thread, start);
        dropOldest(failedAt, mostFailures);
      });
    },
    stop: () => background.stop(),
    idle: () => background.idle(),
  };
}

/** Failures that are remembered; an older one is tried again a little sooner. */
const mostFailures = 1_000;

/** The summary that stands in a prompt whose window begins at this turn. */
export function summaryAt(record: SummaryRecord | undefined, start: number): Summary | undefined {
  return record?.summaries.findLast(({ from }) => from <= start);
}

/** The number of the turn up to which the next summary has been made; 0 where none is ready. */
export function readyUpTo(record: SummaryRecord | undefined, start: number): number {
  return record?.summaries.findLast(({ upTo }) => upTo > start)?.upTo ?? 0;
}
