import { readEdit, readMessage } from "./drafts.ts";
import { changeMessage } from "./messages.ts";
import { callbackType, interactionType, messageFlag, messageType } from "./numbers.ts";
import { usersAllowed } from "./pings.ts";
import type { InteractionRecord, Live, MessageRecord } from "./records.ts";
import { refusals } from "./refusals.ts";
import { addReply } from "./replies.ts";
import { type Answer, type Call, fields, objects } from "./routing.ts";
import { toWireMessage } from "./wire-message.ts";

const ackWindowMs = 3000;

/** The one answer an interaction takes: within three seconds (10062), once (40060), of a kind that fits it (50035). */
export function answerCallback(call: Call): Answer {
  const { world } = call;
  const interaction = world.interactions.get(call.params["interaction"] ?? "");
  if (interaction === undefined || interaction.token !== call.params["token"]) throw refusals.unknownInteraction();
  if (interaction.ackAt !== undefined) throw refusals.alreadyAcknowledged();
  if (world.now() - interaction.createdAt > ackWindowMs) throw refusals.unknownInteraction();
  const body = fields(call.body);
  const type = Number(body["type"]);
  if (!fits(type, interaction))
    throw refusals.invalidForm("type", "Value must be one of the types this interaction takes.");
  // A body that is refused leaves the interaction open, so that the bot may try again.
  settle({ ...call, body: body["data"] }, interaction, type);
  Object.assign(interaction, { ackAt: world.now(), responseType: type });
  world.changes.send();
  return call.query.get("with_response") === "true"
    ? { status: 200, body: toResponse(call, interaction) }
    : { status: 204 };
}

function fits(type: number, interaction: InteractionRecord): boolean {
  switch (type) {
    case callbackType.message:
    case callbackType.deferredMessage:
      return interaction.type !== interactionType.autocomplete;
    case callbackType.deferredUpdate:
    case callbackType.update:
      return interaction.sourceId !== undefined;
    case callbackType.autocomplete:
      return interaction.type === interactionType.autocomplete;
    case callbackType.modal:
      return interaction.type === interactionType.command || interaction.type === interactionType.component;
    default:
      return false;
  }
}

function settle(call: Call, interaction: Live<InteractionRecord>, type: number): void {
  const data = fields(call.body);
  const source = call.world.messages.get(interaction.sourceId ?? "");
  switch (type) {
    case callbackType.message:
      reply(call, interaction, readMessage(call, usersAllowed));
      return;
    case callbackType.deferredMessage:
      reply(call, interaction, {
        flags: (Number(data["flags"] ?? 0) & messageFlag.ephemeral) | messageFlag.loading,
      });
      return;
    case callbackType.update:
      if (source !== undefined) changeMessage(call.world, source, readEdit(call, source, usersAllowed));
      interaction.originalId = interaction.sourceId ?? "";
      return;
    case callbackType.deferredUpdate:
      interaction.originalId = interaction.sourceId ?? "";
      return;
    case callbackType.autocomplete:
      interaction.choices = objects(data["choices"]);
      return;
    case callbackType.modal:
      interaction.modal = data;
      return;
  }
}

function reply(call: Call, interaction: Live<InteractionRecord>, draft: Partial<MessageRecord>): void {
  interaction.ephemeral = ((draft.flags ?? 0) & messageFlag.ephemeral) !== 0;
  const message = addReply(call.world, interaction, { ...draft, type: replyType(call, interaction) });
  interaction.originalId = message.id;
}

function replyType(call: Call, interaction: InteractionRecord): number {
  if (interaction.type !== interactionType.command) return messageType.default;
  const command = call.world.commands.find((known) => known["name"] === interaction.name);
  return command !== undefined && command["type"] !== 1 ? messageType.contextMenu : messageType.slashCommand;
}

function toResponse({ world }: Call, interaction: InteractionRecord) {
  const message = world.messages.get(interaction.originalId ?? "");
  const about = { id: interaction.id, type: interaction.type };
  if (message === undefined) return { interaction: about, resource: { type: interaction.responseType } };
  return {
    interaction: {
      ...about,
      response_message_id: message.id,
      response_message_loading: (message.flags & messageFlag.loading) !== 0,
      response_message_ephemeral: interaction.ephemeral,
    },
    resource: { type: interaction.responseType, message: toWireMessage(world, message) },
  };
}
