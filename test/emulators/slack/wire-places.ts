import { membersOf } from "./channels.ts";
import type { ChannelRecord, Json, UserRecord } from "./records.ts";
import type { Team, World } from "./world.ts";

export function toWireChannel(world: World, channel: ChannelRecord): Json {
  const { id, kind, archived, shared, teamId } = channel;
  const common = { id, created: 1_700_000_000, is_archived: archived, context_team_id: teamId, updated: 1_700_000_000 };
  if (kind === "im") return { ...common, is_im: true, is_org_shared: false, user: channel.userIds[0], priority: 0 };
  const kinds = {
    is_channel: kind === "channel",
    is_group: kind === "private",
    is_im: false,
    is_mpim: kind === "mpim",
    is_private: kind !== "channel",
  };
  return {
    ...common,
    name: channel.name,
    ...(channel.creatorId === undefined ? {} : { creator: channel.creatorId }),
    name_normalized: channel.name,
    ...kinds,
    is_general: channel.name === "general",
    is_shared: shared,
    is_ext_shared: shared,
    is_org_shared: false,
    is_member: channel.joined,
    topic: { value: "", creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
    num_members: membersOf(world, channel).length,
  };
}

/** A person, also of another workspace: `is_stranger` is false for whoever shares a channel with the bot. */
export function toWireUser(user: UserRecord): Json {
  const { id, teamId, name, displayName, realName, bot, botId, admin, owner, guest } = user;
  return {
    id,
    team_id: teamId,
    name,
    deleted: false,
    real_name: realName,
    tz: "Europe/London",
    tz_label: "Greenwich Mean Time",
    tz_offset: 0,
    profile: {
      real_name: realName,
      real_name_normalized: realName,
      display_name: bot ? "" : displayName,
      display_name_normalized: bot ? "" : displayName,
      team: teamId,
      ...(botId === undefined ? {} : { bot_id: botId }),
    },
    is_admin: admin,
    is_owner: owner,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: false,
    is_bot: bot,
    is_app_user: false,
    is_stranger: false,
    updated: 1_700_000_000,
  };
}

export function toWireTeam({ id, name, domain }: Team): Json {
  return { id, name, domain, url: `https://${domain}.slack.com/`, email_domain: "", icon: { image_default: true } };
}
