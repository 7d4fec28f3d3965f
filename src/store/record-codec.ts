import type { z } from "zod";
import { StoreError } from "./conversation-store.ts";

/** What reading a stored text gave. `why` names fields, never what they hold: it goes to the log. */
export type Decoded<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "unreadable"; readonly why: string };

/** Throws a `StoreError` for a value that could not be read back: found now it is a bug, found later it is a loss. */
export function encode(schema: z.ZodType, value: unknown): string {
  const text = JSON.stringify(value);
  const again = decode(schema, text);
  if (again.kind === "read") return text;
  throw new StoreError("unwritten", `Nothing was stored, for it could not be read back: ${again.why}.`);
}

/** Never throws. */
export function decode<T>(schema: z.ZodType<T>, text: string): Decoded<T> {
  const json = parseJson(text);
  if (json === undefined) return { kind: "unreadable", why: "it is not JSON" };
  const checked = schema.safeParse(json);
  if (checked.success) return { kind: "read", value: checked.data };
  const why = checked.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  return { kind: "unreadable", why };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
