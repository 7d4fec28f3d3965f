/** The fields of something that came from outside and may be anything; none where it is no object. */
export const fieldsOf = (outside: unknown): Readonly<Record<string, unknown>> =>
  typeof outside === "object" && outside !== null ? (outside as Readonly<Record<string, unknown>>) : {};

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
