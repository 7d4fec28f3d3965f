import type { ChannelRecord } from "./records.ts";
import type { World } from "./world.ts";

/** The permission bits the emulator enforces. https://discord.com/developers/docs/topics/permissions */
export const permission = {
  administrator: 1n << 3n,
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  sendMessagesInThreads: 1n << 38n,
} as const;

/** Everything but administrator, which would make discord.js skip every overwrite. */
export const botPermissions = ((1n << 53n) - 1n) & ~permission.administrator;

/** What an ordinary member may do. */
export const memberPermissions =
  permission.addReactions |
  permission.viewChannel |
  permission.sendMessages |
  permission.attachFiles |
  permission.readMessageHistory |
  permission.createPublicThreads |
  permission.sendMessagesInThreads |
  (1n << 14n) |
  (1n << 31n);

/** What the bot may do in a channel: in a thread its parent's overwrite counts, in a direct message everything goes. */
export function permissionsIn(world: World, channel: ChannelRecord): bigint {
  const parent = channel.parentId === undefined ? channel : (world.channels.get(channel.parentId) ?? channel);
  return botPermissions & ~parent.deny;
}

export function botMay(world: World, channel: ChannelRecord, bit: bigint): boolean {
  return (permissionsIn(world, channel) & bit) === bit;
}
