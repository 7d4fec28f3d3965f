import { isDirect } from "./channel-types.ts";
import { intent, messageFlag } from "./numbers.ts";
import type { Json, MessageRecord } from "./records.ts";
import { toWireChannel, toWireFile, toWireMember, toWireUser } from "./wire.ts";
import type { World } from "./world.ts";

/** A message as REST answers it. `hidden` empties what people wrote, as for a bot without message content. */
export function toWireMessage(world: World, message: MessageRecord, hidden = false): Json {
  const author = world.users.get(message.authorId);
  const thread = message.threadId === undefined ? undefined : world.channels.get(message.threadId);
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    flags: message.flags,
    author: author ? toWireUser(author) : { id: message.authorId, username: "gone", discriminator: "0", avatar: null },
    content: hidden ? "" : message.content,
    embeds: hidden ? [] : message.embeds,
    components: hidden ? [] : message.components,
    attachments: hidden ? [] : message.files.map((file) => toWireFile(world, message.channelId, file)),
    mentions: message.pings.users.flatMap((id) => world.users.get(id) ?? []).map(toWireUser),
    mention_roles: message.pings.roles,
    mention_everyone: message.pings.everyone,
    pinned: false,
    tts: false,
    timestamp: new Date(performance.timeOrigin + message.createdAt).toISOString(),
    edited_timestamp:
      message.editedAt === undefined ? null : new Date(performance.timeOrigin + message.editedAt).toISOString(),
    ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    ...(message.reactions.length === 0 ? {} : { reactions: message.reactions.map(toWireReaction) }),
    ...(author?.webhook === true ? { webhook_id: author.id } : {}),
    ...(thread === undefined ? {} : { thread: toWireChannel(world, thread) }),
    ...toReference(world, message),
    ...toInteraction(world, message),
  };
}

/** A message as a dispatch carries it: in a guild with `guild_id` and `member`, ephemeral ones without. */
export function toGatewayMessage(world: World, message: MessageRecord, intents: number): Json {
  const shown = toWireMessage(world, message, isHidden(world, message, (intents & intent.messageContent) !== 0));
  // discord.js knows a direct message by `channel_type`; without it the message would be dropped.
  const wire = { ...shown, channel_type: world.channels.get(message.channelId)?.type };
  const author = world.users.get(message.authorId);
  if (!inGuild(world, message)) return wire;
  const mentions = message.pings.users.flatMap((id) => world.users.get(id) ?? []);
  return {
    ...wire,
    guild_id: world.guild.id,
    mentions: mentions.map((user) => ({ ...toWireUser(user), member: toWireMember(user) })),
    ...(author === undefined || author.webhook ? {} : { member: toWireMember(author) }),
  };
}

/** Ephemeral messages count as direct: they come without a guild and need that intent. */
export function inGuild(world: World, message: MessageRecord): boolean {
  const channel = world.channels.get(message.channelId);
  return channel !== undefined && !isDirect(channel) && (message.flags & messageFlag.ephemeral) === 0;
}

/** Without the content intent a bot reads only its own messages, direct messages and those that mention it. */
export function isHidden(world: World, message: MessageRecord, contentAllowed: boolean): boolean {
  if (contentAllowed || message.authorId === world.botId || !inGuild(world, message)) return false;
  return !message.pings.users.includes(world.botId);
}

function toReference(world: World, message: MessageRecord): Json {
  if (message.replyTo === undefined) return {};
  const target = world.messages.get(message.replyTo);
  const channelId = target?.channelId ?? message.channelId;
  const reference = { type: 0, message_id: message.replyTo, channel_id: channelId };
  const known = target !== undefined && target.deletedAt === undefined;
  const { replyTo: _, ...flat } = target ?? message;
  return {
    message_reference: inGuild(world, message) ? { ...reference, guild_id: world.guild.id } : reference,
    referenced_message: known ? toWireMessage(world, flat, isHidden(world, target, world.messageContent)) : null,
  };
}

function toInteraction(world: World, message: MessageRecord): Json {
  const interaction = world.interactions.get(message.interactionId ?? "");
  if (interaction === undefined) return {};
  const user = world.users.get(interaction.userId);
  const metadata = {
    id: interaction.id,
    type: interaction.type,
    user: user && toWireUser(user),
    authorizing_integration_owners: {},
  };
  return { application_id: world.applicationId, webhook_id: world.applicationId, interaction_metadata: metadata };
}

function toWireReaction(emoji: string): Json {
  return {
    emoji: { id: null, name: emoji },
    count: 1,
    me: true,
    me_burst: false,
    burst_colors: [],
    count_details: { normal: 1, burst: 0 },
  };
}
