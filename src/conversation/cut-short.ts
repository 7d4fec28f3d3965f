import { closeSpans } from "../markdown/unfinished.ts";
import { endingNotice, withAside, withNotice } from "../reply/notices.ts";
import type { ReplyHandle } from "../reply/reply-handle.ts";
import type { StopReason } from "../runtime/in-flight.ts";
import { goOnControl } from "./go-on.ts";
import type { Outcome } from "./outcome.ts";

export type Cutting = {
  readonly outcome: Outcome;
  readonly reason: StopReason;
  /** The next question will know of the answer. */
  readonly kept: boolean;
  /** Stands above the answer. */
  readonly heading: string;
  readonly unread: string | undefined;
  /** So many characters of it stood before the process ended, in messages that are written over. */
  readonly already: number;
};

/**
 * What is left of an answer that was told to stop: no message is made any more. A model that was stopped is shown with the words that
 * came, as far as the messages that stand have room. Of an answer that was whole, and was only being posted, stays what can be read.
 */
export function cutShort({ outcome, reason, kept, heading, unread, already }: Cutting, handle: ReplyHandle): Outcome {
  const { messages } = handle;
  const isPosted = outcome.ending !== "stopped" && messages.length > 0;
  const whole = heading + outcome.text;
  const until = Math.max(handle.shown(whole).length, heading.length + already);
  const shown = isPosted ? whole.slice(0, until) : whole;
  if (isPosted && shown.trimEnd() === whole.trimEnd()) return outcome;
  const end = (text: string) => stopped({ ...outcome, text: text.slice(heading.length) }, reason, kept);
  const text = handle.within(shown, (part) => framed(end(part), heading, unread));
  return end(text);
}

/** As people see it; what is remembered stays as the model wrote it. */
export function framed(outcome: Outcome, heading: string, unread: string | undefined): string {
  const { text, ending, notice, aside } = outcome;
  const shown = heading + (ending === "whole" ? text : closeSpans(text));
  return withAside([notice, unread].reduce<string>(withNotice, shown), aside);
}

function stopped({ text, aside }: Outcome, reason: StopReason, kept: boolean): Outcome {
  const isEmpty = text.trim() === "";
  const canGoOn = kept && !isEmpty && reason !== "reset" && reason !== "newer";
  const notice = endingNotice("stopped", isEmpty, reason, kept);
  return {
    text,
    ending: "stopped",
    notice,
    aside: isEmpty ? undefined : aside,
    controls: canGoOn ? [goOnControl] : [],
  };
}
