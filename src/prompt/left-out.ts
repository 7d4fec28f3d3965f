import { isBlank } from "../model/is-blank.ts";
import type { MessageId } from "../port/index.ts";
import type { Turn } from "../store/conversation-store.ts";

/** The messages that no prompt holds any more, because a server would refuse it again. Each answer names those it was given without. */
export type LeftOut = ReadonlySet<MessageId>;

/** What a person said last is never one of them: it may have been edited, and be asked anew. */
export function leftOutOf(turns: readonly Turn[]): LeftOut {
  const leftOut = new Set(turns.flatMap((turn) => (turn.kind === "bot" ? (turn.leftOut ?? []) : [])));
  const newest = turns.findLast((turn) => turn.kind === "person");
  if (newest !== undefined) leftOut.delete(newest.message);
  return leftOut;
}

export function isLeftOut(turn: Turn, leftOut: LeftOut): boolean {
  return turn.kind === "person" ? leftOut.has(turn.message) : turn.messages.some((message) => leftOut.has(message));
}

/** Nothing of it can be seen: in a prompt it would be an empty message, which servers refuse. */
export function saysNothing(turn: Turn): boolean {
  const hasMore = turn.kind === "person" && (turn.quote !== undefined || turn.attachments.length > 0);
  return !hasMore && isBlank(turn.text);
}

/**
 * The messages that no server has taken yet: what people said since the model last answered, other than the question itself, and
 * that answer, if a filter ended it.
 */
export function untried(turns: readonly Turn[], question: MessageId): readonly MessageId[] {
  const leftOut = leftOutOf(turns);
  const answered = turns.findLastIndex((turn) => turn.kind === "bot" && isTaken(turn) && !isLeftOut(turn, leftOut));
  const answer = turns[answered];
  const filtered = answer?.kind === "bot" && answer.ending === "filtered" ? answer.messages : [];
  const said = turns.slice(answered + 1).flatMap((turn) => (turn.kind === "person" ? [turn] : []));
  const others = said.filter((turn) => turn.message !== question && turn.deleted !== true && !saysNothing(turn));
  return [...filtered, ...others.map(({ message }) => message).filter((message) => !leftOut.has(message))];
}

/** Its prompt was read: there was an answer to it, even if it had no words. */
const isTaken = ({ text, ending }: Pick<Extract<Turn, { kind: "bot" }>, "text" | "ending">): boolean =>
  !isBlank(text) || ending === "whole" || ending === "length";
