import {
  type BaseInteraction,
  ChannelType,
  type Message,
  MessageReferenceType,
  MessageType,
  PermissionFlagsBits,
  type PermissionsBitField,
  type TextBasedChannel,
} from "discord.js";
import {
  type Attachment,
  type Author,
  type ChannelId,
  channelId,
  eventId,
  longestQuote,
  type MessageEvent,
  messageId,
  type Place,
  type Quote,
  quoteHeading,
  type Scope,
  sentences,
  serverId,
  type ThreadId,
  threadId,
  truncate,
  userId,
} from "../../src/port/index.ts";
import { type Names, toText } from "./format.ts";
import { originOfMessage } from "./origin.ts";

export type ReplyIn = "thread" | "channel";

/**
 * What a Discord message is to the core; undefined for what bots, webhooks and Discord itself say. One that was `addressed` to the
 * bot before has the place that it had then.
 */
export function toMessageEvent(
  message: Message,
  replyIn: ReplyIn,
  { addressed = false } = {},
): MessageEvent | undefined {
  if (message.author.bot || message.webhookId !== null || message.author.id === message.client.user.id)
    return undefined;
  if (message.type !== MessageType.Default && message.type !== MessageType.Reply) return undefined;
  const via = message.channel.isDMBased() ? "direct" : isMention(message) ? "mention" : "ambient";
  const place = toPlace(message, addressed || via === "mention", replyIn);
  const quote = toQuote(message, place);
  const elsewhere = place.kind === "new-thread" && place.thread !== toThreadId(message.id);
  return {
    kind: "message",
    id: eventId(`discord:${message.id}`),
    place,
    message: messageId(message.id),
    author: toAuthor(message),
    text: textOf(message),
    ...(quote === undefined ? {} : { quote }),
    attachments: attachmentsOf(message),
    sentAt: message.createdTimestamp,
    via,
    recallKey: originOfMessage(message.channelId),
    // A thread that starts from another message does not show this one.
    ...(elsewhere ? { quotedQuestion: quoteHeading(`${toAuthor(message).name}: ${textOf(message)}`) } : {}),
  };
}

export function attachmentsOf(message: Message): readonly Attachment[] {
  return message.attachments.map(({ name, contentType, size, url }) => ({
    name,
    mediaType: contentType ?? "application/octet-stream",
    bytes: size,
    url,
  }));
}

export const toThreadId = (id: string): ThreadId => threadId(`discord:${id}`);
const toChannelId = (id: string): ChannelId => channelId(`discord:${id}`);

/** Named by its own id, by the role that Discord made for it, or by a reply to a message of its own that it can read. */
function isMention(message: Message): boolean {
  const me = message.client.user.id;
  const { users, roles } = message.mentions;
  const withheld = message.content === "" && message.attachments.size === 0; // the Message Content intent is missing
  return users.has(me) || (isReplyToBot(message) && !withheld) || roles.some((role) => role.tags?.botId === me);
}

function isReplyToBot({ mentions, client, type }: Message): boolean {
  return type === MessageType.Reply && mentions.repliedUser?.id === client.user.id;
}

function toPlace(message: Message, addressed: boolean, replyIn: ReplyIn): Place {
  const { channel, guild, member } = message;
  // While a server is unavailable its roles are not known, and nobody has rights.
  const isKnown = member !== null && guild?.roles.cache.has(guild.id) === true;
  const permissions = !isKnown || channel.isDMBased() ? null : channel.permissionsFor(member);
  const bot = guild?.members.me?.displayName ?? message.client.user.displayName;
  const rights = isKnown || channel.isDMBased() ? rolesOf(member) : { unverified };
  const place = { ...placeOf(channel, bot, permissions), ...rights };
  if (!addressed || replyIn !== "thread" || !startsThreads(channel)) return place;
  // A thread started from a message has that message's id, so its conversation is known before it exists. A reply to the bot's
  // own message goes on in a thread started from that one: if it answered a question, it names that conversation.
  const from = isReplyToBot(message) ? message.reference?.messageId : undefined;
  return { ...place, kind: "new-thread", thread: toThreadId(from ?? message.id) };
}

const unverified = { scopes: ["channel", "server"], by: "Discord", roles: true } as const;

/** Discord starts threads from messages in text and announcement channels only. */
export function startsThreads({ type }: TextBasedChannel): boolean {
  return type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement;
}

/** Where an interaction happens. `thread` names the conversation where it is not the channel's own. */
export function toInteractionPlace(interaction: BaseInteraction, thread?: ThreadId): Place {
  const { channel, client, guild, memberPermissions } = interaction;
  const bot = guild?.members.me?.displayName ?? client.user.displayName;
  const known = channel === null ? uncachedPlace(interaction, bot) : placeOf(channel, bot, memberPermissions);
  const place = { ...known, ...rolesOf(interaction.member) };
  return thread === undefined ? place : { ...place, thread };
}

/** From a server whose members are not cached they come as Discord sends them. */
function rolesOf(member: BaseInteraction["member"]): Pick<Place, "roles"> {
  if (member === null) return {};
  return { roles: Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()] };
}

/** A channel that the cache does not hold: a first direct message, or a channel that the bot may not see. */
function uncachedPlace({ id, channelId: channel, guildId, memberPermissions }: BaseInteraction, bot: string): Place {
  const thread = toThreadId(channel ?? id);
  const place = { thread, channel: toChannelId(channel ?? id), bot, commandPrefix: "/" };
  if (guildId === null) return { ...place, kind: "direct", authority: ["thread", "channel"] };
  const server = serverId(`discord:${guildId}`);
  return { ...place, kind: "channel", server, authority: toAuthority(memberPermissions) };
}

function placeOf(channel: TextBasedChannel, bot: string, permissions: Readonly<PermissionsBitField> | null): Place {
  const commandPrefix = "/";
  const place = { thread: toThreadId(channel.id), bot, commandPrefix };
  if (channel.isDMBased()) {
    return { ...place, kind: "direct", channel: toChannelId(channel.id), authority: ["thread", "channel"] };
  }
  const inThread = channel.isThread();
  return {
    ...place,
    kind: inThread ? "thread" : "channel",
    channel: toChannelId((inThread ? channel.parentId : null) ?? channel.id),
    channelName: channel.name,
    server: serverId(`discord:${channel.guildId}`),
    serverName: channel.guild.name,
    authority: toAuthority(permissions),
  };
}

/** A thread belongs to the people in it; a channel and a server to those who may manage them. */
function toAuthority(permissions: Readonly<PermissionsBitField> | null): readonly Scope[] {
  const authority: Scope[] = ["thread"];
  if (permissions?.has(PermissionFlagsBits.ManageChannels)) authority.push("channel");
  if (permissions?.has(PermissionFlagsBits.ManageGuild)) authority.push("server");
  return authority;
}

export function toAuthor({ author, member }: Pick<Message, "author" | "member">): Author {
  return { id: userId(`discord:${author.id}`), name: member?.displayName ?? author.displayName };
}

/** A message's text with ids as names; embeds stand in where a bot wrote nothing else. */
export function textOf(message: Message): string {
  const { client, guild, mentions } = message;
  const names: Names = {
    user: (id) => guild?.members.cache.get(id)?.displayName ?? mentions.users.get(id)?.displayName,
    channel: (id) => nameOfChannel(client.channels.cache.get(id)),
    role: (id) => guild?.roles.cache.get(id)?.name,
  };
  const me = client.user.id;
  const ownRoles = mentions.roles.filter((role) => role.tags?.botId === me).map((role) => `<@&${role.id}>`);
  const text = toText(message.content, [`<@${me}>`, `<@!${me}>`, ...ownRoles], names);
  if (text !== "" || message.embeds.length === 0) return text;
  return message.embeds.map(({ title, description }) => [title, description].filter(Boolean).join("\n")).join("\n\n");
}

function nameOfChannel(channel: object | undefined): string | undefined {
  return channel !== undefined && "name" in channel && typeof channel.name === "string" ? channel.name : undefined;
}

/** Where the bot's own words are in the conversation already, a beginning tells which are meant. */
const longestKnownQuote = 200;

/** The message that this one replies to or forwards. Discord sends it along, and discord.js caches it. */
function toQuote(message: Message, place: Place): Quote | undefined {
  const { reference } = message;
  if (reference === null) return undefined;
  if (reference.type === MessageReferenceType.Forward) {
    const text = message.messageSnapshots.first()?.content ?? "";
    return text === ""
      ? undefined
      : { author: sentences.discord.forwarded, text: truncate(text, longestQuote), own: false };
  }
  const quoted = message.channel.messages.cache.get(reference.messageId ?? "");
  return quoted === undefined ? undefined : quoteOf(quoted, place.kind !== "new-thread");
}

/** `remembered`: what the bot said here is in the conversation that the quote goes into. */
export function quoteOf(message: Message, remembered: boolean): Quote | undefined {
  const own = message.author.id === message.client.user.id;
  const text = truncate(textOf(message), own && remembered ? longestKnownQuote : longestQuote);
  const { id, name } = toAuthor(message);
  return text === "" ? undefined : { author: name, id, text, own };
}
