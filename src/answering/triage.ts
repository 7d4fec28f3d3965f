import type { MessageEvent } from "../port/index.ts";

export type Decision =
  | { readonly kind: "answer" }
  /** Not answered, but part of what the bot knows when it is asked next. */
  | { readonly kind: "remember" }
  | { readonly kind: "ignore"; readonly reason: IgnoreReason };

export type IgnoreReason = "empty" | "repeated" | "not-a-thread" | "stranger-thread";

/** What a decision rests on beside the message itself. */
export type Situation = {
  /** The bot has been called in this thread before. */
  readonly joined: boolean;
  /** The thread's memory holds this very message: it was delivered again after a restart. */
  readonly known: boolean;
  readonly followThreads: boolean;
};

/** Decides what to do with a message. Pure: everything it weighs is in its arguments. */
export function triage(message: MessageEvent, situation: Situation): Decision {
  if (situation.known) return ignore("repeated");
  switch (message.via) {
    case "direct":
    case "mention":
      return { kind: "answer" };
    case "ambient":
      if (message.place.kind !== "thread") return ignore("not-a-thread");
      if (!situation.joined) return ignore("stranger-thread");
      // A platform that withholds what was not said to the bot delivers it without words.
      if (message.text.trim() === "" && message.attachments.length === 0) return ignore("empty");
      return { kind: situation.followThreads ? "answer" : "remember" };
  }
}

/** Whether it may be a question, before anything is known of its thread. */
export function mayBeAnswered({ via, place }: MessageEvent, followThreads: boolean): boolean {
  return via !== "ambient" || (followThreads && place.kind === "thread");
}

/** Nothing to answer: no word, no file, nothing pointed at. */
export function isEmpty(message: MessageEvent): boolean {
  return message.text.trim() === "" && message.attachments.length === 0 && message.quote === undefined;
}

function ignore(reason: IgnoreReason): Decision {
  return { kind: "ignore", reason };
}
