import { dropOldest } from "../../../src/port/index.ts";

const keptMs = 10 * 60_000;
const most = 2_000;

export interface Cache<T> {
  /** What was found, or is being looked for; undefined where it has to be looked for. */
  known(id: string): Promise<T> | undefined;
  look(id: string): Promise<T>;
  /** What was found last, however long ago. */
  last(id: string): Promise<T> | undefined;
}

/** What a lookup found, for ten minutes; a lookup that is under way is shared, one that failed is not kept. */
export function createCache<T>(now: () => number, look: (id: string) => Promise<T>): Cache<T> {
  const found = new Map<string, { readonly value: Promise<T>; readonly at: number }>();

  const known = (id: string) => {
    const before = found.get(id);
    return before !== undefined && now() - before.at < keptMs ? before.value : undefined;
  };

  return {
    known,
    last: (id) => found.get(id)?.value,
    look(id) {
      const before = known(id);
      if (before !== undefined) return before;
      const value = look(id);
      const kept = { value, at: now() };
      found.delete(id);
      found.set(id, kept);
      value.catch(() => found.get(id) === kept && found.delete(id));
      dropOldest(found, most);
      return value;
    },
  };
}
