import {
  ChannelType,
  type ChatInputCommandInteraction,
  type Message,
  type MessageComponentInteraction,
  type MessageContextMenuCommandInteraction,
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
import { textOf, toAuthor } from "./inbound.ts";

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

  const target = (): Promise<SendableChannels> => {
    opened ??= place.kind === "fresh" ? startThread(message, origin, log) : Promise.resolve(origin);
    return opened;
  };

  /** Where the first text overtakes the thread's start there is no need for a sign any more, and Discord counts each request. */
  async function busy(): Promise<void> {
    const channel = await target();
    if (!speaking) await channel.sendTyping();
  }

  async function send(channel: SendableChannels, content: Content): Promise<MessageId> {
    // In a channel other talk runs between question and answer, so the first message says what it answers.
    const reply = channel === origin && place.kind !== "direct" && place.kind !== "thread" && sent === 0;
    const created = await channel.send({
      ...payload(content, place),
      flags: MessageFlags.SuppressEmbeds,
      // Sent again after a lost answer, the same nonce makes Discord return the first message rather than post a second.
      nonce: `${message.id}-${sent}`,
      enforceNonce: true,
      ...(reply ? { reply: { messageReference: message.id, failIfNotExists: false } } : {}),
    });
    sent++;
    return messageId(created.id);
  }

  return {
    limits: limitsFor(place.kind === "fresh" ? message.id : message.channelId),
    awaitsAnswer: false,
    busy: () => translated(busy),
    create: (content) => {
      speaking = true;
      return translated(async () => send(await target(), content));
    },
    edit: (id, content) => translated(async () => edit(await target(), id, payload(content, place))),
    remove: (id) => translated(async () => (await target()).messages.delete(id)),
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
    const first = !answered;
    answered = true;
    try {
      const { id } = first
        ? await interaction.editReply(payload(content, place))
        : await interaction.followUp({ ...payload(content, place), flags });
      return messageId(id);
    } catch (error) {
      const { channel } = interaction;
      if (!isExpired(error) || isPrivate || channel === null || !channel.isSendable()) throw error;
      return messageId((await channel.send(payload(content, place))).id);
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
    remove: (id) => translated(() => interaction.webhook.deleteMessage(id)),
    respond: (markdown) => translated(async () => void (await create({ markdown, controls: [] }))),
    read: async () => undefined,
    earlier: async () => [],
  };
}

/** An interaction's token is good for fifteen minutes; what it made can still be changed as any message of the bot. */
function isExpired(error: unknown): boolean {
  return codeOf(error) === 50_027 || codeOf(error) === 10_015;
}

/** Where no thread can be started the answer goes to the channel: better there than nowhere. */
async function startThread(message: Message, origin: SendableChannels, log: AdapterLog): Promise<SendableChannels> {
  try {
    if (message.thread !== null) return message.thread;
    return await message.startThread({ name: toThreadName(textOf(message), toAuthor(message).name) });
  } catch (error) {
    const existing = codeOf(error) === 160_004 ? await message.client.channels.fetch(message.id) : null;
    if (existing?.isThread()) return existing;
    log.warn(
      { channel: message.channelId, error: toPlatformError(error).message },
      "could not start a thread, so the answer goes to the channel: give the bot Create Public Threads and Send Messages in Threads, or set DISCORD_REPLY_IN=channel",
    );
    return origin;
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
  // A thread started from a message begins with a reference to it; where the page did not reach so far, it is left out.
  return messages.flatMap((one) => {
    const said = one.type === MessageType.ThreadStarterMessage ? starterOf(one) : one;
    return said === undefined || (said.system && said.type !== MessageType.Reply) ? [] : [toEarlier(said)];
  });
}

function starterOf(reference: Message): Message | undefined {
  const channel = reference.client.channels.cache.get(reference.reference?.channelId ?? "");
  if (channel?.type !== ChannelType.GuildText && channel?.type !== ChannelType.GuildAnnouncement) return undefined;
  return channel.messages.cache.get(reference.reference?.messageId ?? "");
}

function toEarlier(message: Message): EarlierMessage {
  const author = toAuthor(message);
  return {
    message: messageId(message.id),
    author: author.name,
    authorId: author.id,
    own: message.author.id === message.client.user.id,
    text: textOf(message),
    sentAt: message.createdTimestamp,
  };
}
