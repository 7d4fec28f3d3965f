export type Load = {
  readonly platform: "discord" | "slack";
  readonly replies: number;
  /** How long one answer streams. */
  readonly streamMs: number;
  readonly roundTripMs: number;
};

/**
 * The mean age of unseen text that the advertised limits permit if writes are spread evenly over the stream: half the time
 * between two writes of a reply, and half a round trip. Short streams can beat it by spending a window's whole allowance early.
 *
 * Discord: 5 edits in 5 seconds for a channel (a thread is one), 50 requests a second for the bot.
 * Slack: appends to one stream must not overlap; 100 appends a minute for the workspace, and where several replies share
 * them, the 50 edits as well.
 */
export function lowestAge(load: Load): number {
  const betweenMs = Math.min(load.streamMs, betweenWrites(load)); // one write behind the end is always possible
  return betweenMs / 2 + load.roundTripMs / 2;
}

function betweenWrites({ platform, replies, streamMs, roundTripMs }: Load): number {
  switch (platform) {
    case "discord":
      return Math.max(5_000 / 5, (replies / 50) * 1_000);
    case "slack": {
      const perMinute = replies === 1 ? 100 : 150;
      const minutes = Math.max(1, streamMs / 60_000); // what a minute allows may be spent in less
      return Math.max(roundTripMs, (streamMs * replies) / (perMinute * minutes));
    }
  }
}
