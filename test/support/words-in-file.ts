import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** The rows of a store's file in which a word stands, and how often it stands in the bytes of all that SQLite keeps beside it. */
export function wordsInFile(file: string, word: string): { readonly rows: readonly string[]; readonly bytes: number } {
  const database = new DatabaseSync(file, { readOnly: true });
  const all = database.prepare("SELECT namespace, key, value FROM keyv").all();
  database.close();
  const rows = all.filter((row) => Object.values(row).some((value) => String(value).includes(word)));
  const kept = ["", "-wal", "-journal"].map((end) => `${file}${end}`).filter(existsSync);
  const bytes = kept.map((path) => readFileSync(path).toString("latin1").split(word).length - 1);
  return {
    rows: rows.map(({ namespace, key }) => `${namespace} ${key}`),
    bytes: bytes.reduce((sum, count) => sum + count, 0),
  };
}

/** The answer is in a conversation, and nothing waits any more that a restart would take up. */
export function isStored(file: string, answer: string): boolean {
  const { rows } = wordsInFile(file, answer);
  return rows.length > 0 && rows.every((row) => row.startsWith("conversations "));
}
