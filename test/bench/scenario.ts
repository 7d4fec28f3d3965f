/** One load on one bot. */
export type Scenario = {
  readonly replies: number;
  /** Whether all are asked in one channel, or each in a channel of its own. */
  readonly places: "one" | "many";
  /** How long each answer is: always the same, or anything between two lengths. */
  readonly tokens: number | readonly [number, number];
  readonly tokensPerSecond: number;
  /** The time over which the questions are spread. */
  readonly spreadMs?: number;
  /** Numbered words, which say which token is seen, or Markdown, which says whether it is shown right. */
  readonly text?: "words" | "markdown";
};

/** What every scenario shares: the time of a round trip to the platform, and the model's to its first token. */
export const conditions = { roundTripMs: 100, firstTokenMs: 500 } as const;

/** Longest time after its last token that an answer is waited for. */
export const patienceMs = 90_000;
