import { channelType, isThread } from "./channel-types.ts";
import { readMessage } from "./drafts.ts";
import { channelOf, messageOf, mustHave, mustWrite } from "./lookups.ts";
import { createMessage } from "./messages.ts";
import { permission } from "./permissions.ts";
import { everythingAllowed } from "./pings.ts";
import type { ChannelRecord } from "./records.ts";
import { refusals } from "./refusals.ts";
import { type Answer, type Call, fields, type Route } from "./routing.ts";
import { changeThread, type ThreadChange } from "./thread-changes.ts";
import { createThread } from "./threads.ts";
import { toWireChannel } from "./wire.ts";
import { toWireMessage } from "./wire-message.ts";

const channel = "/channels/:channel";

/** Channels and threads themselves. */
export const channelRoutes: readonly Route[] = [
  { method: "GET", path: channel, rate: [10, 10_000], answer: (call) => answerChannel(call, channelOf(call), 200) },
  { method: "PATCH", path: channel, rate: [5, 15_000], answer: changeChannel },
  { method: "POST", path: `${channel}/threads`, rate: [10, 10_000], answer: openThread },
  { method: "POST", path: `${channel}/messages/:message/threads`, rate: [10, 10_000], answer: openThreadUnder },
  { method: "PUT", path: `${channel}/thread-members/@me`, rate: [5, 5000], answer: (call) => join(call, true) },
  { method: "DELETE", path: `${channel}/thread-members/@me`, rate: [5, 5000], answer: (call) => join(call, false) },
];

function openThreadUnder(call: Call): Answer {
  const parent = channelOf(call);
  const starter = messageOf(call, parent.id);
  if (parent.type !== channelType.text && parent.type !== channelType.announcement) throw refusals.wrongChannelType();
  mustHave(call, parent, permission.createPublicThreads);
  if (starter.threadId !== undefined) throw refusals.threadExists();
  const name = String(fields(call.body)["name"]);
  return answerChannel(call, createThread(call.world, { parent, name, ownerId: call.world.botId, starter }), 201);
}

/** In a forum a thread is a post: it comes with its first message and needs only the right to send. */
function openThread(call: Call): Answer {
  const { world } = call;
  const parent = channelOf(call);
  const body = fields(call.body);
  const draft = { parent, name: String(body["name"]), ownerId: world.botId };
  if (parent.type !== channelType.forum) {
    mustHave(call, parent, permission.createPublicThreads);
    return answerChannel(call, createThread(world, draft), 201);
  }
  mustWrite(call, parent);
  const written = readMessage({ ...call, body: body["message"] }, everythingAllowed);
  const thread = createThread(world, draft);
  const message = createMessage(world, { ...written, id: thread.id, channelId: thread.id, authorId: world.botId });
  return { status: 201, body: { ...toWireChannel(world, thread), message: toWireMessage(world, message) } };
}

/** An archived thread takes no change but being opened again; a locked one opens only to those who manage threads. */
function changeChannel(call: Call): Answer {
  const thread = channelOf(call);
  if (!isThread(thread)) throw refusals.missingPermissions();
  const body = fields(call.body);
  const opens = body["archived"] === false;
  if (thread.archived && !opens) throw refusals.threadArchived();
  const foreign = thread.locked || (thread.ownerId !== call.world.botId && !opens);
  if (foreign || "locked" in body) mustHave(call, thread, permission.manageThreads);
  changeThread(call.world, thread, readChange(body));
  return answerChannel(call, thread, 200);
}

function readChange(body: Readonly<Record<string, unknown>>): ThreadChange {
  return {
    ...(typeof body["name"] === "string" ? { name: body["name"] } : {}),
    ...(typeof body["archived"] === "boolean" ? { archived: body["archived"] } : {}),
    ...(typeof body["locked"] === "boolean" ? { locked: body["locked"] } : {}),
  };
}

function join(call: Call, joined: boolean): Answer {
  const thread = channelOf(call);
  if (!isThread(thread)) throw refusals.wrongChannelType();
  if (thread.archived) throw refusals.threadArchived();
  changeThread(call.world, thread, { joined });
  return { status: 204 };
}

function answerChannel({ world }: Call, found: ChannelRecord, status: number): Answer {
  return { status, body: toWireChannel(world, found) };
}
