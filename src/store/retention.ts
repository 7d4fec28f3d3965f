/** How long what people said is kept. */
export type Retention = {
  /** Milliseconds since it was said; for ever if not set. */
  readonly keptMs: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** The part of a row that says how long it is kept, for what was said at that time. What is over already is gone at once. */
export function timeLeft({ keptMs, now }: Retention, at: number = now()): { readonly ttlMs?: number } {
  if (keptMs === undefined) return {};
  return { ttlMs: Math.max(1, Math.round(at + keptMs - now())) };
}

/**
 * For rows that were written when they were kept for longer, or for ever: none is kept beyond the time that holds now. What does
 * not say when it was said, as a head, begins its time anew. The parameters are the namespace, the time a row is kept, and now.
 */
export const shortenSql = `
  WITH kept AS (
    SELECT rowid AS id, ?3 + ?2 AS latest,
      CASE WHEN json_valid(value) THEN CAST(json_extract(value, '$.at') AS INTEGER) + ?2 END AS own
    FROM keyv WHERE namespace = ?1)
  UPDATE keyv SET expires = min(coalesce(kept.own, kept.latest), kept.latest)
  FROM kept WHERE keyv.rowid = kept.id
    AND (keyv.expires IS NULL OR keyv.expires > min(coalesce(kept.own, kept.latest), kept.latest))`;
