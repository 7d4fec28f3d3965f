import { type Published, publish, stamp } from "./events.ts";
import type { ChannelRecord, Json, MessageRecord } from "./records.ts";
import { toMessageEvent, toWireMessage } from "./wire-message.ts";
import type { Team, World } from "./world.ts";

/** Tells the apps of a person's message: as a message and, where the bot is mentioned, once more as a mention. */
export function publishMessage(world: World, message: MessageRecord): void {
  for (const { team, channel, name } of audience(world, message)) {
    const event = toMessageEvent(world, message);
    send(world, team, { name, event: { ...event, channel_type: channelType(channel) }, channel, key: message.ts });
    if (!mentions(team, channel, message)) continue;
    const { subtype: _subtype, parent_user_id: _parent, ...rest } = event as Json & Record<string, unknown>;
    send(world, team, { name: "app_mention", event: { ...rest, type: "app_mention" }, channel, key: message.ts });
  }
}

/** Tells the bot of its own message, as Slack does. */
export function echo(world: World, message: MessageRecord): void {
  for (const { team, channel, name } of audience(world, message)) {
    const event = { ...toMessageEvent(world, message), channel_type: channelType(channel) };
    send(world, team, { name, event, channel, key: message.ts });
  }
}

export function publishChange(world: World, message: MessageRecord, before: MessageRecord): void {
  for (const { team, channel, name } of audience(world, message)) {
    const event = hiddenEvent(world, channel, {
      subtype: "message_changed",
      message: toWireMessage(world, message),
      previous_message: toWireMessage(world, before),
    });
    send(world, team, { name, event, channel });
  }
}

/** A mention is sent anew with each edit of it, beside the change itself. */
export function publishEditedMention(world: World, message: MessageRecord): void {
  for (const { team, channel } of audience(world, message)) {
    if (!mentions(team, channel, message)) continue;
    const {
      subtype: _subtype,
      parent_user_id: _parent,
      ...rest
    } = toMessageEvent(world, message) as Json & Record<string, unknown>;
    send(world, team, { name: "app_mention", event: { ...rest, type: "app_mention", ...stamp(world) }, channel });
  }
}

/** What Slack adds below a message by itself. */
export function publishPreview(world: World, message: MessageRecord): void {
  for (const { team, channel, name } of audience(world, message)) {
    const wire = toWireMessage(world, message);
    const attachments = [{ from_url: "https://example.org", title: "An example", text: "Words of a page" }];
    const event = hiddenEvent(world, channel, {
      subtype: "message_changed",
      message: { ...wire, attachments },
      previous_message: wire,
    });
    send(world, team, { name, event, channel });
  }
}

export function publishDeletion(world: World, message: MessageRecord): void {
  for (const { team, channel, name } of audience(world, message)) {
    const event = hiddenEvent(world, channel, {
      subtype: "message_deleted",
      deleted_ts: message.ts,
      previous_message: toWireMessage(world, { ...message, deleted: false }),
    });
    send(world, team, { name, event, channel });
  }
}

const subscriptions = {
  channel: "message.channels",
  private: "message.groups",
  im: "message.im",
  mpim: "message.mpim",
} as const;

/** The kinds of message in which a mention counts; "<@U…> has joined the channel" is none. */
const spoken: readonly (string | undefined)[] = [
  undefined,
  "file_share",
  "thread_broadcast",
  "bot_message",
  "me_message",
];

function channelType({ kind }: ChannelRecord): string {
  return kind === "private" ? "group" : kind;
}

/** The workspaces whose bot is in the message's channel. */
function audience(world: World, message: MessageRecord) {
  const channel = world.channels.get(message.channelId);
  if (channel?.joined !== true) return [];
  const teams = [...world.teams.values()].filter(
    (team) => team.id === channel.teamId || (channel.shared && team.installed),
  );
  return teams.map((team) => ({ team, channel, name: subscriptions[channel.kind] }));
}

function mentions(team: Team, channel: ChannelRecord, message: MessageRecord): boolean {
  if (channel.kind === "im" || channel.kind === "mpim" || message.userId === team.botUserId) return false;
  return spoken.includes(message.subtype) && new RegExp(`<@${team.botUserId}(\\|[^>]*)?>`).test(message.source);
}

function hiddenEvent(world: World, channel: ChannelRecord, parts: Json): Json {
  const { event_ts } = stamp(world);
  const place = { channel: channel.id, channel_type: channelType(channel) };
  return { type: "message", hidden: true, ...place, ts: event_ts, event_ts, ...parts };
}

function send(world: World, team: Team, published: Published & { readonly channel: ChannelRecord }): void {
  const { channel, ...rest } = published;
  publish(world, team, { ...rest, shared: channel.shared });
}
