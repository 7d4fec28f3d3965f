export type Timers = {
  /** Runs later unless stopped; returns how to call it off. */
  later(ms: number, run: () => void): () => void;
  stop(): void;
};

/** Every timer of the emulator, so that all of them end with it. */
export function createTimers(): Timers {
  const running = new Set<NodeJS.Timeout>();
  let stopped = false;
  return {
    later(ms, run) {
      if (stopped) return () => {};
      const timer = setTimeout(() => {
        running.delete(timer);
        run();
      }, ms);
      running.add(timer);
      return () => {
        clearTimeout(timer);
        running.delete(timer);
      };
    },
    stop() {
      stopped = true;
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}
