/** Waits for facts, looked at again whenever something was recorded; no polling, no sleeping. */
export type Waiting = {
  changed(): void;
  until(fact: () => unknown, timeoutMs: number): Promise<void>;
};

export function createWaiting(): Waiting {
  const checks = new Set<() => void>();
  return {
    changed: () => {
      for (const check of [...checks]) check();
    },
    until: (fact, timeoutMs) =>
      new Promise((resolve, reject) => {
        if (fact()) return resolve();
        const settle = (then: () => void) => {
          clearTimeout(timer);
          checks.delete(check);
          then();
        };
        const timer = setTimeout(
          () => settle(() => reject(new Error(`not within ${timeoutMs} ms: ${fact}`))),
          timeoutMs,
        );
        const check = () => {
          if (fact()) settle(resolve);
        };
        checks.add(check);
      }),
  };
}
