import type { MessageEvent, MessageId } from "../port/index.ts";
import type { Outcome, StopReason } from "../reply/outcome.ts";
import { differs } from "./differs.ts";
import { type Exchange, type How, nothingShown, type Reply, type Stage } from "./exchange.ts";

/** All that can happen to a question: by people, by the process, and by the work on it. */
export type Happening =
  | { readonly kind: "edited"; readonly now: MessageEvent }
  | { readonly kind: "deleted" }
  /** Messages were taken away, which may be the answer's. */
  | { readonly kind: "withdrawn"; readonly messages: readonly MessageId[] }
  | { readonly kind: "stop"; readonly reason: StopReason }
  /** A person wants it to be tried again. */
  | { readonly kind: "retry" }
  /** A new process found it. */
  | { readonly kind: "started" }
  /** It is gone on with over what stands, and this counts as a try. */
  | { readonly kind: "resumed"; readonly messages: readonly MessageId[] }
  /** The process ends as it should, and the next one goes on. */
  | { readonly kind: "left" }
  | { readonly kind: "turn-came" }
  /** Its author has as many answers running as may be, so others go first. */
  | { readonly kind: "set-aside" }
  /** These messages are written over. */
  | { readonly kind: "adopted"; readonly messages: readonly MessageId[] }
  /** A message of the answer is about to be made. */
  | { readonly kind: "making" }
  | { readonly kind: "made"; readonly message: MessageId }
  | { readonly kind: "showing"; readonly text: string }
  | { readonly kind: "covered" }
  | { readonly kind: "uncovered" }
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** Its last text, with the button to try it again, stands in these messages. */
  | { readonly kind: "offered"; readonly messages: readonly MessageId[] }
  | { readonly kind: "done" };

/** Pure and total: what cannot happen in a stage changes nothing. The one place in which a question's life can be read. */
export function next(one: Exchange, happening: Happening): Exchange {
  const { stage, reply } = one;
  const to = (changed: Stage, rest: Partial<Exchange> = {}): Exchange => ({ ...one, ...rest, stage: changed });
  const shows = (rest: Partial<Reply>): Exchange => ({ ...one, reply: { ...reply, ...rest } });
  switch (happening.kind) {
    case "edited":
      return edited(one, happening.now);
    case "deleted":
      return isOver(stage) ? one : to({ kind: "removing" }, { question: wordless(one.question) });
    case "withdrawn": {
      const isMeant = reply.messages.some((message) => happening.messages.includes(message));
      return isMeant && !isOver(stage) && stage.kind !== "removing" ? to({ kind: "withdrawing" }) : one;
    }
    case "stop":
      return stopped(one, happening.reason);
    case "retry":
      return stage.kind === "offered" ? to({ kind: "waiting", how: "retry" }, { tries: 0 }) : one;
    case "started":
    case "set-aside":
      return stage.kind === "answering" ? to({ kind: "waiting", how: stage.how }) : one;
    case "resumed":
      return !hasReply(stage)
        ? one
        : { ...shows({ messages: happening.messages, making: false }), tries: one.tries + 1 };
    case "left":
      return stage.kind === "answering" ? to({ kind: "waiting", how: stage.how }, { tries: 0 }) : one;
    case "turn-came":
      return stage.kind === "waiting" ? to({ kind: "answering", how: stage.how }) : one;
    case "adopted":
      return !hasReply(stage) ? one : shows({ messages: happening.messages, making: false, text: "" });
    case "making":
      return !hasReply(stage) ? one : shows({ making: true });
    case "made":
      return !hasReply(stage) ? one : shows({ making: false, messages: [...reply.messages, happening.message] });
    case "showing":
      return stage.kind === "answering" ? shows({ text: happening.text }) : one;
    case "covered": {
      const isWanted = stage.kind !== "stopped" || stage.reason === "newer";
      return isUnderWay(stage) && isWanted ? to({ kind: "covered" }, { reply: nothingShown }) : one;
    }
    case "uncovered":
      return stage.kind === "covered" ? to({ kind: "waiting", how: "again" }) : one;
    case "ended":
      return isUnderWay(stage) ? to({ kind: "settling", how: stage.how, outcome: happening.outcome }) : one;
    case "offered": {
      const standing = { messages: happening.messages, making: false, text: reply.text };
      return isUnderWay(stage) ? to({ kind: "offered" }, { reply: standing }) : one;
    }
    case "done":
      return stage.kind === "waiting" ? one : to({ kind: "done" });
  }
}

/** A question whose words were changed is asked anew, over what stands of its answer. */
function edited(one: Exchange, now: MessageEvent): Exchange {
  const { stage, reply } = one;
  const words = { question: { ...one.question, ...wordsOf(now) } };
  const isChanged = differs(one.question, now);
  const anew = (rest: Partial<Exchange> = {}): Exchange =>
    isChanged
      ? { ...one, ...words, ...rest, stage: { kind: "waiting", how: "anew" }, reply: { ...reply, text: "" } }
      : one;
  switch (stage.kind) {
    case "waiting":
      return isChanged ? anew() : { ...one, ...words };
    case "covered":
    case "withdrawing":
      return { ...one, ...words };
    case "answering":
    case "stopped":
    case "settling":
      return anew();
    case "offered":
      return anew({ tries: 0 });
    case "removing":
    case "done":
      return one;
  }
}

/** The first reason stands; but what gave way to a newer question can still be stopped, and then gets no answer with that. */
function stopped(one: Exchange, reason: StopReason): Exchange {
  const { stage } = one;
  switch (stage.kind) {
    case "waiting":
      if (reason === "newer") return one; // it breaks off what is being said, and nothing is
      return {
        ...one,
        stage: stage.how === "retry" ? { kind: "offered" } : { kind: "stopped", how: stage.how, reason },
      };
    case "answering":
      return { ...one, stage: { kind: "stopped", how: stage.how, reason } };
    case "covered":
      return reason === "newer" ? one : { ...one, stage: { kind: "stopped", how: "first", reason } };
    case "settling": {
      const { how, outcome } = stage;
      return outcome.ending === "stopped" ? one : { ...one, stage: { kind: "stopped", how, reason, outcome } };
    }
    case "stopped":
      return stage.reason === "newer" && reason !== "newer" ? { ...one, stage: { ...stage, reason } } : one;
    case "offered":
    case "removing":
    case "withdrawing":
    case "done":
      return one;
  }
}

type UnderWay = Extract<Stage, { readonly how: How }>;

const isUnderWay = (stage: Stage): stage is Exclude<UnderWay, { readonly kind: "waiting" }> =>
  stage.kind === "answering" || stage.kind === "stopped" || stage.kind === "settling";

/** What is left to a newer question has none of its own. */
const hasReply = ({ kind }: Stage): boolean => kind !== "done" && kind !== "covered";

const isOver = ({ kind }: Stage): boolean => kind === "done";

/** A remark may become a question by it. What was one, stays one: the bot's name may have gone with a word. */
const wordsOf = ({
  text,
  attachments,
  moreFiles,
  quote,
  quotedQuestion,
  recallKey,
  via,
}: MessageEvent): Partial<MessageEvent> => ({
  text,
  attachments,
  ...(moreFiles === undefined ? {} : { moreFiles }),
  ...(quote === undefined ? {} : { quote }),
  ...(quotedQuestion === undefined ? {} : { quotedQuestion }),
  ...(recallKey === undefined ? {} : { recallKey }),
  ...(via === "ambient" ? {} : { via }),
});

/** Its place is kept, and the way back to what stands of its answer; no word and no name. */
export function wordless({ id, place, author, message, sentAt, via, recallKey }: MessageEvent): MessageEvent {
  const { channelName: _, ...unnamed } = place;
  const bare = { kind: "message", id, message, sentAt, via, place: unnamed, text: "", attachments: [] } as const;
  return { ...bare, author: { id: author.id, name: "" }, ...(recallKey === undefined ? {} : { recallKey }) };
}

/** What is to be done for a question, however it came to be so: nothing is remembered between two looks. */
export type Work = "answer" | "settle" | "stop" | "remove" | "withdraw" | "nothing";

export function workOf({ stage }: Pick<Exchange, "stage">): Work {
  switch (stage.kind) {
    case "waiting":
    case "answering":
      return "answer";
    case "settling":
      return "settle";
    case "stopped":
      return "stop";
    case "removing":
      return "remove";
    case "withdrawing":
      return "withdraw";
    case "covered":
    case "offered":
    case "done":
      return "nothing";
  }
}
