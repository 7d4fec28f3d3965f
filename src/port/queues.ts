/** Tasks under one name run one after another, in the order in which they came; names never wait for one another. */
export interface Queues {
  /** Runs the task after all that came before it under this name, and settles as the task does. */
  after<T>(name: string, task: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is waiting or running. */
  idle(): Promise<void>;
}

/** A name under which nothing runs costs nothing. */
export function createQueues(): Queues {
  const tails = new Map<string, Promise<unknown>>();

  return {
    after(name, task) {
      const run = (tails.get(name) ?? Promise.resolve()).then(task);
      const tail = run
        .catch(() => undefined) // whoever asked hears of it through `run`; the next in line must not
        .then(() => {
          if (tails.get(name) === tail) tails.delete(name);
        });
      tails.set(name, tail);
      return run;
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
