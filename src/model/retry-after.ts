/** How long the server asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or OpenAI's finer `retry-after-ms`. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const fine = toNumber(headers.get("retry-after-ms"));
  if (fine !== undefined) return fine;
  const value = headers.get("retry-after");
  const seconds = toNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(value ?? "");
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function toNumber(value: string | null): number | undefined {
  return value !== null && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
