import type { z } from "zod";
import type { StoreLog } from "./conversation-log.ts";
import { type RecordStore, StoreError } from "./conversation-store.ts";
import { decode, encode } from "./record-text.ts";
import { fromKey, type Table, toKey } from "./table.ts";

/** A record that the schema refuses throws a `StoreError` "unreadable" and is left as it is. */
export function createRecords<T>(table: Table, schema: z.ZodType<T>, log: StoreLog): RecordStore<T> {
  return {
    async get(key) {
      const [text] = await table.read([toKey(key)]);
      if (text === undefined) return undefined;
      const record = decode(schema, text);
      if (record.kind === "read") return record.value;
      throw new StoreError("unreadable", `The record ${toKey(key)} cannot be understood: ${record.why}.`);
    },
    set: async (key, value, ttlMs) =>
      table.write([{ key: toKey(key), text: encode(schema, value), ...(ttlMs === undefined ? {} : { ttlMs }) }]),
    delete: (key) => table.delete([toKey(key)]),
    async *entries() {
      for await (const [key, text] of table.entries()) {
        const record = decode(schema, text);
        if (record.kind === "read") yield [fromKey(key), record.value];
        else log.warn({ record: key, why: record.why }, "A record that cannot be read was left out.");
      }
    },
  };
}
