import { closeSpans } from "../markdown/cutting/close-spans.ts";
import { isBlank } from "../model/is-blank.ts";
import { joined, stoppedAside, withAside, withNotice } from "../reply/notices.ts";
import type { Outcome, StopReason } from "../reply/outcome.ts";
import type { ReplyHandle } from "../reply/reply-handle.ts";
import { goOnControls } from "./go-on.ts";

export type Cutting = {
  readonly outcome: Outcome;
  readonly reason: StopReason;
  /** The next question will know of the answer. */
  readonly kept: boolean;
  /** Stands above the answer. */
  readonly heading: string;
  /** Stands below it, however it ended: what it was written without. */
  readonly remark: string | undefined;
  /** Characters of it that stood before the process ended, in messages that are written over. */
  readonly already: number;
};

/**
 * What is left of an answer that was told to stop. No further message is made. Where the model was stopped, all words that came are
 * shown, as far as the messages that stand have room. Where the answer was whole and was only being posted, what can be read stays.
 */
export function cutShort({ outcome, reason, kept, heading, remark, already }: Cutting, handle: ReplyHandle): Outcome {
  const { messages } = handle;
  const isPosted = outcome.ending !== "stopped" && messages.length > 0;
  const whole = heading + outcome.text;
  const until = Math.max(handle.shown(whole).length, heading.length + already);
  const shown = isPosted ? whole.slice(0, until) : whole;
  if (isPosted && shown.trimEnd() === whole.trimEnd()) return outcome;
  const end = (text: string) => stoppedHere({ ...outcome, text: text.slice(heading.length) }, reason, kept);
  const text = handle.within(shown, (part) => framed(end(part), heading, remark));
  return end(text);
}

/** As people see it; what is remembered stays as the model wrote it. */
export function framed(outcome: Outcome, heading: string, remark: string | undefined): string {
  const { text, ending, notice, aside } = outcome;
  const shown = heading + (ending === "whole" ? text : closeSpans(text));
  return withAside([notice, remark].reduce<string>(withNotice, shown), aside);
}

/** An answer whose text ends here because it was stopped. */
export function stoppedHere(
  { text, aside }: Pick<Outcome, "text" | "aside">,
  reason: StopReason,
  kept: boolean,
): Outcome {
  const isEmpty = isBlank(text);
  const left = { text, ending: "stopped" } as const;
  const stopped = stoppedAside(reason, isEmpty, kept);
  const told = joined(isEmpty ? undefined : aside, stopped);
  return { ...left, notice: undefined, aside: told, controls: goOnControls(left, kept, reason) };
}
