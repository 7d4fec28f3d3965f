import { readFileSync } from "node:fs";
import { DatabaseSync, StatementSync } from "node:sqlite";

/** What the process asked of its database so far, and what it wrote to files. */
export type Cost = {
  readonly statements: number;
  readonly rowsRead: number;
  readonly charactersRead: number;
  readonly bytesWritten: number;
};

/** Counts from now on. Bytes are those that Linux counts of all write calls: rows, indexes, the log and its checkpoints. */
export function watchCost(): { read(): Cost; stop(): void } {
  let statements = 0;
  let rowsRead = 0;
  let charactersRead = 0;
  const { prepare } = DatabaseSync.prototype;
  const { all } = StatementSync.prototype;
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, ...given) {
    statements += 1;
    return prepare.apply(this, given);
  };
  StatementSync.prototype.all = function (this: StatementSync, ...given: Parameters<typeof all>) {
    const rows = all.apply(this, given);
    rowsRead += rows.length;
    charactersRead += rows.reduce((sum, row) => sum + JSON.stringify(row).length, 0);
    return rows;
  } as typeof all;
  return {
    read: () => ({ statements, rowsRead, charactersRead, bytesWritten: bytesWritten() }),
    stop() {
      DatabaseSync.prototype.prepare = prepare;
      StatementSync.prototype.all = all;
    },
  };
}

function bytesWritten(): number {
  const [, bytes] = /wchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8")) ?? [];
  return Number(bytes);
}
