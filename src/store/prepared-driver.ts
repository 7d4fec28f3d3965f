import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { dropOldest } from "../port/index.ts";

type ConnectOptions = { readonly filename: string; readonly busyTimeout?: number; readonly wal?: boolean };

/**
 * A small row has to write its page whole, and those of its indexes: half of SQLite's 4,096 bytes write a third less for a turn. Still
 * smaller pages would write less yet, but double the time in which a purge keeps everybody waiting.
 */
const pageBytes = 2_048;

/** Statements that are kept; those for lists of many lengths are the most. */
const mostStatements = 100;

/** Node's own SQLite with statements that are prepared once: the driver that comes with keyv's adapter prepares one for each call. */
export const preparedDriver = {
  name: "custom" as const,
  async connect({ filename, busyTimeout = 0, wal = false }: ConnectOptions) {
    const database = new DatabaseSync(filename, { timeout: busyTimeout });
    database.exec(`PRAGMA page_size = ${pageBytes}`); // of a new file; one that exists keeps its own
    if (wal) database.exec("PRAGMA journal_mode = WAL");
    const statements = new Map<string, StatementSync>();

    function prepared(sql: string): StatementSync {
      const statement = statements.get(sql) ?? database.prepare(sql);
      statements.delete(sql); // set anew, it is the newest
      statements.set(sql, statement);
      dropOldest(statements, mostStatements);
      return statement;
    }

    return {
      query: async (sql: string, ...values: readonly unknown[]) =>
        prepared(sql).all(...(values as readonly SQLInputValue[])),
      close: async () => database.close(),
    };
  },
};
