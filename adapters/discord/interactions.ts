import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
} from "discord.js";
import {
  type AdapterContext,
  type Author,
  type CommandEvent,
  type CommandSpec,
  eventId,
  type MessageEvent,
  messageId,
  type Place,
  type Receive,
  type ThreadId,
  userId,
} from "../../src/port/index.ts";
import { optionsOf, specOf } from "./commands.ts";
import { fromCustomId } from "./format.ts";
import { quoteOf, type ReplyIn, toInteractionPlace, toThreadId } from "./inbound.ts";
import { createInteractionSurface } from "./surface.ts";

export type InteractionParts = {
  readonly context: AdapterContext;
  readonly replyIn: ReplyIn;
  readonly receive: Receive;
};

/** Discord wants an answer within three seconds, so each of these is acknowledged before the core hears of it. */
export async function onInteraction(interaction: Interaction, parts: InteractionParts): Promise<void> {
  if (interaction.isAutocomplete()) return onAutocomplete(interaction, parts);
  if (interaction.isChatInputCommand()) return onSlashCommand(interaction, parts);
  if (interaction.isMessageContextMenuCommand()) return onContextMenu(interaction, parts);
  if (interaction.isButton()) return onButton(interaction, parts);
}

async function onAutocomplete(interaction: AutocompleteInteraction, { context }: InteractionParts): Promise<void> {
  const { name, value } = interaction.options.getFocused(true);
  const names = context.complete(name, value).slice(0, 25); // Discord's limit
  await interaction.respond(names.map((one) => ({ name: one, value: one })));
}

async function onSlashCommand(interaction: ChatInputCommandInteraction, parts: InteractionParts): Promise<void> {
  const spec = specOf(interaction, parts.context.commands);
  if (spec === undefined) {
    const content = "I do not know this command any more. Restart Discord to see the current ones.";
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
    return;
  }
  return spec.asks ? onAsk(interaction, spec, parts) : onCommand(interaction, spec, parts);
}

async function onCommand(interaction: ChatInputCommandInteraction, spec: CommandSpec, parts: InteractionParts) {
  await interaction.deferReply(spec.private ? { flags: MessageFlags.Ephemeral } : {});
  const place = toInteractionPlace(interaction);
  const surface = createInteractionSurface(interaction, place, spec.private);
  await parts.receive(toCommand(interaction, place, spec.name, optionsOf(interaction, spec)), surface);
}

async function onAsk(interaction: ChatInputCommandInteraction, spec: CommandSpec, parts: InteractionParts) {
  const text = optionsOf(interaction, spec)[spec.options[0]?.name ?? ""] ?? "";
  const question = { text, heading: `> ${text.replace(/\s*\n\s*/g, "\n> ")}` };
  await ask(interaction, question, parts);
}

async function onContextMenu(interaction: MessageContextMenuCommandInteraction, parts: InteractionParts) {
  const { targetMessage } = interaction;
  const quote = quoteOf(targetMessage);
  const question = {
    text: "Answer the quoted message if it asks something; otherwise explain it.",
    heading: `> About ${targetMessage.url}`,
    ...(quote === undefined ? {} : { quote: { ...quote, own: false } }),
  };
  await ask(interaction, question, parts);
}

type Question = Pick<MessageEvent, "text" | "heading" | "quote">;

async function ask(
  interaction: ChatInputCommandInteraction | MessageContextMenuCommandInteraction,
  question: Question,
  { receive, replyIn }: InteractionParts,
): Promise<void> {
  const place = toInteractionPlace(interaction, await deferInOwnThread(interaction, replyIn));
  await receive(toQuestion(interaction, place, question), createInteractionSurface(interaction, place, false));
}

/**
 * In a channel a question put as a command has a memory of its own, named by the message that answers it: a thread that people
 * start from that message has the same id and goes on with it.
 */
async function deferInOwnThread(
  interaction: ChatInputCommandInteraction | MessageContextMenuCommandInteraction,
  replyIn: ReplyIn,
): Promise<ThreadId | undefined> {
  const response = await interaction.deferReply({ withResponse: true }).catch((error: unknown) => {
    if (!interaction.deferred) throw error;
    return undefined; // Discord took it, but a proxy kept its answer
  });
  const inChannel = toInteractionPlace(interaction).kind === "channel";
  return inChannel && replyIn === "thread" ? toThreadId(response?.resource?.message?.id ?? interaction.id) : undefined;
}

async function onButton(interaction: ButtonInteraction, { receive }: InteractionParts): Promise<void> {
  const control = fromCustomId(interaction.customId);
  if (control === undefined) {
    const content = "This button does not work any more.";
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
    return;
  }
  const place = toInteractionPlace(interaction, control.thread);
  switch (control.command) {
    case "stop": {
      await interaction.deferUpdate();
      const surface = createInteractionSurface(interaction, place, true);
      return receive(toCommand(interaction, place, "stop", {}), surface);
    }
    case "go-on": {
      await interaction.update({ components: [] }); // pressed once, it has done its work
      const surface = createInteractionSurface(interaction, place, false);
      return receive(toQuestion(interaction, place, { text: "Go on.", heading: "> Go on." }), surface);
    }
  }
}

function toCommand(
  interaction: Interaction,
  place: Place,
  name: string,
  options: CommandEvent["options"],
): CommandEvent {
  const id = eventId(`discord:${interaction.id}`);
  return { kind: "command", id, place, author: authorOf(interaction), name, options };
}

function toQuestion(interaction: Interaction, place: Place, question: Question): MessageEvent {
  return {
    kind: "message",
    id: eventId(`discord:${interaction.id}`),
    place,
    message: messageId(interaction.id),
    author: authorOf(interaction),
    attachments: [],
    sentAt: interaction.createdTimestamp,
    via: place.kind === "direct" ? "direct" : "mention",
    ...question,
  };
}

function authorOf({ user, member }: Interaction): Author {
  const nick = member !== null && "displayName" in member ? member.displayName : undefined;
  return { id: userId(`discord:${user.id}`), name: nick ?? user.displayName };
}
