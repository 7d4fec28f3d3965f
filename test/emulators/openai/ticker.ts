/** One timer for all streams: hundreds of them, each with a timer of its own, would keep the emulator busier than the bot. */
export type Ticker = {
  /** Resolves at the next tick. */
  next(): Promise<void>;
  stop(): void;
};

const tickMs = 5; // 200 tokens a second come one by one

export function createTicker(): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];
  const tick = () => {
    const due = waiting;
    waiting = [];
    for (const wake of due) wake();
    if (due.length === 0) stop();
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        timer ??= setInterval(tick, tickMs);
      }),
    stop,
  };
}
