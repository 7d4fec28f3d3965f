import { resolve } from "node:path";
import { StoreError } from "./conversation-store.ts";

/** The file that STORE_URL names: an absolute path, or ":memory:". Throws a `StoreError` that says which forms it may have. */
export function sqliteFile(url: string): string {
  const place = url.slice(scheme.length);
  if (!url.startsWith(scheme) || place === "") throw new StoreError("unopened", forms);
  return place === ":memory:" ? place : resolve(place);
}

const scheme = "sqlite://";

// The value itself is left out: an address of another kind may hold a password.
const forms =
  "STORE_URL is not an address that Parley can open. It may be sqlite://./data/parley.sqlite (a file, seen from the " +
  "folder Parley is started in), sqlite:///var/lib/parley.sqlite (a file by its whole path) or sqlite://:memory: " +
  "(nothing outlives the process).";
