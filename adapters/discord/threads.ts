import { type Message, MessageType, type SendableChannels, type ThreadChannel } from "discord.js";
import { type AdapterLog, type Earlier, type EarlierMessage, messageId, type Place } from "../../src/port/index.ts";
import { codeOf, toPlatformError } from "./errors.ts";
import { toThreadName } from "./format.ts";
import { attachmentsOf, textOf, toAuthor } from "./inbound.ts";

/** The message that is answered, as far as it is needed: after a restart it is not at hand itself. */
export type QuestionRef = {
  readonly id: string;
  readonly channel: SendableChannels;
  readonly text: string;
  readonly author: string;
  /** What the messages of the answer are known by, if not by the id. */
  readonly nonce?: string;
};

/** The thread's own id; a thread that is yet to be started has that of the message it starts from. */
export const threadIdOf = ({ thread }: Place): string => thread.slice("discord:".length);

/** The thread that the place names, started from the message of that id; undefined where the bot may not. */
export async function startThread(
  { id: asked, channel, text, author }: QuestionRef,
  place: Place,
  log: AdapterLog,
): Promise<SendableChannels | undefined> {
  const id = threadIdOf(place);
  try {
    const from = await channel.messages.fetch(id); // at hand, unless it is older
    return from.thread ?? (await from.startThread({ name: toThreadName(text, author) }));
  } catch (error) {
    // Started already, or started before its message was deleted.
    const mayExist = [160_004, 10_008].includes(Number(codeOf(error)));
    const existing = mayExist ? await channel.client.channels.fetch(id).catch(() => null) : null;
    if (existing?.isThread()) return existing;
    const { code, message: reason } = toPlatformError(error);
    const withdrawn = code === "gone" && id === asked; // the question itself is no more
    if (withdrawn || code === "unavailable" || code === "rate-limited") throw error;
    log.warn(
      { channel: channel.id, error: reason },
      "could not start a thread, so the answer goes to the channel: give the bot Create Public Threads and Send Messages in Threads, or set DISCORD_REPLY_IN=channel",
    );
    return undefined;
  }
}

/** Longest that Discord reads back in one request. */
const longestPage = 100;

/** What was said in a thread before the message. */
export async function earlier({ id, channel }: QuestionRef, count: number): Promise<Earlier> {
  const thread = channel as ThreadChannel;
  if (id === thread.id) return { messages: [], complete: true }; // the first post of a forum thread
  const page = await thread.messages.fetch({ limit: Math.min(count, longestPage), before: id });
  const oldest = page.last();
  // A thread started from a message begins with a reference to it; a forum post with the post, which has the thread's own id.
  const begins = oldest === undefined || oldest.type === MessageType.ThreadStarterMessage || oldest.id === thread.id;
  const messages = [...page.values()].reverse().flatMap((one) => {
    const said = one.type === MessageType.ThreadStarterMessage ? starterOf(one) : one;
    return said === undefined || (said.system && said.type !== MessageType.Reply) ? [] : [toEarlier(said)];
  });
  return { messages, complete: begins || page.size < Math.min(count, longestPage) };
}

/** Discord sends the message along, and discord.js keeps it among those of the thread. */
function starterOf({ channel, reference }: Message): Message | undefined {
  return channel.messages.cache.get(reference?.messageId ?? "");
}

function toEarlier(message: Message): EarlierMessage {
  return {
    message: messageId(message.id),
    author: toAuthor(message),
    own: message.author.id === message.client.user.id,
    text: textOf(message),
    attachments: attachmentsOf(message),
    sentAt: message.createdTimestamp,
  };
}
