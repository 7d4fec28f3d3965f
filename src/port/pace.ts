/** How often something may be done. */
export type Pace = {
  /** Whatever is in the same bucket shares one allowance. */
  readonly bucket: string;
  /** Changes allowed in each period, by everything in the bucket together. */
  readonly edits: number;
  readonly periodMs: number;
  /** A wider allowance that each of them counts in as well. */
  readonly within?: Pace;
};

/** An interim change may wait for its turn, and is spread evenly. An urgent one goes as soon as the platform permits. */
export type Urgency = "interim" | "urgent";

/** What the platform's answer to a request says of a bucket. Its count starts anew when the window is over. */
export type Announcement = {
  readonly bucket: string;
  /** When the request was sent; what was sent after it is not in the count yet. */
  readonly sentAt: number;
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
