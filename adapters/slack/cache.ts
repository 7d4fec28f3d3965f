import { dropOldest } from "../../src/port/index.ts";

const keptMs = 10 * 60_000;
const most = 2_000;

/** What a lookup found, for ten minutes; a lookup that is under way is shared, one that failed is not kept. */
export function createCache<T>(now: () => number, look: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const found = new Map<string, { readonly value: Promise<T>; readonly at: number }>();
  return (id) => {
    const known = found.get(id);
    if (known !== undefined && now() - known.at < keptMs) return known.value;
    const value = look(id);
    found.delete(id);
    found.set(id, { value, at: now() });
    value.catch(() => found.delete(id));
    dropOldest(found, most);
    return value;
  };
}
