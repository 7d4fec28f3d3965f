import type { Message, PartialMessage, TextBasedChannel } from "discord.js";
import { type DeletedEvent, type EditedEvent, eventId, messageId } from "../../src/port/index.ts";
import { type ReplyIn, startsThreads, toMessageEvent, toThreadId } from "./inbound.ts";

/**
 * What an update of a message is to the core; undefined for all that people did not write: previews, pins, the sign of a thread,
 * what bots change. Discord withholds words that do not concern the bot, where it lacks the intent; they are not edited away.
 */
export function toEditedEvent(
  before: Message | PartialMessage,
  message: Message,
  replyIn: ReplyIn,
): EditedEvent | undefined {
  const { editedTimestamp, content, attachments } = message;
  if (editedTimestamp === null || editedTimestamp === before.editedTimestamp) return undefined;
  if (content === "" && attachments.size === 0) return undefined;
  const event = toMessageEvent(message, replyIn, { addressed: true });
  if (event === undefined) return undefined;
  return { ...event, kind: "edited", id: eventId(`${event.id}:edited:${editedTimestamp}`), of: event.id };
}

/** What was deleted in one channel; the messages may be known by nothing but their ids. */
export function toDeletedEvent(
  messages: readonly (Message | PartialMessage)[],
  channel: TextBasedChannel,
  replyIn: ReplyIn,
): DeletedEvent {
  const ids = messages.map(({ id }) => id);
  return {
    kind: "deleted",
    id: eventId(`discord:${ids.join("+")}:deleted`),
    messages: ids.map(messageId),
    threads: ownThreads(channel, replyIn)
      ? [...new Set(messages.flatMap(({ id, reference }) => [id, reference?.messageId ?? id]))].map(toThreadId)
      : [toThreadId(channel.id)],
  };
}

/** Where each question starts a thread, it is remembered by its own id, or by that of the message that it replies to. */
const ownThreads = (channel: TextBasedChannel, replyIn: ReplyIn): boolean =>
  replyIn === "thread" && startsThreads(channel);

/** An answer to an edited question is another one, so its messages are known by another name. Discord takes 25 characters. */
export const nonceOfEdit = ({ id, editedTimestamp }: Message): string =>
  `${BigInt(id).toString(36)}${editedTimestamp?.toString(36)}`;
