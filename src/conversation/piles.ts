import type { ThreadId } from "../port/index.ts";

/** How many questions wait in a thread behind the answer that is being written. */
export interface Piles {
  /** Joins those that wait; what it returns leaves them again. */
  join(thread: ThreadId): () => void;
  has(thread: ThreadId): boolean;
}

export function createPiles(): Piles {
  const waiting = new Map<ThreadId, number>();

  function change(thread: ThreadId, by: 1 | -1): void {
    const count = (waiting.get(thread) ?? 0) + by;
    if (count > 0) waiting.set(thread, count);
    else waiting.delete(thread);
  }

  return {
    join(thread) {
      change(thread, 1);
      return () => change(thread, -1);
    },
    has: (thread) => waiting.has(thread),
  };
}
