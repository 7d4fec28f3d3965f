import type { RecordStore } from "../store/conversation-store.ts";
import type { JournalRecord } from "./journal-record.ts";
import { toKept } from "./kept.ts";
import type { OptOuts } from "./opt-outs.ts";

/**
 * The journal without the words of people who do not want to be remembered: a restart can then only end the answer to them. What
 * others quote of them is left out.
 */
export function withoutOptedOut(records: RecordStore<JournalRecord>, optOuts: OptOuts): RecordStore<JournalRecord> {
  return {
    ...records,
    async set(key, record, ttlMs) {
      const event = await toKept(record.event, record.event.place, optOuts);
      if (event === undefined) return records.set(key, wordless(record), ttlMs);
      // A thread may be called after somebody's words.
      const { channelName: _, ...unnamed } = event.place;
      const place = event.place.kind === "thread" ? unnamed : event.place;
      await records.set(key, { ...record, event: { ...event, place } }, ttlMs);
    },
  };
}

/** Ids alone: where an answer was begun, so that nothing of it is left standing half done. */
function wordless({ event, text: _, outcome: __, ...progress }: JournalRecord): JournalRecord {
  const { id, place, author, message, sentAt, via, origin } = event;
  const { channelName: ___, ...unnamed } = place;
  const bare = { kind: event.kind, id, message, sentAt, via, place: unnamed, text: "", attachments: [] };
  return {
    ...progress,
    event: { ...bare, author: { id: author.id, name: "" }, ...(origin === undefined ? {} : { origin }) },
    text: "",
  };
}
