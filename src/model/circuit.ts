import type { Clock } from "../runtime/clock.ts";
import { ModelError, type ModelErrorCode, type Prompt } from "./model-client.ts";

/** Failures in a row after which the model is left alone. */
const mostFailures = 3;

/** How long it is left alone, before one question tries it; and how long that one alone may try it. Milliseconds. */
const pauseMs = 30_000;

/** Older failures say nothing of now. Milliseconds. */
const rememberedMs = 10 * 60_000;

/** Failures are remembered of so many questions; the oldest is forgotten first. */
const mostRemembered = 100;

/** Who asks, and where. */
type Asker = Pick<Prompt, "user" | "thread">;

/**
 * Tells a server that answers nobody from a text that it cannot answer. A row of failures pauses everybody only if it cannot be one
 * person's text: if different people failed in different threads, or if the server was not reached at all. Else it pauses
 * those alone whose own questions failed so often. Any sign of life ends the row.
 */
export type Circuit = {
  /** Throws where the model is left alone; else the attempt has to be ended. */
  enter(asker: Asker): Attempt;
  /** What `enter` would throw. */
  refusal(asker: Asker): ModelError | undefined;
  /** The server has said something. */
  lives(): void;
};

export type Attempt = {
  failed(error: ModelError): void;
  /** However it ended: a trial that a person stopped leaves its place to the next question. */
  end(): void;
};

type Failure = { readonly asker: Asker; readonly error: ModelError; readonly at: number };

/** `known` has failed in this row already, and may fail again because of its text; `fresh` has not. Each kind has a trial of its own. */
type Standing = "known" | "fresh";

export function createCircuit(clock: Pick<Clock, "now">): Circuit {
  let row: readonly Failure[] = [];
  /** When the last failure was that no known text explains. */
  let deadAt = Number.NEGATIVE_INFINITY;
  const trials = new Map<Standing, { readonly since: number }>();

  const ofThemselves = (asker: Asker) => row.filter((failure) => failure.asker.user === asker.user);
  const known = ({ user, thread }: Asker) =>
    row.findLast(({ asker }) => asker.user === user || (thread !== undefined && asker.thread === thread));

  const isPaused = (asker: Asker) => isServerDead(row) || ofThemselves(asker).length >= mostFailures;

  function refusal(asker: Asker): ModelError | undefined {
    row = row.filter(({ at }) => clock.now() - at < rememberedMs);
    if (!isPaused(asker)) return undefined;
    const own = known(asker);
    const trial = trials.get(own === undefined ? "fresh" : "known");
    const since = Math.max(deadAt, own?.at ?? deadAt, trial?.since ?? deadAt);
    const left = since + pauseMs - clock.now();
    // The bot's own work can wait for a person's trial.
    return left > 0 || asker.user === undefined ? paused(row.at(-1)?.error, Math.max(left, 0)) : undefined;
  }

  function lives(): void {
    if (row.length === 0) return;
    row = [];
    deadAt = Number.NEGATIVE_INFINITY;
    trials.clear();
  }

  function fail(asker: Asker, error: ModelError): void {
    // The bot's own work is made of anybody's texts.
    if (asker.user === undefined && error.code !== "unreachable") return;
    if (error.code === "unreachable" || known(asker) === undefined) deadAt = clock.now();
    row = [...row.slice(1 - mostRemembered), { asker: toAsker(asker), error, at: clock.now() }];
  }

  return {
    lives,
    refusal,
    enter(asker) {
      const refused = refusal(asker);
      if (refused !== undefined) throw refused;
      const standing = known(asker) === undefined ? "fresh" : "known";
      const trial = { since: clock.now() };
      if (isPaused(asker)) trials.set(standing, trial);
      return {
        failed: (error) => (isDead(error.code) ? fail(asker, error) : lives()),
        end() {
          if (trials.get(standing) === trial) trials.delete(standing);
        },
      };
    },
  };
}

/** Whether no single text can explain these. */
function isServerDead(row: readonly Failure[]): boolean {
  if (row.filter(({ error }) => error.code === "unreachable").length >= mostFailures) return true;
  const people = new Set(row.map(({ asker }) => asker.user));
  const threads = new Set(row.map(({ asker }) => asker.thread));
  return row.length >= mostFailures && people.size > 1 && threads.size > 1;
}

/** Without the rest of the prompt, which would be held in memory. */
const toAsker = ({ user, thread }: Asker): Asker => ({
  ...(user === undefined ? {} : { user }),
  ...(thread === undefined ? {} : { thread }),
});

function paused(cause: ModelError | undefined, retryAfterMs: number): ModelError {
  const message = `not asked after ${mostFailures} failures in a row; tried again in ${retryAfterMs} ms`;
  return new ModelError("paused", message, { cause, retryAfterMs });
}

/** Nothing came at all. Whatever else the server says, it is alive. */
function isDead(code: ModelErrorCode): boolean {
  switch (code) {
    case "unavailable":
    case "unreachable":
    case "timeout":
    case "stalled":
    case "broken":
      return true;
    case "unauthorized":
    case "forbidden":
    case "unknown-model":
    case "no-quota":
    case "rate-limited":
    case "too-long":
    case "filtered":
    case "rejected":
    case "paused":
    case "busy":
      return false;
  }
}
