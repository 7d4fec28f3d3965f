/** Keeps the newest so many of what is remembered: the first to be put in are the first to go. */
export function dropOldest<Key>(all: Map<Key, unknown> | Set<Key>, most: number): void {
  for (const oldest of all.keys()) {
    if (all.size <= most) return;
    all.delete(oldest);
  }
}
