import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { dropOldest } from "../port/index.ts";

type ConnectOptions = { readonly filename: string; readonly busyTimeout?: number; readonly wal?: boolean };

/** Statements that are kept; those for lists of many lengths are the most. */
const mostStatements = 100;

/** Node's own SQLite with statements that are prepared once: the driver that comes with keyv's adapter prepares one for each call. */
export const preparedDriver = {
  name: "custom" as const,
  async connect({ filename, busyTimeout = 0, wal = false }: ConnectOptions) {
    const database = new DatabaseSync(filename, { timeout: busyTimeout });
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
