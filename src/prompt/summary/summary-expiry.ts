import type { RecordStore } from "../../store/conversation-store.ts";
import { type Retention, timeLeft } from "../../store/retention.ts";
import type { SummaryRecord } from "../summaries.ts";

/** A summary is made anew of what is left when its time is over; more than once a day would cost too much. */
const leastMs = 24 * 60 * 60_000;

/** Summaries are kept no longer than the oldest of what they sum up, or for a day. */
export function withExpiry(records: RecordStore<SummaryRecord>, retention: Retention): RecordStore<SummaryRecord> {
  return {
    ...records,
    set(key, record) {
      const oldest = Math.min(...record.summaries.map(({ since = retention.now() }) => since));
      const { ttlMs } = timeLeft(retention, oldest);
      return records.set(key, record, ttlMs === undefined ? undefined : Math.max(ttlMs, leastMs));
    },
  };
}
