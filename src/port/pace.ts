/** How often something may be done. */
export type Pace = {
  /** Whatever is in the same bucket shares one allowance. */
  readonly bucket: string;
  /** Changes allowed in each period, by everything in the bucket together. */
  readonly edits: number;
  readonly periodMs: number;
  /** So many may come at once, and further ones evenly; if not set, even all of them. */
  readonly burst?: number;
  /** A wider allowance that each of them counts in as well. */
  readonly within?: Pace;
};

/** First and last texts are urgent. Whatever prepares them comes after them, and interim texts, spread evenly, come last. */
export type Urgency = "urgent" | "usual" | "interim";

/** What the platform's answer to a request says of a bucket. Its count starts anew when the window is over. */
export type Announcement = {
  readonly bucket: string;
  /** Milliseconds since the request was sent; what was sent after it is not in the count yet. */
  readonly tookMs: number;
  readonly limit: number;
  readonly left: number;
  readonly resetsInMs: number;
};

/** Everything that counts against a platform's limits is taken from here, by all replies of the process. */
export interface Budget {
  /** Resolves when the bucket has room, or when the signal is aborted; then nothing was taken. */
  take(pace: Pace, urgency: Urgency, signal: AbortSignal): Promise<void>;
  /** From the first announcement on, a bucket goes by what the platform says. */
  learn(announcement: Announcement): void;
  /** The platform refused something all the same: the bucket is closed for so long, and slower for a while. */
  refused(pace: Pace, ms: number): void;
}
