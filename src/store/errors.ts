import { sentences } from "../sentences/sentences.ts";
import { StoreError, type StoreErrorCode } from "./conversation-store.ts";

/** Translates whatever the database threw while it was read or written. */
export function toStoreError(error: unknown, code: "unread" | "unwritten"): StoreError {
  const { store } = sentences.start;
  if (kindOf(error) === "full") return new StoreError("full", store.noRoom, error);
  return new StoreError(code, store[code](reason(error)), error);
}

/** Translates what went wrong at the start into a sentence that says what the admin can change. */
export function toOpenError(error: unknown, path: string): StoreError {
  const kind = kindOf(error);
  const code: StoreErrorCode = kind === "full" ? "full" : "unopened";
  return new StoreError(code, openSentence(kind, path, reason(error)), error);
}

/** Another process holds the file. */
export const isLocked = (error: unknown): boolean => kindOf(error) === "locked";

/** It is about what a database file holds, or who holds it, and not about where something is written to. */
export const isAboutContent = (error: unknown): boolean => ["locked", "damaged", "foreign"].includes(kindOf(error));

type FailureKind = "full" | "locked" | "damaged" | "foreign" | "other";

// SQLite's primary result codes, https://sqlite.org/rescode.html.
const sqliteKinds: ReadonlyMap<number, FailureKind> = new Map<number, FailureKind>([
  [5, "locked"],
  [11, "damaged"],
  [13, "full"],
  [26, "foreign"],
]);

function kindOf(error: unknown): FailureKind {
  if (!(error instanceof Error)) return "other";
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  // The upper bits of a SQLite code only refine it.
  if (typeof errcode === "number") return sqliteKinds.get(errcode & 0xff) ?? "other";
  if (code === "ENOSPC" || code === "EDQUOT" || /database or disk is full/i.test(error.message)) return "full";
  return kindOf(error.cause);
}

function openSentence(kind: FailureKind, path: string, why: string): string {
  return sentences.start.store[kind](path, why);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof StoreError && error.cause !== undefined ? reason(error.cause) : error.message;
}
