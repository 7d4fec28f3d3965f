/** Shorter times are true as the clock tells them: nothing came between. */
const briefMs = 5;

/**
 * Milliseconds that the work takes. What takes longer by the clock is told by the processor's time, which is counted in pieces of some
 * milliseconds, but in which nothing is of what else the machine does.
 */
export async function workedMs(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  const began = performance.now();
  await work();
  return msSince(before, began);
}

/** The same of work that is over when it returns. */
export function workedMsAtOnce(work: () => unknown): number {
  const before = process.threadCpuUsage();
  const began = performance.now();
  work();
  return msSince(before, began);
}

function msSince(before: NodeJS.CpuUsage, began: number): number {
  const ms = performance.now() - began;
  if (ms <= briefMs) return ms;
  const after = process.threadCpuUsage();
  return Math.min(ms, (after.user + after.system - before.user - before.system) / 1_000);
}
