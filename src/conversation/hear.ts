import { describeError } from "../errors.ts";
import { isBlank } from "../model/is-blank.ts";
import { ModelError, type ModelEvent } from "../model/model-client.ts";
import type { ThreadId } from "../port/index.ts";
import { endingNotice, fallbackNotice, modelNotice, unexpectedNotice } from "../reply/notices.ts";
import type { StopReason } from "../runtime/in-flight.ts";
import type { Ending } from "../store/conversation-store.ts";
import type { Core } from "./core.ts";
import { goOnControl } from "./go-on.ts";
import { isCut } from "./is-cut.ts";
import { endedHere, longestAnswer, longestThinking, withinLongest } from "./longest.ts";
import type { Outcome } from "./outcome.ts";
import { createWellFormed } from "./well-formed.ts";

export type Listening = {
  readonly thread: ThreadId;
  /** What comes from the model. */
  readonly events: AsyncIterable<ModelEvent>;
  /** A person's, or the shutdown's; its reason is a `StopReason`. */
  readonly stop: AbortSignal;
  /** The next question will know of the answer, so that it can be gone on with. */
  readonly kept: boolean;
  /** There is no room for more of it where it is shown. */
  readonly full: () => boolean;
  /** Its first visible word has come. */
  readonly began: () => void;
  /** The answer so far, from that word on. */
  readonly said: (text: string) => void;
  readonly thought: (text: string) => void;
  /** It waits for its turn, behind so many. */
  readonly queued: (before: () => number) => void;
  /** Its turn has come. */
  readonly asked: () => void;
};

/** Reads the model's events to their end; whatever ends them becomes an outcome. Thoughts are never a part of the answer. */
export async function hear(listening: Listening, core: Pick<Core, "model" | "log">): Promise<Outcome> {
  const { thread, events, kept, full, began, said, thought, queued, asked } = listening;
  const [whole, wholeThought] = [createWellFormed(), createWellFormed()];
  let text = "";
  let thinking = 0;
  // Noted as it comes: a look at the whole text for each token would cost more the longer the answer gets.
  let visible = false;
  let instead: Instead | undefined;
  const aside = () => (visible && instead ? fallbackNotice(instead.model, core.model.model) : undefined);
  try {
    for await (const event of events) {
      if (event.kind === "end") return { ...toOutcome(text, event, listening), aside: aside() };
      if (event.kind === "queued") queued(event.before);
      else if (event.kind === "asked") asked();
      else if (event.kind === "reasoning") {
        thinking += event.text.length;
        if (thinking > longestThinking) return { ...toLongest(text, listening, core), aside: aside() };
        thought(wholeThought(event.text));
      } else if (event.kind === "anew") {
        if (!visible) text = "";
        instead = event.model === core.model.model ? undefined : event;
        if (instead === undefined) continue;
        const fields = { thread, fallback: event.model, error: describeError(event.because) };
        core.log.warn(fields, "the model failed before its first word, so the fallback is asked");
      } else if (event.text !== "") {
        const piece = whole(event.text);
        text += piece;
        if (text.length > longestAnswer || full()) return { ...toLongest(text, listening, core), aside: aside() };
        if (!visible && !isBlank(piece)) {
          visible = true;
          began();
        }
        if (visible) said(text);
      }
    }
    throw new ModelError("broken", "the model's events ended without an end");
  } catch (error) {
    // Whatever it was, the words stand and the person hears of it; a cursor left behind would say that more is to come.
    core.log.warn({ thread, error: describeError(error) }, "the model did not finish its answer");
    // Where both models failed the first one's failure says more: it is that one which the admin relies on.
    const told = visible ? error : (instead?.because ?? error);
    const ending = toEnding(told, visible);
    const notice = ending === "filtered" ? endingNotice(ending, !visible) : failureNotice(told, visible && kept);
    const controls = kept && isCut(ending) ? [goOnControl] : [];
    return { text: visible ? text : "", ending, notice, aside: aside(), controls };
  }
}

/** Ends what may go on for ever. To leave its events ends the model as well. */
function toLongest(text: string, { thread, kept }: Listening, { log }: Pick<Core, "log">): Omit<Outcome, "aside"> {
  log.warn({ thread }, "an answer became too long, so the model was ended");
  return endedHere(isBlank(text) ? "" : withinLongest(text), kept);
}

/** What a filter did is no failure: the same words would be refused again. */
function toEnding(error: unknown, visible: boolean): Ending {
  if (error instanceof ModelError && error.code === "filtered") return "filtered";
  return visible ? "broken" : "failed";
}

const failureNotice = (error: unknown, shown: boolean): string =>
  error instanceof ModelError ? modelNotice(error.code, shown, error.retryAfterMs) : unexpectedNotice;

type Instead = Extract<ModelEvent, { kind: "anew" }>;

function toOutcome(
  text: string,
  end: Extract<ModelEvent, { kind: "end" }>,
  { stop, kept }: Listening,
): Omit<Outcome, "aside"> {
  const stopped = stop.aborted ? (stop.reason as StopReason) : undefined;
  const empty = isBlank(text);
  const canGoOn = kept && isCut(end.ending) && !empty && stopped !== "reset" && stopped !== "newer";
  const notice = endingNotice(end.ending, empty, stopped, kept);
  return { text: empty ? "" : text, ending: end.ending, notice, controls: canGoOn ? [goOnControl] : [] };
}
