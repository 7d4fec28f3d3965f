import { isThread } from "./channel-types.ts";
import { intent, messageFlag, messageType } from "./numbers.ts";
import { botMay, permission } from "./permissions.ts";
import { everythingAllowed, findPings } from "./pings.ts";
import type { Json, Live, MessageRecord } from "./records.ts";
import { changeThread } from "./thread-changes.ts";
import { inGuild, toGatewayMessage } from "./wire-message.ts";
import type { World } from "./world.ts";

/** What a message needs to exist; the rest has defaults. */
export type MessageDraft = Partial<MessageRecord> & { readonly channelId: string; readonly authorId: string };

export type MessageChange = Partial<
  Pick<MessageRecord, "content" | "components" | "embeds" | "files" | "flags" | "pings">
>;

/** Stores a message and dispatches it. Writing in an archived thread opens it again, unless it is locked. */
export function createMessage(world: World, draft: MessageDraft): Live<MessageRecord> {
  const message: Live<MessageRecord> = {
    id: world.snowflake(),
    type: draft.replyTo === undefined ? messageType.default : messageType.reply,
    flags: 0,
    content: "",
    components: [],
    embeds: [],
    files: [],
    pings: findPings(draft.content ?? "", everythingAllowed),
    reactions: [],
    states: [],
    createdAt: world.now(),
    replyPings: true,
    ...draft,
  };
  world.messages.set(message.id, message);
  rememberState(world, message);
  const channel = world.channels.get(message.channelId);
  if (channel && isThread(channel) && channel.archived && !channel.locked)
    changeThread(world, channel, { archived: false });
  publishMessage(world, "MESSAGE_CREATE", message);
  return message;
}

/** Changes a message, keeps the state it had, dispatches the new one. */
export function changeMessage(world: World, message: Live<MessageRecord>, change: MessageChange): void {
  // Nobody changes a message twice in a millisecond.
  Object.assign(message, change, { editedAt: Math.max(world.now(), (message.editedAt ?? 0) + 1) });
  message.flags &= ~messageFlag.loading;
  rememberState(world, message);
  publishMessage(world, "MESSAGE_UPDATE", message);
}

export function removeMessage(world: World, message: Live<MessageRecord>): void {
  message.deletedAt = world.now();
  const place = inGuild(world, message) ? { guild_id: world.guild.id } : {};
  const payload = () => ({ id: message.id, channel_id: message.channelId, ...place });
  dispatch(world, "MESSAGE_DELETE", message, payload);
}

/** One dispatch for all of a channel, as for a moderator's purge. */
export function removeMessages(world: World, messages: readonly Live<MessageRecord>[]): void {
  const [first] = messages;
  if (first === undefined) return;
  for (const message of messages) message.deletedAt = world.now();
  const ids = messages.map(({ id }) => id);
  const place = inGuild(world, first) ? { guild_id: world.guild.id } : {};
  dispatch(world, "MESSAGE_DELETE_BULK", first, () => ({ ids, channel_id: first.channelId, ...place }));
}

/** Discord adds a preview by itself: an update without a time of editing. */
export function embed(world: World, message: Live<MessageRecord>): void {
  message.embeds = [{ type: "link", url: "https://example.org", title: "An example" }];
  publishMessage(world, "MESSAGE_UPDATE", message);
}

/** Dispatches a message as it stands; with MESSAGE_CREATE for a known one, this is a redelivery. */
export function publishMessage(world: World, type: string, message: MessageRecord): void {
  dispatch(world, type, message, (intents) => toGatewayMessage(world, message, intents));
}

/** The messages of a channel that still exist, oldest first. Ephemeral ones belong to nobody's history. */
export function messagesIn(world: World, channelId: string): Live<MessageRecord>[] {
  return [...world.messages.values()]
    .filter((message) => message.channelId === channelId && message.deletedAt === undefined)
    .filter((message) => (message.flags & messageFlag.ephemeral) === 0)
    .sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
}

function rememberState(world: World, message: Live<MessageRecord>): void {
  const { content, components, embeds, flags, pings } = message;
  const files = message.files.map(({ name }) => name);
  message.states = [...message.states, { at: world.now(), content, components, embeds, flags, pings, files }];
}

function dispatch(world: World, type: string, message: MessageRecord, payload: (intents: number) => Json): void {
  const channel = world.channels.get(message.channelId);
  const needed = inGuild(world, message) ? intent.guildMessages : intent.directMessages;
  if (channel !== undefined && botMay(world, channel, permission.viewChannel)) {
    world.events.send({ type, intent: needed, payload });
  }
  world.changes.send();
}
