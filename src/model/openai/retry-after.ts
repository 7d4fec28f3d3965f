/** Nobody means a longer wait, and a timer cannot even count a month. */
const longestMs = 7 * 24 * 3_600_000;

/**
 * How long the server asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or OpenAI's finer `retry-after-ms`.
 * More than a week is no wait but a mistake, and counts as nothing said.
 */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const ms = statedMs(headers, now);
  return ms !== undefined && ms <= longestMs ? ms : undefined;
}

function statedMs(headers: Headers, now: number): number | undefined {
  const fine = toNumber(headers.get("retry-after-ms"));
  if (fine !== undefined) return fine;
  const value = headers.get("retry-after");
  const seconds = toNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  // A date begins with a letter. Of a number that is none, such as "-5", `Date.parse` would make the month of May.
  const date = Date.parse(/^\s*[a-z]/i.test(value ?? "") ? (value ?? "") : "");
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function toNumber(value: string | null): number | undefined {
  return value !== null && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
