import type { Attachment, MessageEvent } from "../port/index.ts";
import type { BotTurn, Conversation, PersonTurn } from "../store/conversation-store.ts";

/** What an edited message is to the conversation. */
export type Verdict =
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
export function judgeEdit(message: MessageEvent, conversation: Conversation, addressed: boolean): Verdict {
  const { turns } = conversation;
  const at = turns.findIndex((turn) => turn.kind === "person" && turn.message === message.message);
  const turn = turns[at];
  if (turn?.kind !== "person") return { kind: "unknown" };
  if (turn.deleted === true || !differs(turn, message)) return { kind: "same" };
  const answers = turns.slice(at + 1).filter((one) => one.kind === "bot");
  const [answer] = answers;
  if (answer === undefined) return { kind: addressed ? "open" : "older" };
  const isLast = answers.length === 1 && turns[at + 1] === answer;
  // What was taken away is not written again, and what was never shown cannot be written over.
  const canChange = answer.withdrawn !== true && answer.messages.length > 0;
  return isLast && canChange ? { kind: "last", standing: answer.messages } : { kind: "older" };
}

/** Addresses of files carry signatures that change, so a file is known by its name and size; of more than were kept, by their number. */
export function differs(before: Pick<PersonTurn, "text" | "attachments" | "moreFiles">, now: MessageEvent): boolean {
  const kept = before.attachments.length;
  const isSameNumber = kept + (before.moreFiles ?? 0) === now.attachments.length + (now.moreFiles ?? 0);
  const areSame = isSameNumber && filesOf(before.attachments) === filesOf(now.attachments.slice(0, kept));
  return before.text !== now.text || !areSame;
}

const filesOf = (files: readonly Attachment[]): string => JSON.stringify(files.map(({ name, bytes }) => [name, bytes]));
