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
  const ms = performance.now() - began;
  if (ms <= briefMs) return ms;
  const after = process.threadCpuUsage();
  return Math.min(ms, (after.user + after.system - before.user - before.system) / 1_000);
}
