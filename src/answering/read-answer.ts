import { isBlank } from "../model/is-blank.ts";
import { type ModelClient, ModelError, type ModelEvent } from "../model/model-client.ts";
import type { AdapterLog, ThreadId } from "../port/index.ts";
import { endingNotice, modelNotice } from "../reply/notices.ts";
import type { Interruption, Outcome } from "../reply/outcome.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Ending } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";
import { createWellFormed } from "../text/well-formed.ts";
import { goOnControls } from "./go-on.ts";
import { endedHere, maxAnswerLength, maxThinkingLength, withinMaxLength } from "./longest.ts";

export type AnswerReading = {
  readonly thread: ThreadId;
  /** What comes from the model. */
  readonly events: AsyncIterable<ModelEvent>;
  /** Who had it end, if it was not the model. */
  readonly interrupted: () => Interruption | undefined;
  /** The next question will know of the answer, so that it can be gone on with. */
  readonly kept: boolean;
  /** There is no room for more of it where it is shown. */
  readonly full: () => boolean;
  /** Its first visible word has come. */
  readonly onFirstWord: () => void;
  /** The answer so far, from that word on. */
  readonly onText: (text: string) => void;
  readonly onReasoning: (text: string) => void;
  /** The server says how many tokens the whole answer has. */
  readonly onCounted: (text: string, tokens: number) => void;
  /** It waits for its turn, behind so many. */
  readonly onQueued: (before: () => number) => void;
  /** Its turn has come. */
  readonly onAsked: () => void;
};

/** Reads the model's events to their end; whatever ends them becomes an outcome. Thoughts are never a part of the answer. */
export async function readAnswer(
  listening: AnswerReading,
  parts: { readonly model: Pick<ModelClient, "model">; readonly log: AdapterLog },
): Promise<Outcome> {
  const { thread, events, kept, full, onFirstWord, onText, onReasoning, onCounted, onQueued, onAsked } = listening;
  const [whole, wholeThought] = [createWellFormed(), createWellFormed()];
  let text = "";
  let thinking = 0;
  // Noted as it comes: a look at the whole text for each token would cost more the longer the answer gets.
  let visible = false;
  let instead: Instead | undefined;
  const aside = () => (visible && instead ? sentences.answers.fallback(instead.model, parts.model.model) : undefined);
  /** Ends what may go on for ever. To leave its events ends the model as well. */
  const endHere = (): Outcome => {
    parts.log.warn({ thread }, "an answer became too long, so the model was stopped");
    return { ...endedHere(isBlank(text) ? "" : withinMaxLength(text), kept), aside: aside() };
  };
  try {
    for await (const event of events) {
      switch (event.kind) {
        case "queued":
          onQueued(event.before);
          break;
        case "asked":
          onAsked();
          break;
        case "restarted": {
          if (!visible) text = "";
          instead = event.model === parts.model.model ? undefined : event;
          if (instead === undefined) break;
          const fields = { thread, fallback: event.model, error: describeError(event.because) };
          parts.log.warn(fields, "the model failed before its first word, so the fallback is asked");
          break;
        }
        case "reasoning":
          thinking += event.text.length;
          if (thinking > maxThinkingLength) return endHere();
          onReasoning(wholeThought(event.text));
          break;
        case "text": {
          if (event.text === "") break;
          const piece = whole(event.text);
          text += piece;
          if (text.length > maxAnswerLength || full()) return endHere();
          if (!visible && !isBlank(piece)) {
            visible = true;
            onFirstWord();
          }
          if (visible) onText(text);
          break;
        }
        case "end":
          if (thinking === 0 && isLikely(event.usage?.output, text)) onCounted(text, event.usage?.output ?? 0);
          return { ...toOutcome(text, event, listening), aside: aside() };
      }
    }
    throw new ModelError("broken", "the model's events ended without an end");
  } catch (error) {
    // Whatever it was, the words stand and the person hears of it; a cursor left behind would say that more is to come.
    parts.log.warn({ thread, error: describeError(error) }, "the model did not finish its answer");
    // Where both models failed the first one's failure says more: it is that one which the admin relies on.
    const told = visible ? error : (instead?.because ?? error);
    const ending = toEnding(told, visible);
    const notice = ending === "filtered" ? endingNotice(ending, !visible) : failureNotice(told, visible && kept);
    const left = { text: visible ? text : "", ending };
    return { ...left, notice, aside: aside(), controls: goOnControls(left, kept) };
  }
}

/** A server may count what it has thought as well, or by another measure: then the text is counted here. */
const isLikely = (tokens = 0, text: string): boolean => tokens >= text.length / 8 && tokens <= text.length / 2;

/** What a filter did is no failure: the same words would be refused again. */
function toEnding(error: unknown, visible: boolean): Ending {
  if (error instanceof ModelError && error.code === "filtered") return "filtered";
  return visible ? "broken" : "failed";
}

const failureNotice = (error: unknown, shown: boolean): string =>
  error instanceof ModelError ? modelNotice(error.code, shown, error.retryAfterMs) : sentences.answers.unexpected;

type Instead = Extract<ModelEvent, { kind: "restarted" }>;

function toOutcome(
  text: string,
  end: Extract<ModelEvent, { kind: "end" }>,
  { interrupted, kept }: AnswerReading,
): Omit<Outcome, "aside"> {
  const stopped = interrupted();
  const empty = isBlank(text);
  const said = { text: empty ? "" : text, ending: end.ending };
  // Whoever wanted it to stop is told by what it is cut to.
  const isWanted = end.ending === "stopped" && stopped !== undefined && stopped !== "shutdown";
  const notice = isWanted ? undefined : endingNotice(end.ending, empty, kept);
  return { ...said, notice, controls: goOnControls(said, kept, stopped) };
}
