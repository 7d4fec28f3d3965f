import { type CommandEvent, type EventId, type MessageEvent, messageId, type Place } from "../../../src/port/index.ts";
import { commandPrefix, isDirect, type MessageContext, placeOf, toAuthor, toThreadId } from "../workspace/inbound.ts";

/** The channel itself, or the thread under one of its messages. */
export function placeAt(channel: string, root: string, setting: MessageContext): Place {
  const place = placeOf(channel, toThreadId(setting.team, channel, root), setting);
  const outside = root === "";
  if (isDirect(channel)) return { ...place, kind: "direct", ...(outside ? { commandPrefix, isInbox: true } : {}) };
  return outside ? { ...place, kind: "channel", commandPrefix } : { ...place, kind: "thread" };
}

/** A command, as the core runs it. */
export function toCommand(
  id: EventId,
  place: Place,
  { person }: MessageContext,
  name: string,
  options: CommandEvent["options"],
): CommandEvent {
  return { kind: "command", id, place, author: toAuthor(person), name, options };
}

/** What was asked without typing it as a message. */
export type Question = Pick<MessageEvent, "text" | "quotedQuestion" | "quote" | "attachments" | "sentAt">;

export function toQuestion(id: EventId, place: Place, { person }: MessageContext, question: Question): MessageEvent {
  return {
    kind: "message",
    id,
    place,
    message: messageId(id),
    author: toAuthor(person),
    via: place.kind === "direct" ? "direct" : "mention",
    viaCommand: true,
    ...question,
  };
}
