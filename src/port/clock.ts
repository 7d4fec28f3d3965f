/** Time as the core and the adapters see it. Tests bring one that they move by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves when the time is over, or at once when the signal is aborted; it never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}
