import { encode } from "./reading.ts";
import type { FileRecord, Json, MessageRecord } from "./records.ts";
import { repliesTo } from "./standing.ts";
import type { World } from "./world.ts";

/** A message as the Web API and `message_changed` show it. */
export function toWireMessage(world: World, message: MessageRecord): Json {
  if (message.deleted) return toTombstone(message);
  return {
    type: "message",
    ...(message.subtype === undefined ? {} : { subtype: message.subtype }),
    ...author(world, message),
    text: message.markdown === undefined ? message.source : encode(message.text),
    ts: message.ts,
    ...blocksOf(message),
    ...(message.files.length === 0 ? {} : { files: message.files.map((file) => toWireFile(world, message, file)) }),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...threadOf(world, message),
    ...(message.reactions.length === 0 ? {} : { reactions: message.reactions.map(toReaction) }),
  };
}

/** The same as an event, which names the channel and leaves the thread's figures out. */
export function toMessageEvent(world: World, message: MessageRecord): Json {
  const {
    reply_count: _count,
    reply_users_count: _users,
    latest_reply: _latest,
    ...wire
  } = toWireMessage(world, message) as Record<string, unknown>;
  const root = world.messages.get(message.threadTs ?? "");
  const broadcast = message.broadcast && root !== undefined ? { root: toWireMessage(world, root) } : {};
  return { ...wire, ...broadcast, channel: message.channelId, event_ts: message.ts };
}

function author(world: World, message: MessageRecord): Json {
  const user = world.users.get(message.userId);
  const home = world.channels.get(message.channelId)?.teamId;
  const team = user?.teamId ?? home;
  // Where another app posts as `bot_message`, no user stands behind it.
  const named = message.subtype === "bot_message" ? {} : { user: message.userId };
  if (message.botId !== undefined) {
    const bot = { id: message.botId, deleted: false, name: user?.name ?? "bot", app_id: message.appId, team_id: team };
    return { ...named, bot_id: message.botId, app_id: message.appId, bot_profile: bot, team };
  }
  const stranger = team !== home ? { user_team: team, source_team: team } : {};
  return { ...named, client_msg_id: `client-${message.ts}`, team, ...stranger };
}

function blocksOf({ markdown, blocks }: MessageRecord): Json {
  const shown = markdown === undefined ? blocks : [{ type: "markdown", text: markdown }, ...blocks];
  return shown.length === 0 ? {} : { blocks: shown };
}

function threadOf(world: World, message: MessageRecord): Json {
  if (message.threadTs !== undefined) {
    const parent = world.messages.get(message.threadTs);
    return { thread_ts: message.threadTs, ...(parent === undefined ? {} : { parent_user_id: parent.userId }) };
  }
  const replies = repliesTo(world, message.channelId, message.ts);
  const users = [...new Set(replies.map((reply) => reply.userId))];
  if (replies.length === 0) return {};
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
  };
}

/** What stands in place of a deleted root that has replies. */
function toTombstone({ ts }: MessageRecord): Json {
  const text = "This message was deleted.";
  return { type: "message", subtype: "tombstone", user: "USLACKBOT", hidden: true, text, ts, thread_ts: ts };
}

function toReaction(name: string): Json {
  return { name, count: 1, users: [] };
}

function toWireFile(world: World, message: MessageRecord, { id, name, mimetype, size }: FileRecord): Json {
  const team = world.channels.get(message.channelId)?.teamId;
  const url = `${world.origin}/files-pri/${team}-${id}/${encodeURIComponent(name)}`;
  const times = { created: Math.floor(Number(message.ts)), timestamp: Math.floor(Number(message.ts)) };
  return {
    id,
    ...times,
    name,
    title: name,
    mimetype,
    filetype: name.split(".").at(-1),
    user: message.userId,
    size,
    mode: "hosted",
    file_access: "visible",
    is_external: false,
    url_private: url,
    url_private_download: url.replace("/files-pri/", "/files-pri/download/"),
  };
}
