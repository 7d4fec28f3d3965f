import {
  type ChatInputCommandInteraction,
  type Message,
  type MessageComponentInteraction,
  type MessageContextMenuCommandInteraction,
  type MessageCreateOptions,
  MessageFlags,
  MessageType,
  type SendableChannels,
  type ThreadChannel,
} from "discord.js";
import {
  type AdapterLog,
  type Content,
  type EarlierMessage,
  type Limits,
  type MessageId,
  messageId,
  type Place,
  type ReplySurface,
} from "../../src/port/index.ts";
import { codeOf, toPlatformError, translated } from "./errors.ts";
import { readText } from "./files.ts";
import { toComponents, toThreadName } from "./format.ts";
import { attachmentsOf, textOf, toAuthor } from "./inbound.ts";

/**
 * Discord's limit on `content`, and its usual allowance of edits: five in five seconds, all messages of a channel together.
 * https://docs.discord.com/developers/resources/message
 */
const limitsFor = (bucket: string): Limits => ({
  maxLength: 2_000,
  bucket: `discord:${bucket}`,
  edits: 5,
  periodMs: 5_000,
  cursor: " ▌",
});

/** Longest that Discord reads back in one request. */
const longestPage = 100;

/** What stands in a message. Links get no previews: a reply is text, and previews would push it apart. */
function payload({ markdown, controls }: Content, place: Place) {
  return { content: markdown, components: toComponents(controls, place.thread) };
}

export type SurfaceParts = {
  readonly log: AdapterLog;
  /** Where attached files may be fetched from. */
  readonly hosts: ReadonlySet<string>;
};

/** The reply to a message: in its thread, in a new thread started from it, or in the channel as a reply to it. */
export function createMessageSurface(message: Message, place: Place, { log, hosts }: SurfaceParts): ReplySurface {
  const origin = message.channel as SendableChannels;
  let opened: Promise<SendableChannels> | undefined;
  let sent = 0;
  let speaking = false;
  /** There is no thread to answer in after all. */
  let fallenBack = false;

  const bucket = () => (place.kind !== "fresh" ? message.channelId : fallenBack ? origin.id : threadIdOf(place));

  const target = (): Promise<SendableChannels> => {
    opened ??= place.kind === "fresh" ? openThread() : Promise.resolve(origin);
    opened.catch(() => {
      opened = undefined; // what failed may work when it is tried again
    });
    return opened;
  };

  async function openThread(): Promise<SendableChannels> {
    const thread = await startThread(message, place, log);
    fallenBack = thread === undefined;
    return thread ?? origin;
  }

  /** Where the first text overtakes the thread's start there is no need for a sign any more, and Discord counts each request. */
  async function busy(): Promise<void> {
    const channel = await target();
    if (!speaking) await channel.sendTyping();
  }

  /** A thread may be started where the bot may not speak in it. */
  async function sendAnywhere(content: Content): Promise<MessageId> {
    const channel = await target();
    try {
      return await send(channel, content);
    } catch (error) {
      if (channel === origin || sent > 0 || toPlatformError(error).code !== "forbidden") throw error;
      log.warn({ channel: origin.id }, "the answer goes to the channel: give the bot Send Messages in Threads");
      fallenBack = true;
      opened = Promise.resolve(origin);
      return send(origin, content);
    }
  }

  async function send(channel: SendableChannels, content: Content): Promise<MessageId> {
    const options = {
      ...payload(content, place),
      flags: MessageFlags.SuppressEmbeds as const,
      // Sent again after a lost answer, the same nonce makes Discord return the first message rather than post a second.
      nonce: `${message.id}-${sent}`,
      enforceNonce: true,
    };
    // In a channel other talk runs between question and answer, so the first message says what it answers.
    const replies = channel === origin && place.kind !== "direct" && place.kind !== "thread" && sent === 0;
    const created = await (replies ? sendReply(channel, options, message.id) : channel.send(options));
    sent++;
    // The first message of that nonce may say less: it stood, but its answer was lost, and the text has grown since.
    if (created.content.trim() !== content.markdown.trim()) await edit(channel, created.id, payload(content, place));
    return messageId(created.id);
  }

  return {
    get limits() {
      return limitsFor(bucket());
    },
    awaitsAnswer: false,
    busy: () => translated(busy),
    create: (content) => {
      speaking = true;
      return translated(() => sendAnywhere(content));
    },
    edit: (id, content) => translated(async () => edit(await target(), id, payload(content, place))),
    respond: (markdown) =>
      translated(async () => void (await send((await opened) ?? origin, { markdown, controls: [] }))),
    read: (attachment) => translated(() => readText(attachment, hosts)),
    earlier: (count) => (place.kind === "thread" ? translated(() => earlier(message, count)) : Promise.resolve([])),
  };
}

/** The answer to an interaction that was deferred: its own message first, then follow-ups. */
export type Deferred = ChatInputCommandInteraction | MessageContextMenuCommandInteraction | MessageComponentInteraction;

export function createInteractionSurface(interaction: Deferred, place: Place, isPrivate: boolean): ReplySurface {
  let answered = interaction.isMessageComponent(); // a button's own message is not the place for an answer
  const flags = MessageFlags.SuppressEmbeds | (isPrivate ? MessageFlags.Ephemeral : 0);

  async function create(content: Content): Promise<MessageId> {
    const message = { ...payload(content, place), flags };
    try {
      const { id } = answered
        ? await interaction.followUp(message)
        : await interaction.editReply({ ...payload(content, place), flags: MessageFlags.SuppressEmbeds });
      answered = true;
      return messageId(id);
    } catch (error) {
      const { channel } = interaction;
      if (!isExpired(error) || isPrivate || channel === null || !channel.isSendable()) throw error;
      return messageId((await channel.send(message)).id);
    }
  }

  async function editOwn(id: MessageId, content: Content): Promise<void> {
    try {
      await interaction.webhook.editMessage(id, payload(content, place));
    } catch (error) {
      if (!isExpired(error) || interaction.channel === null) throw error;
      await interaction.channel.messages.edit(id, payload(content, place));
    }
  }

  return {
    limits: limitsFor(interaction.id),
    awaitsAnswer: !interaction.isMessageComponent(),
    busy: async () => undefined, // a deferred interaction shows by itself that the bot is at work
    create: (content) => translated(() => create(content)),
    edit: (id, content) => translated(() => editOwn(id, content)),
    respond: (markdown) => translated(async () => void (await create({ markdown, controls: [] }))),
    read: async () => undefined,
    earlier: async () => [],
  };
}

/** An interaction's token is good for fifteen minutes; what it made can still be changed as any message of the bot. */
function isExpired(error: unknown): boolean {
  return codeOf(error) === 50_027 || codeOf(error) === 10_015;
}

const threadIdOf = ({ thread }: Place): string => thread.slice("discord:".length);

/** The thread that the place names, started from the message of that id; undefined where the bot may not. */
async function startThread(message: Message, place: Place, log: AdapterLog): Promise<SendableChannels | undefined> {
  const id = threadIdOf(place);
  try {
    const from = id === message.id ? message : await message.channel.messages.fetch(id);
    return from.thread ?? (await from.startThread({ name: toThreadName(textOf(message), toAuthor(message).name) }));
  } catch (error) {
    const existing = codeOf(error) === 160_004 ? await message.client.channels.fetch(id) : null;
    if (existing?.isThread()) return existing;
    const { code, message: reason } = toPlatformError(error);
    if (code === "gone" || code === "unavailable" || code === "rate-limited") throw error;
    log.warn(
      { channel: message.channelId, error: reason },
      "could not start a thread, so the answer goes to the channel: give the bot Create Public Threads and Send Messages in Threads, or set DISCORD_REPLY_IN=channel",
    );
    return undefined;
  }
}

/** Discord lets nobody reply who may not read what came before; the words still can be said. */
async function sendReply(channel: SendableChannels, options: MessageCreateOptions, to: string): Promise<Message> {
  try {
    return await channel.send({ ...options, reply: { messageReference: to, failIfNotExists: false } });
  } catch (error) {
    if (codeOf(error) !== 160_002) throw error;
    return channel.send(options);
  }
}

/** An archived thread refuses edits but not people: it is opened again, unless a moderator locked it. */
async function edit(channel: SendableChannels, id: string, content: ReturnType<typeof payload>): Promise<void> {
  try {
    await channel.messages.edit(id, content);
  } catch (error) {
    if (codeOf(error) !== 50_083 || !channel.isThread() || channel.locked) throw error;
    await channel.setArchived(false);
    await channel.messages.edit(id, content);
  }
}

async function earlier(message: Message, count: number): Promise<readonly EarlierMessage[]> {
  const thread = message.channel as ThreadChannel;
  if (message.id === thread.id) return []; // the first post of a forum thread
  const page = await thread.messages.fetch({ limit: Math.min(count, longestPage), before: message.id });
  const messages = [...page.values()].reverse();
  // A thread started from a message begins with a reference to it.
  return messages.flatMap((one) => {
    const said = one.type === MessageType.ThreadStarterMessage ? starterOf(one) : one;
    return said === undefined || (said.system && said.type !== MessageType.Reply) ? [] : [toEarlier(said)];
  });
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
