import { z } from "zod";
import { type AdapterLog, dropOldest, type EventId } from "../port/index.ts";
import type { RecordStore } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";

export const doneRecord = z.object({ v: z.literal(1) });
export type DoneRecord = z.infer<typeof doneRecord>;

/** A platform that heard no acknowledgement delivers an event again: within minutes, and also to the next process. */
export interface KnownEvents {
  /** True the first time that this process is shown an id. */
  first(id: EventId): boolean;
  /** Its work was done, or its words are remembered, in this process or an earlier one. */
  isDone(id: EventId): Promise<boolean>;
  /** From here on no crash could lose it. Never rejects: all that a failure costs is a redelivery that may be taken for new. */
  done(id: EventId): Promise<void>;
}

/** Slack delivers again for about six minutes, and Discord's RESUME reaches back some minutes. */
export const keptMs = 60 * 60_000;

const mostShown = 10_000;

export function createKnownEvents(records: RecordStore<DoneRecord>, log: AdapterLog): KnownEvents {
  const shown = new Set<EventId>();
  return {
    first(id) {
      if (shown.has(id)) return false;
      shown.add(id);
      dropOldest(shown, mostShown);
      return true;
    },
    isDone: async (id) => (await records.get(id)) !== undefined,
    async done(id) {
      try {
        await records.set(id, { v: 1 }, keptMs);
      } catch (error) {
        log.warn({ error: describeError(error) }, "an event could not be marked as done");
      }
    },
  };
}
