/** Counts what is there under each name; a name under which nothing is there costs nothing. */
export interface Tally {
  count(name: string): number;
  /** Returns what takes it away again, once. */
  add(name: string): () => void;
}

export function createTally(): Tally {
  const counts = new Map<string, number>();

  function change(name: string, by: 1 | -1): void {
    const count = (counts.get(name) ?? 0) + by;
    if (count > 0) counts.set(name, count);
    else counts.delete(name);
  }

  return {
    count: (name) => counts.get(name) ?? 0,
    add(name) {
      let isThere = true;
      change(name, 1);
      return () => {
        if (isThere) change(name, -1);
        isThere = false;
      };
    },
  };
}
