import { readFileSync } from "node:fs";
import { StatementSync } from "node:sqlite";

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
  const { all } = StatementSync.prototype;
  StatementSync.prototype.all = function (this: StatementSync, ...given: Parameters<typeof all>) {
    statements += 1;
    const rows = all.apply(this, given);
    rowsRead += rows.length;
    charactersRead += rows.reduce((sum, row) => sum + JSON.stringify(row).length, 0);
    return rows;
  } as typeof all;
  return {
    read: () => ({ statements, rowsRead, charactersRead, bytesWritten: bytesWritten() }),
    stop() {
      StatementSync.prototype.all = all;
    },
  };
}

function bytesWritten(): number {
  const [, bytes] = /wchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8")) ?? [];
  return Number(bytes);
}
