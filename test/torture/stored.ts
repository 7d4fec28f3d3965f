import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { questionsIn } from "./words.ts";

/** What the bot's store holds. */
export type Stored = {
  /** The questions in its conversations. */
  readonly remembered: ReadonlySet<number>;
  /** All the other records as text, of questions that are in flight. What is known as handled may have been read as earlier talk alone. */
  readonly noted: string;
};

/** Looks into a copy, so that the bot's next start finds its files as the kill left them. */
export function readStored(database: string): Stored {
  if (!existsSync(database)) return { remembered: new Set(), noted: "" };
  const folder = mkdtempSync(join(tmpdir(), "parley-copy-"));
  try {
    for (const end of ["", "-wal", "-shm"]) {
      if (existsSync(database + end)) cpSync(database + end, join(folder, `copy.sqlite${end}`));
    }
    const copy = new DatabaseSync(join(folder, "copy.sqlite"));
    const tables = copy.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const rows = tables
      .flatMap(({ name }) => copy.prepare(`SELECT * FROM "${name}"`).all())
      .map((row) => JSON.stringify(row));
    copy.close();
    const isTurn = (row: string) => row.includes("conversations:");
    return {
      remembered: new Set(questionsIn(rows.filter(isTurn).join("\n"))),
      noted: rows.filter((row) => !isTurn(row) && !row.includes("records/handled")).join("\n"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
