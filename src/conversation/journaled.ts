import type { RecordStore } from "../store/conversation-store.ts";
import type { JournalRecord } from "./journal-record.ts";
import { toKept } from "./kept.ts";
import type { OptOuts } from "./opt-outs.ts";

/**
 * The journal without the words of people who do not want to be remembered: a restart then leaves the answer to them as far as it
 * was. What others quote of them is left out.
 */
export function withoutOptedOut(records: RecordStore<JournalRecord>, optOuts: OptOuts): RecordStore<JournalRecord> {
  return {
    ...records,
    async set(key, record, ttlMs) {
      const event = await toKept(record.event, record.event.place, optOuts);
      if (event === undefined) return;
      // A thread may be called after somebody's words.
      const { channelName: _, ...unnamed } = event.place;
      const place = event.place.kind === "thread" ? unnamed : event.place;
      await records.set(key, { ...record, event: { ...event, place } }, ttlMs);
    },
  };
}
