import { differs } from "../exchange/differs.ts";
import type { MessageEvent } from "../port/index.ts";
import type { BotTurn, Conversation } from "../store/conversation-store.ts";

/** What an edited message is to the conversation. */
export type EditKind =
  /** The window does not hold it. */
  | { readonly kind: "unknown" }
  /** It says what it said, or nothing of it is to be kept. */
  | { readonly kind: "same" }
  /** Others have asked since, or nobody wants an answer: only the history changes. */
  | { readonly kind: "older" }
  /** A question that got no answer yet. */
  | { readonly kind: "open" }
  /** The last question, and where its answer stands. */
  | { readonly kind: "last"; readonly standing: BotTurn["messages"] };

/** Pure: `addressed` says whether the message, as it reads now, wants an answer. */
export function classifyEdit(message: MessageEvent, conversation: Conversation, addressed: boolean): EditKind {
  const turn = conversation.turns.find((one) => one.kind === "person" && one.message === message.message);
  if (turn?.kind !== "person") return { kind: "unknown" };
  if (turn.deleted === true || !differs(turn, message)) return { kind: "same" };
  return classifyByPlace(message, conversation, addressed);
}

/** The same, whatever it said before. */
export function classifyByPlace(
  message: Pick<MessageEvent, "message">,
  { turns }: Conversation,
  addressed: boolean,
): Exclude<EditKind, { readonly kind: "same" }> {
  const at = turns.findIndex((turn) => turn.kind === "person" && turn.message === message.message);
  if (at === -1) return { kind: "unknown" };
  const own = turns[at + 1];
  if (own?.kind === "bot" && own.pending === true)
    return own.messages.length > 0 ? { kind: "last", standing: own.messages } : { kind: "open" };
  const answers = turns.slice(at + 1).filter((one) => one.kind === "bot");
  const [answer] = answers;
  if (answer === undefined) return { kind: addressed ? "open" : "older" };
  const isLast = answers.length === 1 && turns[at + 1] === answer;
  // What was taken away is not written again, and what was never shown cannot be written over.
  const canChange = answer.withdrawn !== true && answer.messages.length > 0;
  return isLast && canChange ? { kind: "last", standing: answer.messages } : { kind: "older" };
}
