import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { KeyvSqlite } from "@keyv/sqlite";
import { Keyv } from "keyv";
import type { z } from "zod";
import { createConversationLog, type StoreLog } from "./conversation-log.ts";
import type { ConversationStore, RecordStore } from "./conversation-store.ts";
import { toOpenError, toStoreError } from "./failure.ts";
import { createRecords } from "./records.ts";
import { sqliteFile } from "./sqlite-file.ts";
import type { Table } from "./table.ts";

/** Everything that outlives the process. */
export type Store = {
  readonly conversations: ConversationStore;
  /** Values of one kind. Two namespaces never meet, whatever their keys. */
  records<T>(namespace: string, schema: z.ZodType<T>): RecordStore<T>;
  close(): Promise<void>;
};

/** Opens the store and proves that it can be written. Throws a `StoreError` whose message says what the admin can change. */
export async function openStore(url: string, log: StoreLog): Promise<Store> {
  const file = sqliteFile(url);
  const tables = new Map<string, Table>();
  const tableOf = (namespace: string): Table => {
    const table = tables.get(namespace) ?? openTable(file, namespace);
    tables.set(namespace, table);
    return table;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...tables.values()].map((table) => table.close()));
  };
  try {
    // What was said in private is nobody else's on this machine.
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await prove(tableOf("conversations"));
  } catch (error) {
    await close().catch(() => undefined); // what never opened cannot be closed; the first failure is the one to tell
    throw toOpenError(error, file);
  }
  return {
    conversations: createConversationLog(tableOf("conversations"), log),
    records: (namespace, schema) => createRecords(tableOf(`records/${namespace}`), schema, log),
    close,
  };
}

// SQLite opens a file that it may only read, or that is no database, without a word; a write tells. No name's key is "probe".
async function prove(table: Table): Promise<void> {
  await table.write([{ key: "probe", text: "" }]);
  await table.delete(["probe"]);
}

// An adapter for each namespace: one that is shared takes the last namespace it was given for all of them.
function openTable(file: string, namespace: string): Table {
  const wal = file !== ":memory:";
  const store = new KeyvSqlite({
    uri: `sqlite://${file}`,
    driver: "node:sqlite",
    busyTimeout: 5000,
    wal,
    clearExpiredInterval: 10 * 60_000,
    iterationLimit: 500,
  });
  // A killed process loses nothing by it; only the machine's own end can take the last writes, and the file stays whole.
  if (wal) void store.query("PRAGMA synchronous = NORMAL").catch(() => undefined); // the probe tells what is wrong
  // No "error" listener, ever: with one, Keyv answers a failed read with `undefined`, which looks like an empty thread.
  const keyv = new Keyv<string>({ store, namespace, serialization: plain });
  return {
    read: (keys) => keyv.getMany([...keys]).catch(rethrow("unread")),
    async write(rows) {
      const written = await keyv
        .setMany(
          rows.map(({ key, text, ttlMs }) => ({ key, value: text, ...(ttlMs === undefined ? {} : { ttl: ttlMs }) })),
        )
        .catch(rethrow("unwritten"));
      if (!written.every(Boolean)) throw toStoreError(new Error("some rows were refused"), "unwritten");
    },
    async *entries() {
      try {
        for await (const entry of keyv.iterator() as AsyncIterable<[string, string]>) yield entry;
      } catch (error) {
        rethrow("unread")(error);
      }
    },
    async delete(keys) {
      await keyv.deleteMany([...keys]).catch(rethrow("unwritten"));
    },
    close: () => keyv.disconnect().catch(rethrow("unwritten")),
  };
}

// Texts are stored as they are: one that is not JSON must fail in its own decoder, not in a whole `getMany`.
const plain = {
  stringify: (record: unknown): string => (record as { value: string }).value,
  parse: <T>(text: string): T => ({ value: text }) as T,
};

const rethrow =
  (code: "unread" | "unwritten") =>
  (error: unknown): never => {
    throw toStoreError(error, code);
  };
