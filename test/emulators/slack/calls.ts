import { reaches } from "./channels.ts";
import type { ChannelRecord, Json, Live, MessageRecord } from "./records.ts";
import { breach, insist, refuse } from "./refusals.ts";
import type { Sockets } from "./sockets.ts";
import { repliesTo } from "./standing.ts";
import { text } from "./values.ts";
import type { Team, World } from "./world.ts";

export type Call = {
  readonly world: World;
  readonly team: Team;
  readonly token: string;
  readonly args: Json;
  readonly sockets: Sockets;
};

export type Method = {
  /** Any one of these; conversations need the one of their kind. */
  readonly scopes?: readonly string[] | ((call: Call) => readonly string[]);
  /** Which token it takes, the bot's unless it says otherwise. */
  readonly token?: "app" | "none";
  answer(call: Call): Json;
};

export type Methods = Readonly<Record<string, Method>>;

/** The channel an argument names. Throws `channel_not_found` where the workspace has none. */
export function channelOf({ world, team, args }: Call, name = "channel"): Live<ChannelRecord> {
  const channel = world.channels.get(text(args[name]));
  return channel !== undefined && reaches(channel, team.id) ? channel : refuse("channel_not_found");
}

/** The same where the bot wants to write: it must be a member, and the channel alive. */
export function writableChannel(call: Call): Live<ChannelRecord> {
  const channel = channelOf(call);
  insist(channel.joined, "not_in_channel");
  insist(!channel.archived, "is_archived");
  return channel;
}

/** Where a reply goes: a message of the channel that is no reply itself. */
export function threadOf({ world, args }: Call, channel: ChannelRecord): { readonly threadTs?: string } {
  if (args["thread_ts"] === undefined) return {};
  const ts = text(args["thread_ts"]);
  const root = world.messages.get(ts);
  insist(root !== undefined && root.channelId === channel.id, "cannot_reply_to_message");
  if (root?.threadTs !== undefined) breach("cannot_reply_to_message", `thread_ts ${ts} is a reply, not the root`);
  insist(root?.deleted === false || repliesTo(world, channel.id, ts).length > 0, "cannot_reply_to_message");
  return { threadTs: ts };
}

/** A message of the channel that is still there. */
export function messageOf({ world }: Call, channel: ChannelRecord, ts: unknown): Live<MessageRecord> {
  const message = world.messages.get(text(ts));
  const there = message !== undefined && message.channelId === channel.id && !message.deleted;
  return there ? message : refuse("message_not_found");
}
