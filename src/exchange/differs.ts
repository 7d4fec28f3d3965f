import type { Attachment, MessageEvent } from "../port/index.ts";
import type { PersonTurn } from "../store/conversation-store.ts";

type Words = Pick<PersonTurn, "text" | "attachments" | "moreFiles">;

/** Addresses of files carry signatures that change, so a file is known by its name and size; of more than were kept, by their number. */
export function differs(before: Words, now: Pick<MessageEvent, "text" | "attachments" | "moreFiles">): boolean {
  const kept = before.attachments.length;
  const isSameNumber = kept + (before.moreFiles ?? 0) === now.attachments.length + (now.moreFiles ?? 0);
  const areSame = isSameNumber && filesOf(before.attachments) === filesOf(now.attachments.slice(0, kept));
  return before.text !== now.text || !areSame;
}

const filesOf = (files: readonly Attachment[]): string => JSON.stringify(files.map(({ name, bytes }) => [name, bytes]));
