import type { CountTokens } from "../model/tokens.ts";
import type { EarlierMessage, MessageEvent, MessageId, Place } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import type { BotTurn, Conversation, Ending, PersonTurn, Turn } from "../store/conversation-store.ts";
import { personContent, turnOverhead } from "./prompt-messages.ts";

export function toPersonTurn(event: MessageEvent, count: CountTokens): PersonTurn {
  const { message, author, text, attachments, moreFiles, sentAt, quote } = event;
  const words = { text, attachments, ...(moreFiles && { moreFiles }), ...(quote && { quote }) };
  return counted({ kind: "person", message, author, ...words, at: sentAt }, event.place, count);
}

type Said = { readonly text: string; readonly ending: Ending; readonly leftOut?: readonly MessageId[] };

export function toBotTurn(
  { text, ending, leftOut = [] }: Said,
  messages: readonly MessageId[],
  core: { readonly clock: Clock; readonly countTokens: CountTokens },
): BotTurn {
  const tokens = core.countTokens(text) + turnOverhead;
  return { kind: "bot", messages, text, ending, at: core.clock.now(), tokens, ...marked(leftOut) };
}

/** What is left of a message that somebody took away: its place, so that an answer to it does not seem to come from nowhere. */
export function deletedTurn({ message, author, at }: PersonTurn): PersonTurn {
  const { id } = author;
  return {
    kind: "person",
    message,
    author: { id, name: "" },
    text: "",
    attachments: [],
    at,
    tokens: turnOverhead,
    deleted: true,
  };
}

/** What is left of an answer that somebody took away. What it was given without stays out. */
export function withdrawnTurn({
  leftOut = [],
  ...kept
}: Pick<BotTurn, "messages" | "replyTo" | "at" | "leftOut">): BotTurn {
  const { messages, replyTo, at } = kept;
  const nothing = { text: "", ending: "stopped", tokens: turnOverhead } as const;
  const to = replyTo === undefined ? {} : { replyTo };
  return { kind: "bot", messages, ...to, at, ...nothing, withdrawn: true, ...marked(leftOut) };
}

const marked = (leftOut: readonly MessageId[]): Pick<BotTurn, "leftOut"> => (leftOut.length === 0 ? {} : { leftOut });

/** The place of an answer that is being written. */
export function pendingTurn({ messages, at }: Pick<BotTurn, "messages" | "at">): BotTurn {
  return { kind: "bot", messages, text: "", ending: "stopped", at, tokens: turnOverhead, pending: true };
}

/** The turn that is to become the answer to this question: its reserved place in a channel, or what its answer left when it was edited. */
export function pendingAnswer({ turns }: Pick<Conversation, "turns">, message: MessageId): BotTurn | undefined {
  const at = turns.findIndex((turn) => turn.kind === "person" && turn.message === message);
  const next = at === -1 ? undefined : turns[at + 1];
  return next?.kind === "bot" && next.pending === true ? next : undefined;
}

/** What was said in a thread before the bot was called into it. */
export function toTurns(earlier: readonly EarlierMessage[], place: Place, count: CountTokens): readonly Turn[] {
  return earlier
    .filter(({ text, attachments }) => text.trim() !== "" || attachments.length > 0)
    .map(({ message, author, own, text, attachments, moreFiles, sentAt }) =>
      own
        ? { kind: "bot", messages: [message], text, ending: "whole", at: sentAt, tokens: count(text) + turnOverhead }
        : counted(
            { kind: "person", message, author, text, attachments, ...(moreFiles && { moreFiles }), at: sentAt },
            place,
            count,
          ),
    );
}

/** A turn with its tokens, as it stands in a prompt. */
export function counted(turn: Omit<PersonTurn, "tokens">, place: Place, count: CountTokens): PersonTurn {
  return { ...turn, tokens: count(personContent(turn, place.kind !== "direct" && turn.author.name)) + turnOverhead };
}
