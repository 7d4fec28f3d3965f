import { dropOldest } from "../port/index.ts";
import { ModelError } from "./model-client.ts";

/**
 * Requests to one server, so many at once. The others wait in a fair order: by rounds, one request of each person in each round, and
 * in a round as they came. A person with twenty waiting delays nobody's first. The bot's own work waits behind all people.
 */
export interface RequestQueue {
  /** `user` is who asks; undefined for the bot's own work. */
  join(user: string | undefined): Slot;
}

/** One request's place in the queue, and later at the server. */
export type Slot = {
  /** The request may be sent at once. */
  readonly free: boolean;
  /** Requests that will be sent before this one, as it looks now. */
  before(): number;
  /** Resolves when the request may be sent, or when the signal is aborted. Rejects as "busy" where others had to be preferred. */
  turn(signal: AbortSignal): Promise<void>;
  /** Lets the next one in, or leaves the queue. */
  leave(): void;
};

/** Each holds its prompt in memory, and waits for all before it. */
export const mostQueued = 1_000;

type Request = {
  readonly user: string | undefined;
  readonly round: number;
  readonly arrival: number;
  readonly turn: PromiseWithResolvers<void>;
};

export function createRequestQueue(most: number): RequestQueue {
  const waiting = new Set<Request>();
  const running = new Set<Request>();
  /** In which round each person was served last; nobody is remembered while nothing runs. */
  const served = new Map<string, number>();
  let round = 0;
  let arrivals = 0;

  function nextRoundOf(user: string | undefined): number {
    if (user === undefined) return Number.POSITIVE_INFINITY;
    let last = served.get(user) ?? -1;
    for (const other of waiting) if (other.user === user) last = Math.max(last, other.round);
    return Math.max(round, last + 1);
  }

  function send(request: Request): void {
    waiting.delete(request);
    running.add(request);
    request.turn.resolve();
    if (request.user === undefined) return;
    round = Math.max(round, request.round);
    served.delete(request.user);
    served.set(request.user, request.round);
    dropOldest(served, mostQueued);
  }

  function advance(): void {
    while (running.size < most && waiting.size > 0) send([...waiting].reduce((a, b) => (goesBefore(a, b) ? a : b)));
    if (running.size > 0) return;
    served.clear();
    round = 0;
  }

  function turnLastAway(): void {
    if (waiting.size <= mostQueued) return;
    const last = [...waiting].reduce((a, b) => (goesBefore(a, b) ? b : a));
    waiting.delete(last);
    last.turn.reject(new ModelError("busy", `not asked: ${mostQueued} requests wait for the server already`));
  }

  return {
    join(user) {
      const request: Request = {
        user,
        round: nextRoundOf(user),
        arrival: arrivals++,
        turn: Promise.withResolvers<void>(),
      };
      request.turn.promise.catch(() => undefined); // it may be turned away before anybody listens
      waiting.add(request);
      advance();
      turnLastAway();
      return {
        free: running.has(request),
        before: () => [...waiting].filter((other) => goesBefore(other, request)).length,
        turn: (signal) => untilAborted(request.turn.promise, signal),
        leave() {
          waiting.delete(request);
          if (running.delete(request)) advance();
        },
      };
    },
  };
}

const goesBefore = (a: Request, b: Request): boolean =>
  a.round === b.round ? a.arrival < b.arrival : a.round < b.round;

async function untilAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const end = () => aborted.resolve();
  signal.addEventListener("abort", end);
  try {
    await Promise.race([turn, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
