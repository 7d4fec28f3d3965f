/** Tasks under one name run one after another, in the order in which they came; names never wait for one another. */
export function createQueues(): { after<T>(name: string, task: () => Promise<T>): Promise<T> } {
  const tails = new Map<string, Promise<unknown>>();
  return {
    after(name, task) {
      const run = (tails.get(name) ?? Promise.resolve()).then(task);
      const tail = run
        .catch(() => undefined)
        .then(() => {
          if (tails.get(name) === tail) tails.delete(name);
        });
      tails.set(name, tail);
      return run;
    },
  };
}
