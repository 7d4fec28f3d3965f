import type { ButtonInteraction, Message } from "discord.js";
import type { ThreadId } from "../../src/port/index.ts";

/**
 * Whether the button stands on the message under which it was pressed, that message is the bot's own, and the conversation that it
 * names belongs there: what was pressed, somebody's client says.
 */
export function isGenuine({ message, customId, channelId, client }: ButtonInteraction, thread: ThreadId): boolean {
  const isOwn = message.author.id === client.user.id && message.channelId === channelId;
  return isOwn && hasButton(message, customId) && isThere(thread.slice("discord:".length), channelId, client);
}

const hasButton = ({ components }: Message, id: string): boolean =>
  components.some(
    (row) => "components" in row && row.components.some((one) => "customId" in one && one.customId === id),
  );

/** A conversation that has no channel of its own yet is named by a message. */
function isThere(id: string, channel: string, { channels }: ButtonInteraction["client"]): boolean {
  const known = channels.cache.get(id);
  return id === channel || known === undefined || (known.isThread() && known.parentId === channel);
}
