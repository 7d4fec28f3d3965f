import {
  type ChatInputCommandInteraction,
  type InteractionWebhook,
  type MessageComponentInteraction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type TextBasedChannel,
} from "discord.js";
import {
  type AdapterLog,
  type Content,
  type Extra,
  type MessageId,
  messageId,
  type Place,
  type ReplySurface,
} from "../../src/port/index.ts";
import { createAttachments } from "./attachments.ts";
import { codeOf, translated } from "./errors.ts";
import { limitsFor, payload } from "./format.ts";

/** How long an interaction can be answered, and shows that it will be. */
const tokenLifeMs = 15 * 60_000;

/** An interaction that was deferred, as far as its answer needs it. */
export type Deferred = {
  readonly id: string;
  readonly webhook: InteractionWebhook;
  readonly channel: TextBasedChannel | null;
  /** A button's own message is not the place for an answer. */
  readonly isButton: boolean;
};

export const deferred = (
  interaction: ChatInputCommandInteraction | MessageContextMenuCommandInteraction | MessageComponentInteraction,
): Deferred => {
  const { id, webhook, channel } = interaction;
  return { id, webhook, channel, isButton: interaction.isMessageComponent() };
};

/** The answer to an interaction: its own message first, then follow-ups. */
export function createInteractionSurface(
  { id: interactionId, webhook, channel, isButton }: Deferred,
  place: Place,
  { isPrivate, log }: { readonly isPrivate: boolean; readonly log: AdapterLog },
): ReplySurface {
  const attachments = createAttachments(log);
  let answered = isButton;
  const flags = MessageFlags.SuppressEmbeds | (isPrivate ? MessageFlags.Ephemeral : 0);

  async function create(content: Content): Promise<MessageId> {
    const message = { ...payload(content, place), flags };
    try {
      const { id } = answered
        ? await webhook.send(message)
        : await webhook.editMessage("@original", { ...payload(content, place), flags: MessageFlags.SuppressEmbeds });
      answered = true;
      return messageId(id);
    } catch (error) {
      if (!isExpired(error) || isPrivate || channel === null || !channel.isSendable()) throw error;
      return messageId((await channel.send(message)).id);
    }
  }

  async function editOwn(id: MessageId, content: Content, bare: boolean): Promise<void> {
    const change = payload(content, place, bare);
    try {
      await webhook.editMessage(id, change);
    } catch (error) {
      if (!isExpired(error) || channel === null) throw error;
      await channel.messages.edit(id, change);
    }
  }

  async function removeOwn(id: MessageId): Promise<void> {
    try {
      await webhook.deleteMessage(id);
    } catch (error) {
      if (codeOf(error) === 10_008) return; // gone already
      if (!isExpired(error) || channel === null) throw error;
      await channel.messages.delete(id);
    }
  }

  const respond = (markdown: string, { controls = [], files = [] }: Extra = {}) =>
    translated(async () => void (await attachments.create({ markdown, controls, files, live: false }, create)));

  return {
    limits: limitsFor({ edits: { bucket: `discord:${interactionId}`, count: 5, periodMs: 5_000 } }),
    expectsResponse: !isButton,
    startTyping: async () => tokenLifeMs, // a deferred interaction shows by itself that the bot is at work
    create: (content) => translated(() => attachments.create(content, create)),
    edit: (id, content) => translated(() => attachments.edit(id, content, (...how) => editOwn(id, ...how))),
    remove: (id) => translated(() => removeOwn(id)),
    adopt(messages) {
      answered ||= messages.length > 0;
      attachments.adopt(messages);
    },
    respond,
    ...(isPrivate ? { respondPrivately: respond } : {}),
    read: async () => undefined,
    history: async () => ({ messages: [], complete: true }),
  };
}

/** An interaction's token is good for fifteen minutes; what it made can still be changed as any message of the bot. */
function isExpired(error: unknown): boolean {
  return codeOf(error) === 50_027 || codeOf(error) === 10_015;
}
