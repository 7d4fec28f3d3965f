import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sentences } from "../sentences/sentences.ts";
import { StoreError } from "./conversation-store.ts";
import { isAboutContent, isLocked, toOpenError } from "./errors.ts";
import { sqliteFile } from "./sqlite-file.ts";

const said = sentences.start.backup;

/** A copy in one file, and how many rows it holds. */
export type Backup = { readonly file: string; readonly rows: number };

/**
 * Copies the store while the bot runs: the .sqlite file alone would lack what stands in its log. The copy is checked before it gets its
 * name. Without a target it stands in a folder beside the store. Throws a `StoreError` whose message says what the admin can change.
 */
export function backUp(url: string, target: string | undefined, now: number): Backup {
  const store = existingFile(url);
  const file = resolve(target ?? join(dirname(store), "backups", `parley-${stamp(now)}.sqlite`));
  if (existsSync(file)) throw new StoreError("unopened", said.exists(file));
  return told(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return throughPart(file, (part) => {
      copyInto(part, store);
      return { file, rows: check(part) };
    });
  });
}

/** Puts a backup in the store's place. The bot must not run; the store from before is kept beside it, under the name that is returned. */
export function restore(url: string, source: string, now: number): Backup & { readonly before: string | undefined } {
  const from = resolve(source);
  if (!existsSync(from)) throw new StoreError("unopened", said.missing(from));
  const file = onDisk(url);
  const rows = told(from, () => check(from));
  return told(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return throughPart(file, (part) => {
      copyFileSync(from, part);
      return { file, rows, before: existsSync(file) ? setAside(file, now) : undefined };
    });
  });
}

function existingFile(url: string): string {
  const file = onDisk(url);
  if (!existsSync(file)) throw new StoreError("unopened", said.missing(file));
  return file;
}

function onDisk(url: string): string {
  const file = sqliteFile(url);
  if (file === ":memory:") throw new StoreError("unopened", said.memory);
  return file;
}

/** Has a file written under another name, and gives it its own once it is whole and on the disk. A failure leaves nothing behind. */
function throughPart<T>(file: string, write: (part: string) => T): T {
  const part = `${file}.part`;
  rmSync(part, { force: true }); // one that a killed process left
  try {
    const written = write(part);
    const descriptor = openSync(part, "r+");
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(part, file);
    return written;
  } finally {
    rmSync(part, { force: true });
  }
}

/** What is wrong with the store is told of the store, all else of where the copy is written. */
function copyInto(part: string, store: string): void {
  try {
    inDatabase(store, (database) => database.prepare("VACUUM INTO ?").run(part));
  } catch (error) {
    throw isAboutContent(error) ? toOpenError(error, store) : error;
  }
}

/** Every page is read. Returns how many rows there are. */
function check(file: string): number {
  return inDatabase(file, (database) => {
    const [{ integrity_check: found } = { integrity_check: "" }] = database
      .prepare("PRAGMA integrity_check(1)")
      .all() as { integrity_check: string }[];
    if (found !== "ok") throw new Error(found);
    const [{ rows } = { rows: 0 }] = database.prepare("SELECT count(*) AS rows FROM keyv").all() as { rows: number }[];
    return rows;
  });
}

/** Leaving the log takes everybody else's absence: where another process has the store open, SQLite refuses. */
function setAside(file: string, now: number): string {
  try {
    inDatabase(file, (database) => database.exec("PRAGMA journal_mode = DELETE"));
  } catch (error) {
    if (isLocked(error)) throw error; // anything else is damage, which a backup is there to mend
  }
  const before = `${file}.before-restore-${stamp(now)}`;
  for (const ending of ["", "-wal", "-shm"]) {
    if (existsSync(file + ending)) renameSync(file + ending, before + ending);
  }
  return before;
}

function inDatabase<T>(file: string, run: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    return run(database);
  } finally {
    database.close();
  }
}

function told<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof StoreError ? error : toOpenError(error, file);
  }
}

const stamp = (now: number): string => new Date(now).toISOString().slice(0, 19).replaceAll(":", "-");
