import type { ThreadId } from "../port/index.ts";

export interface Mailboxes {
  /** Runs the task after everything posted to the thread before it, and settles as the task does. */
  post<T>(thread: ThreadId, task: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is waiting or running anywhere. */
  idle(): Promise<void>;
}

/** One thing at a time per thread, in order; threads never wait for one another. An idle thread costs nothing. */
export function createMailboxes(): Mailboxes {
  const tails = new Map<ThreadId, Promise<unknown>>();

  return {
    post(thread, task) {
      const before = tails.get(thread) ?? Promise.resolve();
      const run = before.then(task);
      const tail = run
        .catch(() => undefined) // the poster hears of it through `run`; the next in line must not
        .then(() => {
          if (tails.get(thread) === tail) tails.delete(thread);
        });
      tails.set(thread, tail);
      return run;
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
