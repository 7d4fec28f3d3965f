/** Work that nobody waits for: under each name one task at a time. */
export interface Background {
  /** Begins the task, unless one is running under this name. What it throws goes to `failed`, but for tasks that were cancelled. */
  run(name: string, task: (signal: AbortSignal) => Promise<void>, failed: (error: unknown) => void): void;
  /** Ends what is running under this name, and resolves when it is over. */
  cancel(name: string): Promise<void>;
  /** Ends all there is, and begins nothing any more. */
  stop(): Promise<void>;
  /** Resolves when nothing is running. */
  idle(): Promise<void>;
}

export function createBackground(): Background {
  const running = new Map<string, { readonly ending: AbortController; readonly over: Promise<void> }>();
  let stopped = false;

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all([...running.values()].map(({ over }) => over));
  };

  return {
    run(name, task, failed) {
      if (stopped || running.has(name)) return;
      const ending = new AbortController();
      const attempt = async (): Promise<void> => {
        try {
          await task(ending.signal);
        } catch (error) {
          if (!ending.signal.aborted) failed(error);
        } finally {
          running.delete(name);
        }
      };
      // Begun a moment later: a task that is over at once must not be gone before it is there.
      running.set(name, { ending, over: Promise.resolve().then(attempt) });
    },
    async cancel(name) {
      const task = running.get(name);
      task?.ending.abort();
      await task?.over;
    },
    async stop() {
      stopped = true;
      for (const { ending } of running.values()) ending.abort();
      await idle();
    },
    idle,
  };
}
