import { answerCallback } from "./callbacks.ts";
import { readEdit, readMessage } from "./drafts.ts";
import { interactionOf, messageOf } from "./lookups.ts";
import { changeMessage, removeMessage } from "./messages.ts";
import { messageFlag } from "./numbers.ts";
import { usersAllowed } from "./pings.ts";
import type { Live, MessageRecord } from "./records.ts";
import { refusals } from "./refusals.ts";
import { addReply } from "./replies.ts";
import type { Answer, Call, Route } from "./routing.ts";
import { toWireMessage } from "./wire-message.ts";

const webhook = "/webhooks/:webhook/:token";
const rate = [5, 2000] as const;

/** Answering interactions, and the webhook that goes on answering for fifteen minutes. */
export const interactionRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/interactions/:interaction/:token/callback",
    rate: [1000, 1000],
    byToken: true,
    answer: answerCallback,
  },
  { method: "POST", path: webhook, rate, byToken: true, answer: followUp },
  ...["@original", ":message"].flatMap((name): Route[] => [
    {
      method: "GET",
      path: `${webhook}/messages/${name}`,
      rate,
      byToken: true,
      answer: (call) => answerMessage(call, theMessage(call)),
    },
    { method: "PATCH", path: `${webhook}/messages/${name}`, rate, byToken: true, answer: change },
    { method: "DELETE", path: `${webhook}/messages/${name}`, rate, byToken: true, answer: remove },
  ]),
];

/** The first follow-up after a deferral is the reply itself, whatever its flags say. */
function followUp(call: Call): Answer {
  const interaction = interactionOf(call);
  const original = call.world.messages.get(interaction.originalId ?? "");
  const written = readMessage(call, usersAllowed);
  if (original !== undefined && (original.flags & messageFlag.loading) !== 0) {
    changeMessage(call.world, original, { ...written, flags: original.flags });
    return answerMessage(call, original);
  }
  return answerMessage(call, addReply(call.world, interaction, written));
}

function change(call: Call): Answer {
  const message = theMessage(call);
  changeMessage(call.world, message, readEdit(call, message, usersAllowed));
  return answerMessage(call, message);
}

function remove(call: Call): Answer {
  removeMessage(call.world, theMessage(call));
  return { status: 204 };
}

function theMessage(call: Call): Live<MessageRecord> {
  const interaction = interactionOf(call);
  const id = call.params["message"] ?? interaction.originalId ?? "";
  const own = id === interaction.originalId || interaction.messages.some((message) => message.id === id);
  if (!own) throw refusals.unknownMessage();
  return messageOf({ ...call, params: { ...call.params, message: id } }, interaction.channelId);
}

function answerMessage({ world }: Call, message: MessageRecord): Answer {
  return { status: 200, body: toWireMessage(world, message) };
}
