import { StoreError, type StoreErrorCode } from "./conversation-store.ts";

/** Translates whatever the database threw while it was read or written. */
export function toStoreError(error: unknown, code: "unread" | "unwritten"): StoreError {
  if (kindOf(error) === "full") return new StoreError("full", "The disk that holds the store is full.", error);
  const action = code === "unread" ? "read" : "written";
  return new StoreError(code, `The store could not be ${action}: ${reason(error)}`, error);
}

/** Translates what went wrong at the start into a sentence that says what the admin can change. */
export function toOpenError(error: unknown, path: string): StoreError {
  const kind = kindOf(error);
  const code: StoreErrorCode = kind === "full" ? "full" : "unopened";
  return new StoreError(code, openSentence(kind, path, reason(error)), error);
}

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
  switch (kind) {
    case "full":
      return `The disk that holds ${path} is full. Make room on it and start Parley again.`;
    case "locked":
      return `${path} is in use by another program, perhaps a second Parley. Stop it and start Parley again.`;
    case "damaged":
      return `${path} is damaged (${why}). Put a backup in its place, or move it away to start with an empty store.`;
    case "foreign":
      return `${path} is not a SQLite database. Set STORE_URL to another file, or move this one away.`;
    case "other":
      return `Parley cannot write to ${path} (${why}). Give it a folder that it may write to, or set STORE_URL to another file.`;
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof StoreError && error.cause !== undefined ? reason(error.cause) : error.message;
}
