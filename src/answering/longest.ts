import { graphemeCut } from "../markdown/cutting/grapheme.ts";
import { longestNotice } from "../reply/notices.ts";
import type { Outcome } from "../reply/outcome.ts";
import { mostMessages, type ReplyHandle } from "../reply/reply-handle.ts";
import { goOnControls } from "./go-on.ts";

/** Characters of an answer. A model that repeats itself would go on for ever; an answer of 16,000 tokens is still whole. */
export const maxAnswerLength = 100_000;

/** Characters of what a model thinks for one answer. */
export const maxThinkingLength = 1_000_000;

/** The beginning of an answer that is longer; the whole of any other. */
export function withinMaxLength(text: string): string {
  return text.length <= maxAnswerLength ? text : text.slice(0, graphemeCut(text, maxAnswerLength));
}

/** An answer that the bot ends here, and that can be gone on with. */
export function endedHere(text: string, kept: boolean): Omit<Outcome, "aside"> {
  const cut = { text, ending: "length" } as const;
  return { ...cut, notice: longestNotice(text === "", kept), controls: goOnControls(cut, kept) };
}

/** One that takes too many messages is ended where they are full. `framed`: as it is shown. */
export function withinMessages(
  outcome: Outcome,
  kept: boolean,
  framed: (outcome: Outcome) => string,
  handle: Pick<ReplyHandle, "fits" | "within">,
): Outcome {
  if (handle.fits(framed(outcome))) return outcome;
  const ended = (text: string): Outcome => ({ ...outcome, ...endedHere(text, kept) });
  return ended(handle.within(outcome.text, (text) => framed(ended(text)), mostMessages));
}
