import { DatabaseSync, StatementSync } from "node:sqlite";
import { vi } from "vitest";

/** What the database was asked since the watch began, and a way to its connections: failures are made there, not acted. */
export function watchSqlite() {
  const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
  const all = vi.spyOn(StatementSync.prototype, "all");
  const spies = [prepare, all];
  let last: unknown;
  const newest = () => prepare.mock.contexts.at(-1) ?? last;
  return {
    /** The connection that a statement was prepared for last. */
    database(): DatabaseSync {
      const database = newest();
      if (database instanceof DatabaseSync) return database;
      throw new Error("Nothing was asked yet.");
    },
    /** Statements, the values bound to them, and the characters that went in and came out. */
    cost() {
      const bound = all.mock.calls.flat();
      const read = all.mock.results.map(({ value }) => value);
      return {
        statements: all.mock.calls.length,
        bound: bound.length,
        written: JSON.stringify(bound).length,
        read: JSON.stringify(read).length,
      };
    },
    reset(): void {
      last = newest();
      for (const spy of spies) spy.mockClear();
    },
    stop(): void {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
