import type { z } from "zod";
import { dropOldest } from "../port/index.ts";
import type { StoreLog } from "./conversation-log.ts";
import type { RecordStore } from "./conversation-store.ts";
import { decode, encode } from "./record-codec.ts";
import { fromKey, type Table, toKey } from "./table.ts";

/** Records whose fault is known to be in the log already. */
const mostNamed = 1_000;

/** Whether a value is read once more before it is written. What is written many times for one answer is not: it takes longer than the write. */
export type Writing = "checked" | "unchecked";

/** A record that the schema refuses is left as it is, named in the log once, and counts as not there. */
export function createRecords<T>(table: Table, schema: z.ZodType<T>, log: StoreLog, writing: Writing): RecordStore<T> {
  const named = new Set<string>();
  const toText = (value: T) => (writing === "checked" ? encode(schema, value) : JSON.stringify(value));
  const leaveOut = (key: string, why: string): void => {
    if (!named.has(key)) log.warn({ record: key, why }, "A record that cannot be read was left out.");
    named.add(key);
    dropOldest(named, mostNamed);
  };

  return {
    async get(key) {
      const [text] = await table.read([toKey(key)]);
      if (text === undefined) return undefined;
      const record = decode(schema, text);
      if (record.kind === "read") return record.value;
      leaveOut(toKey(key), record.why);
      return undefined;
    },
    set: async (key, value, ttlMs) =>
      table.write([{ key: toKey(key), text: toText(value), ...(ttlMs === undefined ? {} : { ttlMs }) }]),
    delete: (key) => table.delete([toKey(key)]),
    async *entries() {
      for await (const [key, text] of table.entries()) {
        const record = decode(schema, text);
        if (record.kind === "read") yield [fromKey(key), record.value];
        else leaveOut(key, record.why);
      }
    },
  };
}
