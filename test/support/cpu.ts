/**
 * The processor's time that a step takes, in milliseconds, as the mean of as many runs as take `leastMs` together: the clock goes in coarse
 * steps. Other work on the machine does not count.
 */
export async function cpuMs(run: () => unknown, leastMs: number): Promise<number> {
  const start = used();
  let count = 0;
  while (count === 0 || used() - start < leastMs) {
    await run();
    count++;
  }
  return (used() - start) / count;
}

function used(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
