import { DatabaseSync, StatementSync } from "node:sqlite";
import { vi } from "vitest";

/** What the database was asked since the watch began, and a way to its connections: failures are made there, not acted. */
export function watchSqlite() {
  const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
  const all = vi.spyOn(StatementSync.prototype, "all");
  const run = vi.spyOn(StatementSync.prototype, "run");
  const spies = [prepare, all, run];
  return {
    /** The connection that was used last. */
    database(): DatabaseSync {
      const last = prepare.mock.contexts.at(-1);
      if (last instanceof DatabaseSync) return last;
      throw new Error("Nothing was asked yet.");
    },
    /** Statements, the values bound to them, and the characters that went in and came out. */
    cost() {
      const bound = [...all.mock.calls, ...run.mock.calls].flat();
      const read = all.mock.results.map(({ value }) => value);
      return {
        statements: prepare.mock.calls.length,
        bound: bound.length,
        written: JSON.stringify(bound).length,
        read: JSON.stringify(read).length,
      };
    },
    reset(): void {
      for (const spy of spies) spy.mockClear();
    },
    stop(): void {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
