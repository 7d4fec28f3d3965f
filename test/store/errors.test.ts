import { expect, test } from "vitest";
import { StoreError } from "../../src/store/conversation-store.ts";
import { toOpenError, toStoreError } from "../../src/store/errors.ts";

const sqliteError = (errcode: number, message: string) => Object.assign(new Error(message), { errcode });
const systemError = (code: string) => Object.assign(new Error(`${code}: write`), { code });

test.each([
  ["SQLite's code", sqliteError(13, "database or disk is full")],
  ["the system's code", systemError("ENOSPC")],
  ["a used-up quota", systemError("EDQUOT")],
  ["the message alone", new Error("database or disk is full")],
  ["a cause", new Error("Could not write", { cause: systemError("ENOSPC") })],
])("a full disk is known by %s", (_, error) => {
  expect(toStoreError(error, "unwritten").code).toBe("full");
  expect(toOpenError(error, "/data/parley.sqlite").code).toBe("full");
});

test.each([
  [sqliteError(5, "database is locked"), /in use by another program/],
  [sqliteError(261, "database is locked"), /in use by another program/],
  [sqliteError(11, "malformed"), /damaged \(malformed\).*backup/],
  [sqliteError(26, "file is not a database"), /not a SQLite database/],
  [sqliteError(14, "unable to open database file"), /cannot write to .* \(unable to open/],
  [systemError("EACCES"), /cannot write to .* \(EACCES/],
])("at the start, %s becomes a sentence that says what to change", (error, sentence) => {
  const wrapped = new StoreError("unwritten", "The store could not be written", error);
  const opened = toOpenError(wrapped, "/data/parley.sqlite");
  expect(opened.code).toBe("unopened");
  expect(opened.message).toMatch(sentence);
  expect(opened.message).toContain("/data/parley.sqlite");
});

test("any other failure keeps its code, its reason and its cause", () => {
  const locked = sqliteError(5, "database is locked");
  const unread = toStoreError(locked, "unread");
  expect(unread).toMatchObject({ code: "unread", cause: locked });
  expect(unread.message).toContain("could not be read: database is locked");
  expect(toStoreError("odd", "unwritten").message).toContain("odd");
});
