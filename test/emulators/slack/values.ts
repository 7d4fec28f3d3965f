import type { Json } from "./records.ts";

/** A value as text; what is none reads as the empty one. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** A value as an object; anything else reads as an empty one. */
export function fields(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** The objects of a list; what is no list or no object falls out. */
export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Arguments arrive as text or, in JSON, as they are. */
export function truth(value: unknown): boolean {
  return value === true || value === "true" || value === "1";
}
