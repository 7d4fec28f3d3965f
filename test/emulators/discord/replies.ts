import { createMessage } from "./messages.ts";
import type { InteractionRecord, Live, MessageRecord } from "./records.ts";
import type { World } from "./world.ts";

/** Adds a message of the bot to an interaction: the reply, or a follow-up. */
export function addReply(
  world: World,
  interaction: Live<InteractionRecord>,
  draft: Partial<MessageRecord>,
): Live<MessageRecord> {
  const { id, channelId } = interaction;
  const message = createMessage(world, { ...draft, channelId, authorId: world.botId, interactionId: id });
  interaction.messages = [...interaction.messages, message];
  world.changes.send();
  return message;
}
