import type { ChannelRecord, Live } from "./records.ts";
import type { World } from "./world.ts";

const letters = { channel: "C", private: "C", mpim: "C", im: "D" } as const;

export function createChannel(world: World, wanted: Omit<ChannelRecord, "id">): Live<ChannelRecord> {
  const channel = { id: world.id(letters[wanted.kind]), ...wanted };
  world.channels.set(channel.id, channel);
  return channel;
}

/** The direct-message channel of the bot and a person; there is one for each. */
export function directChannel(
  world: World,
  { userId, teamId }: { readonly userId: string; readonly teamId: string },
): Live<ChannelRecord> {
  const known = [...world.channels.values()].find(
    (channel) => channel.kind === "im" && channel.teamId === teamId && channel.userIds.includes(userId),
  );
  const wanted = { name: "", kind: "im", teamId, joined: true, archived: false, shared: false } as const;
  return known ?? createChannel(world, { ...wanted, userIds: [userId] });
}

/** Whether the workspace sees the channel at all. */
export function reaches(channel: ChannelRecord, teamId: string): boolean {
  return channel.teamId === teamId || channel.shared;
}

export function membersOf(world: World, channel: ChannelRecord): readonly string[] {
  const bots = [...world.teams.values()].filter((team) => reaches(channel, team.id)).map((team) => team.botUserId);
  const people =
    channel.userIds.length > 0
      ? channel.userIds
      : [...world.users.values()].filter((user) => !user.bot && reaches(channel, user.teamId)).map((user) => user.id);
  return channel.joined ? [...people, ...bots] : people;
}
