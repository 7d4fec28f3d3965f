/**
 * How many times longer a pure function takes for a text eight times as long: about 8 where it is linear, 64 where it is
 * quadratic. The best of some rounds, because other work on the machine can only make it worse.
 */
export function growthOf(run: (text: string) => unknown, textOf: (length: number) => string): number {
  const [short, long] = [textOf(5_000), textOf(40_000)];
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8 && best > linearGrowth; round++) {
    const [once, more] = [quickest(run, short), quickest(run, long)];
    best = Math.min(best, more / Math.max(once, 0.2)); // below that the clock is too coarse
  }
  return best;
}

/** Between 8 and 64, far from both. */
export const linearGrowth = 24;

function quickest(run: (text: string) => unknown, text: string): number {
  const tries = Array.from({ length: 3 }, () => {
    const start = performance.now();
    run(text);
    return performance.now() - start;
  });
  return Math.min(...tries);
}
