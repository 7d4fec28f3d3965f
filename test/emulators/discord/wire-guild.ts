import { isDirect, isThread } from "./channel-types.ts";
import type { Json } from "./records.ts";
import { toWireChannel, toWireMember, toWireRole, toWireUser } from "./wire.ts";
import type { World } from "./world.ts";

/** The whole guild, as GUILD_CREATE carries it: without the members and presences intents only the bot is a listed member. */
export function toWireGuild(world: World): Json {
  const channels = [...world.channels.values()];
  const bot = world.users.get(world.botId);
  return {
    ...guildFields(world),
    joined_at: new Date().toISOString(),
    large: false,
    unavailable: false,
    member_count: world.users.size,
    members: bot ? [{ ...toWireMember(bot), user: toWireUser(bot) }] : [],
    channels: channels
      .filter((channel) => !isDirect(channel) && !isThread(channel))
      .map((channel) => toWireChannel(world, channel)),
    threads: channels
      .filter((channel) => isThread(channel) && !channel.archived)
      .map((channel) => toWireChannel(world, channel)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** The guild as `GET /guilds/:guild` answers it. */
export function guildFields(world: World): Json {
  return {
    id: world.guild.id,
    name: world.guild.name,
    owner_id: world.guild.ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    features: [],
    roles: [...world.roles.values()].map(toWireRole),
    emojis: [],
    stickers: [],
    afk_channel_id: null,
    afk_timeout: 300,
    application_id: null,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    preferred_locale: "en-US",
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    public_updates_channel_id: null,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    vanity_url_code: null,
    verification_level: 0,
    max_members: 500_000,
    max_video_channel_users: 25,
  };
}
