/** How coming requests go wrong. */
export type Failure = {
  readonly method: string;
  /** Tested against the path with ids and against the route with names. */
  readonly route: RegExp;
  readonly times?: number;
  readonly status?: number;
  readonly body?: {
    readonly code?: number;
    readonly message?: string;
    readonly retry_after?: number;
    readonly global?: boolean;
  };
  readonly headers?: Readonly<Record<string, string>>;
  /** Resets the connection instead of answering. */
  readonly drop?: true;
  /** Carries the request out first: what gets lost is the answer. */
  readonly applied?: true;
  /** Waits this long before it answers, or fails. */
  readonly hangMs?: number;
};

export type Failures = {
  add(failure: Failure): void;
  take(method: string, path: string, route: string): Failure | undefined;
};

/** The failures that are still to come, each used up after its number of times. */
export function createFailures(): Failures {
  const waiting: { readonly failure: Failure; left: number }[] = [];
  return {
    add: (failure) => waiting.push({ failure, left: failure.times ?? 1 }),
    take(method, path, route) {
      const found = waiting.find(
        ({ failure, left }) =>
          left > 0 && failure.method === method && (failure.route.test(path) || failure.route.test(route)),
      );
      if (found === undefined) return undefined;
      found.left -= 1;
      return found.failure;
    },
  };
}
