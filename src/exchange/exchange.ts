// An exchange is one question and all that becomes of it: whether it waits, is answered, was stopped, edited, deleted or left to a newer
// one.
// What may happen to it is a closed list, and one pure function (next.ts) says what each happening makes of it and what work is left.
// What the next process has to know is written to the store at once, if the question is to outlive the process.

import type { EventId, MessageEvent, MessageId } from "../port/index.ts";
import type { Outcome, StopReason } from "../reply/outcome.ts";

/**
 * One question and all that becomes of it: the only record of its life. If it is kept, each change that the next process has to know is
 * written at once; what a process holds beside it (a stream, a timer, an `AbortController`) may be lost at any instant.
 */
export type Exchange = {
  /** The question's event: there is no second one of it, so a redelivery is nothing. */
  readonly id: EventId;
  /** Its place among the questions. Given once: an edit, a retry or a restart does not change it, nor does the clock. */
  readonly seq: number;
  /** When it was heard. Milliseconds since 1970. */
  readonly at: number;
  /** As it reads now. */
  readonly question: MessageEvent;
  readonly stage: Stage;
  readonly reply: Reply;
  /** How often it was taken up again after a crash. */
  readonly tries: number;
};

export type Stage =
  /** Its turn has not come. */
  | { readonly kind: "waiting"; readonly how: How }
  /** It is being worked on: looked up, asked, and the reply grows. */
  | { readonly kind: "answering"; readonly how: How }
  /** Remembered, and left to a newer question that is answered with this one in view. */
  | { readonly kind: "covered" }
  /** No more is to be said. `outcome`: the answer was known, and was being posted. */
  | { readonly kind: "stopped"; readonly how: How; readonly reason: StopReason; readonly outcome?: Outcome }
  /** The answer is known, and only its last text may be missing. */
  | { readonly kind: "settling"; readonly how: How; readonly outcome: Outcome }
  /** Broken off for good. A person may have it tried again. */
  | { readonly kind: "offered" }
  /** The question was deleted: nothing of its answer is to stand. */
  | { readonly kind: "removing" }
  /** Somebody took the answer, or a part of it, away: no more of it is to come. */
  | { readonly kind: "withdrawing" }
  | { readonly kind: "done" };

/**
 * `first`; `anew`: its words were changed since it was asked; `again`: it was left to a newer question, which got no answer; `retry`: a
 * person wants it to be tried again.
 */
export type How = "first" | "anew" | "again" | "retry";

/** What stands of the answer on its platform, as far as it was told. */
export type Reply = {
  /** In order. */
  readonly messages: readonly MessageId[];
  /** Another one was about to be made. */
  readonly making: boolean;
  /** The last text that was shown. */
  readonly text: string;
};

export const nothingShown: Reply = { messages: [], making: false, text: "" };
