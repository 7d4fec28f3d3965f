import type { Json } from "./records.ts";

/** How coming calls go wrong. */
export type Failure = {
  /** The Web API method, or `response_url`, or `files-pri`. */
  readonly method: string | RegExp;
  readonly error?: string;
  readonly status?: number;
  /** Seconds; makes the answer a 429. */
  readonly retryAfter?: number;
  /** Cuts the connection before anything is carried out. */
  readonly drop?: true;
  /** Carries the call out, then cuts the connection: what gets lost is the answer. */
  readonly lose?: true;
  /** Waits this long before it answers, or fails. */
  readonly hangMs?: number;
  readonly times?: number;
  readonly when?: (args: Json) => boolean;
};

export type Failures = {
  add(failure: Failure): void;
  take(method: string, args: Json): Failure | undefined;
};

/** The failures that are still to come, each used up after its number of times. */
export function createFailures(): Failures {
  const waiting: { readonly failure: Failure; left: number }[] = [];
  const fits = ({ method: wanted, when }: Failure, method: string, args: Json) =>
    (typeof wanted === "string" ? wanted === method : wanted.test(method)) && (when?.(args) ?? true);
  return {
    add: (failure) => waiting.push({ failure, left: failure.times ?? 1 }),
    take(method, args) {
      const found = waiting.find(({ failure, left }) => left > 0 && fits(failure, method, args));
      if (found === undefined) return undefined;
      found.left -= 1;
      return found.failure;
    },
  };
}
