import type { z } from "zod";
import { type RecordStore, StoreError } from "./conversation-store.ts";
import { decode, encode } from "./record-text.ts";
import { type Table, toKey } from "./table.ts";

/** A record that the schema refuses throws a `StoreError` "unreadable" and is left as it is. */
export function createRecords<T>(table: Table, schema: z.ZodType<T>): RecordStore<T> {
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
  };
}
