import { z } from "zod";
import { describeError } from "../errors.ts";
import type { AdapterLog, EventId } from "../port/index.ts";
import type { RecordStore } from "../store/conversation-store.ts";

export const handledRecord = z.object({ v: z.literal(1) });
export type HandledRecord = z.infer<typeof handledRecord>;

/**
 * Events whose work is done or whose question is stored, remembered over restarts: a platform that heard no acknowledgement
 * delivers them again. Unlike `Seen`, an event counts only once a crash could not lose it any more.
 */
export interface Handled {
  has(id: EventId): Promise<boolean>;
  /** Never rejects: the work is done, and all that a failure costs is a redelivery that may be taken for new. */
  add(id: EventId): Promise<void>;
}

/** Slack delivers again for about six minutes, and Discord's RESUME reaches back some minutes. */
export const keptMs = 60 * 60_000;

export function createHandled(records: RecordStore<HandledRecord>, log: AdapterLog): Handled {
  return {
    has: async (id) => (await records.get(id)) !== undefined,
    async add(id) {
      try {
        await records.set(id, { v: 1 }, keptMs);
      } catch (error) {
        log.warn({ error: describeError(error) }, "an event could not be noted as handled");
      }
    },
  };
}
