import type { Demand } from "../model/demand.ts";
import { isBlank } from "../model/is-blank.ts";
import { type ModelClient, ModelError, type ModelEvent, type Prompt } from "../model/model-client.ts";
import type { AdapterLog, MessageId } from "../port/index.ts";
import type { Conversation, Turn } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";
import { isLeftOut, leftOutOf, saysNothing, untried } from "./left-out.ts";
import type { ShorterAsk } from "./retry-shorter.ts";

/** What a question was answered without, because the server would not read the rest. */
export type Apart = {
  /** `filtered`: a filter refused it. `failed`: the server fails on it. */
  readonly because: "filtered" | "failed";
  readonly leftOut: readonly MessageId[];
  /** It is not known which words they were, so the window begins anew with the question. */
  readonly newWindow: boolean;
};

export type AskedApart = ShorterAsk & {
  /** Undefined where the answer had everything in view, or there was none. */
  apart(): Apart | undefined;
};

export type AskingApart = {
  readonly question: MessageId;
  readonly asked: ShorterAsk;
  /** The question with nothing that was said before it. */
  readonly alone: () => Prompt;
  /** The prompt holds a summary. */
  readonly summarised: boolean;
};

/**
 * Where the server will not answer, for what may be words that were said before the question, the question is asked once more by
 * itself. An answer to it clears it: then what was in no prompt before is left out from now on, so that one text cannot keep the
 * model from everybody. A filter's refusal is always looked into, another failure only where there is such a text; in an outage
 * both fail, and nothing is left out.
 */
export function askApart(
  { question, asked, alone, summarised }: AskingApart,
  { model, log }: { readonly model: ModelClient; readonly log: AdapterLog },
): AskedApart {
  let apart: Apart | undefined;
  const conversation = () => (apart?.newWindow ? from(question, asked.conversation()) : asked.conversation());

  async function* ask(signal: AbortSignal, demand?: Demand): AsyncGenerator<ModelEvent> {
    let begun = false;
    let first: ModelError | undefined;
    let found: Apart | undefined;
    try {
      for await (const event of asked.ask(signal, demand)) {
        if (event.kind === "restarted") first = event.because;
        begun ||= isWord(event);
        yield event;
      }
      return;
    } catch (error) {
      const { thread, turns } = asked.conversation();
      // Where a fallback failed as well, the first model's refusal says more.
      const told = isFiltered(first) ? first : error;
      found = begun || signal.aborted ? undefined : suspect(told, turns, question, summarised);
      if (found === undefined || !(error instanceof ModelError)) throw error;
      log.warn({ thread, error: describeError(told) }, "asking again without the earlier messages");
      yield { kind: "restarted", model: model.model, because: error };
    }
    for await (const event of model.stream(alone(), signal, demand)) {
      if (isWord(event) || isEnd(event)) apart = found;
      yield event;
    }
  }

  return { conversation, ask, apart: () => apart };
}

/** What to leave out if the question by itself is answered; undefined where nothing but the question can be at fault. */
function suspect(error: unknown, turns: readonly Turn[], question: MessageId, summarised: boolean): Apart | undefined {
  if (!(error instanceof ModelError)) return undefined;
  const leftOut = untried(turns, question);
  if (isFiltered(error)) {
    return !summarised && isByItself(turns, question)
      ? undefined
      : { because: "filtered", leftOut, newWindow: leftOut.length === 0 };
  }
  return leftOut.length > 0 && mayBeTheText(error) ? { because: "failed", leftOut, newWindow: false } : undefined;
}

function isByItself(turns: readonly Turn[], question: MessageId): boolean {
  const leftOut = leftOutOf(turns);
  return turns.every(
    (turn) => (turn.kind === "person" && turn.message === question) || isLeftOut(turn, leftOut) || saysNothing(turn),
  );
}

const isFiltered = (error: unknown): error is ModelError => error instanceof ModelError && error.code === "filtered";

const isWord = (event: ModelEvent): boolean => event.kind === "text" && !isBlank(event.text);

const isEnd = (event: ModelEvent): boolean =>
  event.kind === "end" && (event.ending === "whole" || event.ending === "length");

/** The server read the words, and may have failed on them. One that is too busy or too slow is not given twice the work. */
function mayBeTheText({ code, retryAfterMs }: ModelError): boolean {
  switch (code) {
    case "filtered":
    case "rejected":
    case "forbidden":
    case "broken":
      return true;
    case "unavailable":
      return retryAfterMs === undefined;
    case "unauthorized":
    case "unknown-model":
    case "no-quota":
    case "rate-limited":
    case "too-long":
    case "timeout":
    case "stalled":
    case "unreachable":
    case "busy":
    case "paused":
      return false;
  }
}

function from(question: MessageId, conversation: Conversation): Conversation {
  const { turns, start } = conversation;
  const at = turns.findIndex((turn) => turn.kind === "person" && turn.message === question);
  return at <= 0 ? conversation : { ...conversation, start: start + at, turns: turns.slice(at) };
}
