/** Counts by name. A name whose count is zero takes no memory. */
export interface Tally {
  count(name: string): number;
  /** Counts one more. The function that it returns takes it away again; a second call does nothing. */
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
