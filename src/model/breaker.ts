import type { Clock } from "../runtime/clock.ts";
import { type ModelClient, ModelError, type ModelErrorCode, type ModelEvent, type Prompt } from "./model-client.ts";

/** Failures in a row after which the model is left alone. */
const mostFailures = 3;

/** How long it is left alone, before one question tries it. Milliseconds. */
const pauseMs = 30_000;

/**
 * A model that answers nobody costs a person a minute, each time. After several such failures in a row further questions fail at once,
 * as "paused"; then one of them is let through, and the first sign of life lets all through again. Any answer is one, a refusal too.
 */
export function withBreaker(model: ModelClient, clock: Pick<Clock, "now">): ModelClient {
  const circuit = createCircuit(clock);

  async function* stream(prompt: Prompt, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const attempt = circuit.enter();
    let heard = false;
    try {
      for await (const event of model.stream(prompt, signal)) {
        if (!heard && !isStop(event)) {
          heard = true;
          attempt.lives();
        }
        yield event;
      }
    } catch (error) {
      if (!heard && error instanceof ModelError) attempt.failed(error);
      throw error;
    } finally {
      attempt.end();
    }
  }

  return { ...model, stream };
}

type Circuit = { enter(): Attempt };
type Attempt = {
  lives(): void;
  failed(error: ModelError): void;
  /** However it ended: a trial that a person stopped leaves its place to the next question. */
  end(): void;
};

function createCircuit(clock: Pick<Clock, "now">): Circuit {
  let failures: readonly ModelError[] = [];
  let triedAt = 0;
  let trial: Attempt | undefined;

  const close = () => {
    failures = [];
    trial = undefined;
  };
  const begin = (): Attempt => {
    const attempt: Attempt = {
      lives: close,
      failed(error) {
        if (!isDead(error.code)) return close();
        failures = [...failures.slice(1 - mostFailures), error];
        triedAt = clock.now() + pauseMs;
      },
      end() {
        if (trial === attempt) trial = undefined;
      },
    };
    return attempt;
  };

  return {
    enter() {
      if (failures.length < mostFailures) return begin();
      const left = triedAt - clock.now();
      if (trial !== undefined || left > 0) throw paused(failures.at(-1), trial === undefined ? left : undefined);
      trial = begin();
      return trial;
    },
  };
}

function paused(cause: ModelError | undefined, retryAfterMs: number | undefined): ModelError {
  const when = retryAfterMs === undefined ? "being tried by another question" : `tried again in ${retryAfterMs} ms`;
  const detail = { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return new ModelError("paused", `not asked after ${mostFailures} failures in a row; ${when}`, detail);
}

const isStop = (event: ModelEvent): boolean => event.kind === "end" && event.ending === "stopped";

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
      return false;
  }
}
