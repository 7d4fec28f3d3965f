import { channelType } from "./channel-types.ts";
import { intent } from "./numbers.ts";
import { memberPermissions } from "./permissions.ts";
import type { ChannelRecord, UserRecord } from "./records.ts";
import { toWireChannel, toWireRole } from "./wire.ts";
import { createChannel, type World } from "./world.ts";

export type ChannelWish = {
  readonly name?: string;
  readonly type?: "text" | "forum" | "announcement";
  /** Permission bits taken from the bot here. */
  readonly deny?: bigint;
};

export type UserWish = { readonly permissions?: bigint; readonly bot?: boolean; readonly displayName?: string };

/** Makes a channel and tells a connected bot. */
export function addChannel(world: World, { name = "general", type = "text", deny = 0n }: ChannelWish): ChannelRecord {
  const channel = createChannel(world, { name, type: channelType[type], deny });
  world.events.send({ type: "CHANNEL_CREATE", intent: intent.guilds, payload: () => toWireChannel(world, channel) });
  return channel;
}

/** Makes a member; permissions of their own come through a role of their own. */
export function addUser(world: World, name: string, wish: UserWish): UserRecord {
  const { permissions, bot = false, displayName = name } = wish;
  const roleIds = permissions === undefined ? [] : [addRole(world, `${name}'s role`, permissions)];
  const all = memberPermissions | (permissions ?? 0n);
  const user = { id: world.snowflake(), name, displayName, bot, webhook: false, permissions: all, roleIds };
  world.users.set(user.id, user);
  return user;
}

function addRole(world: World, name: string, permissions: bigint): string {
  const role = { id: world.snowflake(), name, permissions, managed: false };
  world.roles.set(role.id, role);
  const payload = () => ({ guild_id: world.guild.id, role: toWireRole(role) });
  world.events.send({ type: "GUILD_ROLE_CREATE", intent: intent.guilds, payload });
  return role.id;
}
