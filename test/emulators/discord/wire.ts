import { isDirect, isThread } from "./channel-types.ts";
import { permissionsIn } from "./permissions.ts";
import type { ChannelRecord, FileRecord, Json, RoleRecord, UserRecord } from "./records.ts";
import { snowflakeTime } from "./snowflake.ts";
import type { World } from "./world.ts";

export function toWireUser(user: UserRecord): Json {
  return {
    id: user.id,
    username: user.name,
    global_name: user.bot ? null : user.displayName,
    discriminator: "0",
    avatar: null,
    bot: user.bot,
    public_flags: 0,
  };
}

/** A member without its user, as message events carry it. */
export function toWireMember(user: UserRecord): Json {
  return {
    nick: null,
    avatar: null,
    roles: user.roleIds,
    joined_at: new Date(snowflakeTime(user.id)).toISOString(),
    premium_since: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
    communication_disabled_until: null,
  };
}

export function toWireRole(role: RoleRecord): Json {
  return {
    id: role.id,
    name: role.name,
    permissions: role.permissions.toString(),
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: role.name === "@everyone" ? 0 : 1,
    managed: role.managed,
    mentionable: true,
    flags: 0,
  };
}

export function toWireChannel(world: World, channel: ChannelRecord): Json {
  if (isDirect(channel)) return toWireDirect(world, channel);
  if (isThread(channel)) return toWireThread(world, channel);
  return {
    id: channel.id,
    type: channel.type,
    guild_id: world.guild.id,
    name: channel.name,
    parent_id: null,
    position: 0,
    topic: null,
    nsfw: false,
    last_message_id: null,
    rate_limit_per_user: 0,
    flags: 0,
    available_tags: [],
    permission_overwrites: [{ id: world.botId, type: 1, allow: "0", deny: channel.deny.toString() }],
  };
}

function toWireDirect(world: World, channel: ChannelRecord): Json {
  const recipient = world.users.get(channel.recipientId ?? "");
  return {
    id: channel.id,
    type: channel.type,
    flags: 0,
    last_message_id: null,
    recipients: recipient ? [toWireUser(recipient)] : [],
  };
}

function toWireThread(world: World, thread: ChannelRecord): Json {
  const since = new Date(thread.createdAt).toISOString();
  const count = [...world.messages.values()].filter((message) => message.channelId === thread.id).length;
  return {
    id: thread.id,
    type: thread.type,
    guild_id: world.guild.id,
    name: thread.name,
    parent_id: thread.parentId,
    owner_id: thread.ownerId,
    last_message_id: null,
    message_count: count,
    total_message_sent: count,
    member_count: 1,
    rate_limit_per_user: 0,
    flags: 0,
    applied_tags: [],
    thread_metadata: {
      archived: thread.archived,
      locked: thread.locked,
      auto_archive_duration: 1440,
      archive_timestamp: since,
      create_timestamp: since,
    },
    ...(thread.joined ? { member: { id: thread.id, user_id: world.botId, join_timestamp: since, flags: 0 } } : {}),
  };
}

/** A channel as interactions carry it: with what the person may do there. */
export function toInteractionChannel(world: World, channel: ChannelRecord, user: UserRecord): Json {
  return {
    ...toWireChannel(world, channel),
    permissions: user.permissions.toString(),
    app_permissions: permissionsIn(world, channel).toString(),
  };
}

export function toWireFile(world: World, channelId: string, file: FileRecord): Json {
  const url = `${world.origin}/attachments/${channelId}/${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    filename: file.name,
    size: file.content.byteLength,
    content_type: file.contentType,
    url,
    proxy_url: url,
  };
}
