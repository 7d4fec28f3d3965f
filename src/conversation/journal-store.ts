import type { RecordStore } from "../store/conversation-store.ts";
import type { HeardRecord, JournalRecord, ProgressRecord } from "./journal-record.ts";

export const begun: Omit<ProgressRecord, "v"> = { tries: 0, messages: [], making: false, text: "", parked: false };

/** A crash between the two deletes of a record leaves this one, but not for ever; a question is left to a person after a day. */
const progressMs = 8 * 24 * 60 * 60_000;

/**
 * The journal's records in two parts: the question, which is large and stays as it is, and how far its answer is, which is written
 * with each text that is shown.
 */
export function joined(
  heard: RecordStore<HeardRecord>,
  progress: RecordStore<ProgressRecord>,
): RecordStore<JournalRecord> {
  /** The questions as they were written, of answers that are not given yet. */
  const written = new Map<string, string>();

  const join = async (key: string, question: HeardRecord): Promise<JournalRecord> => ({
    ...begun,
    ...question,
    ...(await progress.get(key)),
  });

  return {
    async get(key) {
      const question = await heard.get(key);
      return question === undefined ? undefined : join(key, question);
    },
    async set(key, { v, event, at, order, ...rest }, ttlMs) {
      const question = { v, event, at, order };
      const text = JSON.stringify([question, ttlMs]);
      if (written.get(key) !== text) await heard.set(key, question, ttlMs);
      written.set(key, text);
      if (hasBegun(rest)) await progress.set(key, { v, ...rest }, progressMs);
    },
    async delete(key) {
      written.delete(key);
      await heard.delete(key);
      await progress.delete(key);
    },
    async *entries() {
      for await (const [key, question] of heard.entries()) yield [key, await join(key, question)];
    },
  };
}

function hasBegun({ tries, messages, making, text, outcome, parked }: Omit<ProgressRecord, "v">): boolean {
  return tries > 0 || messages.length > 0 || making || text !== "" || outcome !== undefined || parked;
}
