import { cpuMs } from "../support/cpu.ts";

/**
 * How many times longer a pure function takes for a text eight times as long: about 8 where it is linear, 64 where it is
 * quadratic. The best of some rounds, because a collection of garbage can only make it worse.
 */
export async function growthOf(run: (text: string) => unknown, textOf: (length: number) => string): Promise<number> {
  const [short, long] = [textOf(5_000), textOf(40_000)];
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6 && best > linearGrowth; round++) {
    const more = await cpuMs(() => run(long), 0);
    if (more < quickMs) return 1;
    best = Math.min(best, more / (await cpuMs(() => run(short), quickMs)));
  }
  return best;
}

/** Between 8 and 64, far from both. */
export const linearGrowth = 24;

/** What is not linear takes far longer for 40,000 characters; and below that the clock is too coarse. */
const quickMs = 8;
