import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { KeyvSqlite } from "@keyv/sqlite";
import { Keyv } from "keyv";
import type { z } from "zod";
import { systemClock } from "../runtime/clock.ts";
import { describeError } from "../text/errors.ts";
import { createConversationLog, type StoreLog } from "./conversation-log.ts";
import type { ConversationStore, RecordStore } from "./conversation-store.ts";
import { toOpenError, toStoreError } from "./errors.ts";
import { preparedDriver } from "./prepared-driver.ts";
import { createRecords, type Writing } from "./records.ts";
import { type Retention, shortenSql } from "./retention.ts";
import { sqliteFile } from "./sqlite-file.ts";
import type { Table } from "./table.ts";

/** Everything that outlives the process. */
export type Store = {
  readonly conversations: ConversationStore;
  /** Values of one kind. Two namespaces never meet, whatever their keys. */
  records<T>(namespace: string, schema: z.ZodType<T>, writing?: Writing): RecordStore<T>;
  readonly retention: Retention;
  /** What was deleted or replaced leaves the file as well. Everything waits meanwhile: about a second for each 100 MB. */
  purge(): Promise<void>;
  close(): Promise<void>;
};

/** Opens the store and proves that it can be written. Throws a `StoreError` whose message says what the admin can change. */
export async function openStore(
  url: string,
  log: StoreLog,
  retention: Retention = { keptMs: undefined, now: systemClock.now },
): Promise<Store> {
  const file = sqliteFile(url);
  const tables = new Map<string, SqliteTable>();
  const tableOf = (namespace: string): SqliteTable => {
    const table = tables.get(namespace) ?? openTable(file, namespace, log);
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
    for (const namespace of spoken) await tableOf(namespace).shorten(retention);
  } catch (error) {
    await close().catch(() => undefined); // what never opened cannot be closed; the first failure is the one to tell
    throw toOpenError(error, file);
  }
  return {
    conversations: createConversationLog(tableOf("conversations"), log, retention),
    records: (namespace, schema, writing = "checked") =>
      createRecords(tableOf(`records/${namespace}`), schema, log, writing),
    retention,
    purge: () => tableOf("conversations").purge(),
    close,
  };
}

/** Where there are words of people that are kept for as long as the admin wants. */
const spoken = ["conversations", "records/summary"];

// SQLite opens a file that it may only read, or that is no database, without a word; a write tells. No name's key is "probe".
async function prove(table: Table): Promise<void> {
  await table.write([{ key: "probe", text: "" }]);
  await table.delete(["probe"]);
}

type SqliteTable = Table & {
  /** No row is kept for longer than that; what is too old is deleted. */
  shorten(retention: Retention): Promise<void>;
  purge(): Promise<void>;
};

// An adapter for each namespace: one that is shared takes the last namespace it was given for all of them.
function openTable(file: string, namespace: string, log: StoreLog): SqliteTable {
  const wal = file !== ":memory:";
  const store = new KeyvSqlite({
    uri: `sqlite://${file}`,
    driver: preparedDriver,
    busyTimeout: 5000,
    wal,
    clearExpiredInterval: 10 * 60_000,
    iterationLimit: 500,
  });
  // A killed process loses nothing by it; only the machine's own end can take the last writes, and the file stays whole.
  if (wal) void store.query("PRAGMA synchronous = NORMAL").catch(() => undefined); // the probe tells what is wrong
  // What is deleted is written over; a few copies that SQLite made while it moved rows remain until `purge`.
  void store.query("PRAGMA secure_delete = ON").catch(() => undefined);
  // Keyv's timer hands a failure to nobody, which would end the process.
  const sweep = store.clearExpired.bind(store);
  store.clearExpired = () =>
    sweep().catch((error: unknown) =>
      log.warn({ error: describeError(error) }, "Expired messages could not be deleted."),
    );
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
    async shorten({ keptMs, now }) {
      if (keptMs === undefined) return;
      await store.query(shortenSql, namespace, keptMs, now());
      await store.clearExpired();
    },
    async purge() {
      // The log as well: it holds what was written before.
      for (const step of ["VACUUM", ...(wal ? ["PRAGMA wal_checkpoint(TRUNCATE)"] : [])]) {
        const [result] = await store.query(step).catch(rethrow("unwritten"));
        if ((result as { busy?: number } | undefined)?.busy === 1)
          throw toStoreError(new Error("it is in use"), "unwritten");
      }
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
