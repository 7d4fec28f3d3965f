import { type Call, channelOf, type Methods, messageOf, threadOf, writableChannel } from "./calls.ts";
import { type Chunks, readBlocks, readChunks } from "./drafts.ts";
import { checkLength } from "./limits.ts";
import type { Json, Live, MessageRecord } from "./records.ts";
import { breach, insist, refuse } from "./refusals.ts";
import { addStatus, clearStatus, threadKey } from "./statuses.ts";
import { addToStream, startStream, stopStream } from "./streams.ts";
import { text } from "./values.ts";
import { toWireMessage } from "./wire-message.ts";

const scopes = ["chat:write"];

export const streamMethods: Methods = {
  "chat.startStream": { scopes, answer: start },
  "chat.appendStream": { scopes, answer: append },
  "chat.stopStream": { scopes, answer: stop },
};

function start(call: Call): Json {
  const { world, team } = call;
  insist(world.settings.streaming, "feature_not_enabled");
  const channel = writableChannel(call);
  const thread = threadOf(call, channel);
  if (channel.kind !== "im") checkRecipient(call);
  const chunks = readChunks(call);
  const by = { userId: team.botUserId, botId: team.botId, appId: world.appId };
  const { ts } = startStream(world, { channelId: channel.id, ...thread, ...by }, chunks);
  clearStatus(world, channel.id, thread.threadTs);
  return { channel: channel.id, ts };
}

function checkRecipient({ world, args }: Call): void {
  if (text(args["recipient_user_id"]) === "") breach("missing_recipient_user_id", "no recipient_user_id");
  if (text(args["recipient_team_id"]) === "") breach("missing_recipient_team_id", "no recipient_team_id");
  insist(world.users.get(text(args["recipient_user_id"]))?.teamId === args["recipient_team_id"], "user_not_found");
}

function append(call: Call): Json {
  const { world } = call;
  const message = streamOf(call);
  if (world.stoppedByUser.has(message.ts)) refuse("stopped_by_user");
  insist(message.streaming, "message_not_in_streaming_state");
  const chunks = readChunks(call);
  if (chunks.markdown === "" && chunks.blocks.length + chunks.tasks.length === 0)
    breach("no_text", "nothing to append");
  checkWhole(call, message, chunks);
  addToStream(world, message, chunks);
  clearStatus(world, message.channelId, message.threadTs);
  return { channel: message.channelId, ts: message.ts };
}

function stop(call: Call): Json {
  const { world, args } = call;
  const message = streamOf(call);
  insist(message.streaming, "message_not_in_streaming_state");
  const chunks = readChunks(call);
  checkWhole(call, message, chunks);
  stopStream(world, message, { chunks, blocks: readBlocks(args["blocks"]) });
  clearStatus(world, message.channelId, message.threadTs);
  if (args["session_status"] !== undefined) {
    const key = threadKey(message.channelId, message.threadTs ?? message.ts);
    addStatus(world.sessions, key, { status: text(args["session_status"]), at: world.now() });
  }
  return { channel: message.channelId, ts: message.ts, message: toWireMessage(world, message) };
}

function streamOf(call: Call): Live<MessageRecord> {
  const message = messageOf(call, channelOf(call), call.args["ts"]);
  insist(message.userId === call.team.botUserId, "message_not_owned_by_app");
  return message;
}

function checkWhole({ world }: Call, message: MessageRecord, { markdown }: Chunks): void {
  checkLength("the stream", `${message.markdown ?? ""}${markdown}`, world.settings.maxStreamLength);
}
