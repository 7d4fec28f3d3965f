/** `chat.startStream` and `chat.stopStream` can each be called so often in a minute and workspace (Tier 2). */
const perMinute = 20;
/** A little more than a minute: calls do not all travel equally fast. */
const periodMs = 61_000;
/** Slack itself ends a stream sooner. One that has lived longer was given up, and its end is not to come. */
const longestLifeMs = 10 * 60_000;

/** How many streams a workspace may have begun and ended within a minute. */
export interface Allowance {
  /** False where another stream could not be begun now, or not be ended in time. */
  take(): boolean;
  /** A stream has ended, or never began. */
  give(began: boolean): void;
}

/** Counts, so that Slack need not refuse: each live stream has its end reserved. */
export function createAllowance(now: () => number): Allowance {
  let starts: readonly number[] = [];
  let ends: readonly number[] = [];
  /** When the streams that have not ended were begun. */
  let live: readonly number[] = [];
  const within = (calls: readonly number[], ms: number) => calls.filter((at) => at > now() - ms);

  return {
    take() {
      [starts, ends, live] = [within(starts, periodMs), within(ends, periodMs), within(live, longestLifeMs)];
      if (starts.length >= perMinute || ends.length + live.length >= perMinute) return false;
      starts = [...starts, now()];
      live = [...live, now()];
      return true;
    },
    give(began) {
      live = live.slice(1);
      if (began) ends = [...within(ends, periodMs), now()];
    },
  };
}
