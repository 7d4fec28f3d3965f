import { resolve } from "node:path";
import { sentences } from "../sentences/sentences.ts";
import { StoreError } from "./conversation-store.ts";

/** The file that STORE_URL names: an absolute path, or ":memory:". Throws a `StoreError` that says which forms it may have. */
export function sqliteFile(url: string): string {
  const place = url.slice(scheme.length);
  // The value itself is left out: an address of another kind may hold a password.
  if (!url.startsWith(scheme) || place === "") throw new StoreError("unopened", sentences.settings.mustBe.storeForms);
  return place === ":memory:" ? place : resolve(place);
}

const scheme = "sqlite://";
