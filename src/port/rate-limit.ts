/** How often something may be done. */
export type RateLimit = {
  /** Whatever is in the same bucket shares one allowance. */
  readonly bucket: string;
  /** Changes allowed in each period, by everything in the bucket together. */
  readonly count: number;
  readonly periodMs: number;
  /** So many may come at once, and further ones evenly; if not set, even all of them. */
  readonly burst?: number;
  /** A wider allowance that each of them counts in as well. */
  readonly within?: RateLimit;
};

/** First and last texts are urgent. Whatever prepares them comes after them, and interim texts, spread evenly, come last. */
export type Urgency = "final" | "normal" | "interim";

/** What the platform's answer to a request says of a bucket. Its count starts anew when the window is over. */
export type RateLimitReport = {
  readonly bucket: string;
  /** Milliseconds since the request was sent; what was sent after it is not in the count yet. */
  readonly roundTripMs: number;
  readonly limit: number;
  readonly left: number;
  readonly resetsInMs: number;
};

/** Everything that counts against a platform's limits is taken from here, by all replies of the process. */
export interface RateLimiter {
  /** Resolves when the bucket has room, or when the signal is aborted; then nothing was taken. */
  take(pace: RateLimit, urgency: Urgency, signal: AbortSignal): Promise<void>;
  /** From the first announcement on, a bucket goes by what the platform says. */
  report(announcement: RateLimitReport): void;
  /** The platform refused something all the same: the bucket is closed for so long, and slower for a while. */
  rejected(pace: RateLimit, ms: number): void;
}
