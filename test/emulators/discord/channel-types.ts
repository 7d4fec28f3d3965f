import type { ChannelRecord } from "./records.ts";

/** https://discord.com/developers/docs/resources/channel#channel-object-channel-types */
export const channelType = {
  text: 0,
  dm: 1,
  announcement: 5,
  announcementThread: 10,
  publicThread: 11,
  forum: 15,
} as const;

export function isThread(channel: ChannelRecord): boolean {
  return channel.type === channelType.publicThread || channel.type === channelType.announcementThread;
}

export function isDirect(channel: ChannelRecord): boolean {
  return channel.type === channelType.dm;
}
