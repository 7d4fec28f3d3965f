const epochMs = 1_420_070_400_000;
const perMs = 4096;

/**
 * Makes ids as Discord does: the time in the upper bits, strictly rising, 19 digits. discord.js keys its queues by ids of
 * 17–19 digits, so shorter ones would put every channel into one bucket.
 */
export function createSnowflakes(now: () => number = Date.now): () => string {
  let lastMs = 0;
  let count = 0;
  return () => {
    const ms = Math.max(now() - epochMs, lastMs);
    count = ms === lastMs ? count + 1 : 0;
    lastMs = count < perMs ? ms : ms + 1;
    count %= perMs;
    return ((BigInt(lastMs) << 22n) | BigInt(count)).toString();
  };
}

/** When an id was made, in epoch milliseconds. */
export function snowflakeTime(id: string): number {
  return Number(BigInt(id) >> 22n) + epochMs;
}
