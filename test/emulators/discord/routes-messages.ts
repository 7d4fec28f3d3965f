import { isThread } from "./channel-types.ts";
import { readEdit, readMessage } from "./drafts.ts";
import { channelOf, messageOf, mustHave, mustWrite } from "./lookups.ts";
import { changeMessage, createMessage, messagesIn, removeMessage } from "./messages.ts";
import { botMay, permission } from "./permissions.ts";
import { everythingAllowed } from "./pings.ts";
import type { ChannelRecord, MessageRecord } from "./records.ts";
import { refusals } from "./refusals.ts";
import { type Answer, type Call, fields, type Route } from "./routing.ts";
import { isHidden, toWireMessage } from "./wire-message.ts";

const messages = "/channels/:channel/messages";
const one = `${messages}/:message`;

/** Reading, writing, changing and deleting messages, and typing. */
export const messageRoutes: readonly Route[] = [
  { method: "POST", path: messages, rate: [5, 5000], answer: write },
  { method: "GET", path: messages, rate: [50, 1000], answer: list },
  {
    method: "GET",
    path: one,
    rate: [50, 1000],
    answer: (call) => answerMessage(call, messageOf(call, channelOf(call).id)),
  },
  { method: "PATCH", path: one, rate: [5, 5000], answer: change },
  { method: "DELETE", path: one, rate: [5, 1000], answer: remove },
  { method: "PUT", path: `${one}/reactions/:emoji/@me`, rate: [1, 250], answer: react },
  { method: "DELETE", path: `${one}/reactions/:emoji/@me`, rate: [1, 250], answer: unreact },
  { method: "POST", path: "/channels/:channel/typing", rate: [5, 5000], answer: type },
];

function write(call: Call): Answer {
  const { world } = call;
  const channel = channelOf(call);
  mustWrite(call, channel);
  if (call.files.length > 0) mustHave(call, channel, permission.attachFiles);
  if (isThread(channel) && channel.archived && channel.locked) throw refusals.threadArchived();
  const body = fields(call.body);
  const nonce = body["nonce"] === undefined || body["nonce"] === null ? undefined : String(body["nonce"]);
  const twin = body["enforce_nonce"] === true ? sameNonce(call, nonce) : undefined;
  if (twin !== undefined) return answerMessage(call, twin);
  const target = readReference(call, channel);
  const written = readMessage(call, everythingAllowed, target?.authorId);
  const reply = target === undefined ? {} : { replyTo: target.id };
  const known = nonce === undefined ? {} : { nonce };
  return answerMessage(
    call,
    createMessage(world, { ...written, ...reply, ...known, channelId: channel.id, authorId: world.botId }),
  );
}

/** Discord answers a repeated nonce of the same author with the first message, for a few minutes. */
function sameNonce({ world }: Call, nonce: string | undefined): MessageRecord | undefined {
  return [...world.messages.values()].find(
    (message) => nonce !== undefined && message.nonce === nonce && world.now() - message.createdAt < world.nonceLifeMs,
  );
}

function readReference(call: Call, channel: ChannelRecord): MessageRecord | undefined {
  const reference = fields(call.body)["message_reference"];
  if (reference === undefined || reference === null) return undefined;
  if (!botMay(call.world, channel, permission.readMessageHistory)) throw refusals.noHistory();
  const target = call.world.messages.get(String(fields(reference)["message_id"]));
  if (target !== undefined && target.channelId === channel.id && target.deletedAt === undefined) return target;
  if (fields(reference)["fail_if_not_exists"] === false) return undefined;
  throw refusals.invalidForm("message_reference", "Unknown message");
}

function list(call: Call): Answer {
  const channel = channelOf(call);
  mustHave(call, channel, permission.readMessageHistory);
  const limit = Number(call.query.get("limit") ?? 50);
  if (!(limit >= 1 && limit <= 100)) throw refusals.invalidForm("limit", "int value should be between 1 and 100.");
  const found = window(messagesIn(call.world, channel.id), call.query, limit).reverse();
  return { status: 200, body: found.map((message) => answerMessage(call, message).body) };
}

/** `before`, `after` and `around` exclude each other; all take from the oldest-first list. */
function window(all: MessageRecord[], query: URLSearchParams, limit: number): MessageRecord[] {
  const [before, after, around] = ["before", "after", "around"].map((name) => query.get(name));
  if (after) return all.filter((message) => BigInt(message.id) > BigInt(after)).slice(0, limit);
  if (before) return all.filter((message) => BigInt(message.id) < BigInt(before)).slice(-limit);
  if (!around) return all.slice(-limit);
  const middle = all.findIndex((message) => BigInt(message.id) >= BigInt(around));
  const from = Math.max(0, (middle < 0 ? all.length : middle) - Math.floor(limit / 2));
  return all.slice(from, from + limit);
}

function change(call: Call): Answer {
  const channel = channelOf(call);
  const message = messageOf(call, channel.id);
  if (message.authorId !== call.world.botId) throw refusals.notAuthor();
  if (isThread(channel) && channel.archived) throw refusals.threadArchived();
  if (call.files.length > 0) mustHave(call, channel, permission.attachFiles);
  changeMessage(call.world, message, readEdit(call, message, everythingAllowed));
  return answerMessage(call, message);
}

function remove(call: Call): Answer {
  const channel = channelOf(call);
  const message = messageOf(call, channel.id);
  if (message.authorId !== call.world.botId) mustHave(call, channel, permission.manageMessages);
  removeMessage(call.world, message);
  return { status: 204 };
}

function react(call: Call): Answer {
  const channel = channelOf(call);
  const message = messageOf(call, channel.id);
  mustHave(call, channel, permission.addReactions);
  if (isThread(channel) && channel.archived) throw refusals.threadArchived();
  message.reactions = [...new Set([...message.reactions, call.params["emoji"] ?? ""])];
  call.world.changes.send();
  return { status: 204 };
}

function unreact(call: Call): Answer {
  const message = messageOf(call, channelOf(call).id);
  message.reactions = message.reactions.filter((emoji) => emoji !== call.params["emoji"]);
  call.world.changes.send();
  return { status: 204 };
}

function type(call: Call): Answer {
  const channel = channelOf(call);
  mustWrite(call, channel);
  call.world.typing.push({ channelId: channel.id, at: call.world.now() });
  call.world.changes.send();
  return { status: 204 };
}

function answerMessage({ world }: Call, message: MessageRecord): Answer {
  return { status: 200, body: toWireMessage(world, message, isHidden(world, message, world.messageContent)) };
}
