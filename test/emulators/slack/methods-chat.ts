import { type Call, channelOf, type Methods, messageOf, threadOf, writableChannel } from "./calls.ts";
import { membersOf } from "./channels.ts";
import { readDraft } from "./drafts.ts";
import { addEphemeral } from "./ephemerals.ts";
import { maxText, maxUpdateText } from "./limits.ts";
import { editMessage, postAsBot, removeMessage } from "./messages.ts";
import type { Json } from "./records.ts";
import { insist } from "./refusals.ts";
import { repliesTo } from "./standing.ts";
import { clearStatus } from "./statuses.ts";
import { text, truth } from "./values.ts";
import { toWireMessage } from "./wire-message.ts";

const scopes = ["chat:write"];

export const chatMethods: Methods = {
  "chat.postMessage": { scopes, answer: post },
  "chat.update": { scopes, answer: update },
  "chat.delete": { scopes, answer: remove },
  "chat.postEphemeral": { scopes, answer: whisper },
  "chat.getPermalink": {
    answer(call) {
      const channel = channelOf(call);
      const { ts, threadTs } = messageOf(call, channel, call.args["message_ts"]);
      const place = `https://${call.team.domain}.slack.com/archives/${channel.id}/p${ts.replace(".", "")}`;
      const thread = threadTs === undefined ? "" : `?thread_ts=${threadTs}&cid=${channel.id}`;
      return { channel: channel.id, permalink: `${place}${thread}` };
    },
  },
};

function post(call: Call): Json {
  const { world, team, args } = call;
  const { id: channelId } = postingPlace(call);
  const written = readDraft(call, maxText);
  const thread = threadOf(call, postingPlace(call));
  const broadcast = truth(args["reply_broadcast"]) && thread.threadTs !== undefined;
  const message = postAsBot(world, {
    ...written,
    ...thread,
    channelId,
    userId: team.botUserId,
    botId: team.botId,
    appId: world.appId,
    ...(broadcast ? { broadcast, subtype: "thread_broadcast" } : {}),
  });
  clearStatus(world, channelId, thread.threadTs);
  return { channel: channelId, ts: message.ts, message: toWireMessage(world, message) };
}

/** A user's id stands for the direct-message channel with them. */
function postingPlace(call: Call) {
  const { world, args, team } = call;
  const im = [...world.channels.values()].find(
    ({ kind, userIds, teamId }) => kind === "im" && teamId === team.id && userIds.includes(text(args["channel"])),
  );
  return writableChannel(im === undefined ? call : { ...call, args: { ...args, channel: im.id } });
}

function update(call: Call): Json {
  const { world, team, args } = call;
  const channel = channelOf(call);
  const message = messageOf(call, channel, args["ts"]);
  insist(message.userId === team.botUserId, "cant_update_message");
  insist(!message.streaming, "streaming_state_conflict");
  const written = readDraft(call, maxUpdateText);
  editMessage(world, message, { ...written, how: "update", by: team.botUserId });
  clearStatus(world, channel.id, message.threadTs);
  return { channel: channel.id, ts: message.ts, text: written.source, message: toWireMessage(world, message) };
}

function remove(call: Call): Json {
  const channel = channelOf(call);
  const message = messageOf(call, channel, call.args["ts"]);
  insist(message.userId === call.team.botUserId, "cant_delete_message");
  removeMessage(call.world, message);
  return { channel: channel.id, ts: message.ts };
}

function whisper(call: Call): Json {
  const { world, args } = call;
  const channel = writableChannel(call);
  const written = readDraft(call, maxText);
  const user = text(args["user"]);
  insist(membersOf(world, channel).includes(user), "user_not_in_channel");
  const place = { channel: channel.id, user, ...threadOf(call, channel) };
  // “Ephemeral messages in threads are only shown if there is already an active thread.”
  const isSeen = place.threadTs === undefined || repliesTo(world, channel.id, place.threadTs).length > 0;
  if (!isSeen) world.problems.push("chat.postEphemeral: a thread without replies shows it to nobody");
  return { message_ts: addEphemeral(world, { ...place, written, via: "chat.postEphemeral" }).ts };
}
