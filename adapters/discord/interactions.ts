import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type RepliableInteraction,
} from "discord.js";
import {
  type AdapterContext,
  type Author,
  type CommandEvent,
  type CommandSpec,
  eventId,
  type FileServer,
  type MessageEvent,
  messageId,
  type PersonEvent,
  type Place,
  quoteHeading,
  type Receive,
  type ReplySurface,
  readText,
  sentences,
  type ThreadId,
  userId,
} from "../../src/port/index.ts";
import { optionsOf, specOf } from "./commands.ts";
import { codeOf, translated } from "./errors.ts";
import { fromCustomId } from "./format.ts";
import { isGenuine } from "./genuine-button.ts";
import { attachmentsOf, quoteOf, type ReplyIn, startsThreads, toInteractionPlace, toThreadId } from "./inbound.ts";
import { createInteractionSurface, deferred } from "./interaction-surface.ts";
import { originOfInteraction } from "./origin.ts";

const { asks } = sentences.answers;

export type InteractionParts = {
  readonly context: AdapterContext;
  readonly replyIn: ReplyIn;
  readonly receive: Receive;
  readonly files: FileServer;
};

/** Discord wants an answer within three seconds, so each of these is acknowledged before the core hears of it. */
export async function onInteraction(interaction: Interaction, parts: InteractionParts): Promise<void> {
  if (interaction.isAutocomplete()) return onAutocomplete(interaction, parts);
  if (interaction.isChatInputCommand()) return onSlashCommand(interaction, parts);
  if (interaction.isMessageContextMenuCommand()) return onContextMenu(interaction, parts);
  if (interaction.isButton()) return onButton(interaction, parts);
}

async function onAutocomplete(interaction: AutocompleteInteraction, { context }: InteractionParts): Promise<void> {
  const names = context.complete(interaction.options.getFocused()).slice(0, 25); // Discord's limit
  await interaction.respond(names.map((one) => ({ name: one, value: one })));
}

async function onSlashCommand(interaction: ChatInputCommandInteraction, parts: InteractionParts): Promise<void> {
  const spec = specOf(interaction, parts.context.commands);
  if (spec === undefined) {
    return refuse(interaction, sentences.discord.staleCommand);
  }
  return spec.asks ? onAsk(interaction, spec, parts) : onCommand(interaction, spec, parts);
}

async function onCommand(interaction: ChatInputCommandInteraction, spec: CommandSpec, parts: InteractionParts) {
  const place = toInteractionPlace(interaction);
  const isPrivate = spec.private || !isAdmitted(interaction, place, parts);
  await defer(interaction, isPrivate);
  const surface = createInteractionSurface(deferred(interaction), place, { isPrivate, log: parts.context.log });
  await parts.receive(toCommand(interaction, place, spec.name, optionsOf(interaction, spec)), surface);
}

async function onAsk(interaction: ChatInputCommandInteraction, spec: CommandSpec, parts: InteractionParts) {
  const text = (optionsOf(interaction, spec)[spec.options[0]?.name ?? ""] ?? "").trim();
  if (text === "") return refuse(interaction, asks.empty);
  await ask(interaction, { text, quotedQuestion: quoteHeading(text), attachments: [] }, parts);
}

async function onContextMenu(interaction: MessageContextMenuCommandInteraction, parts: InteractionParts) {
  const { targetMessage } = interaction;
  const quote = quoteOf(targetMessage, false);
  const attachments = attachmentsOf(targetMessage);
  if (quote === undefined && attachments.length === 0) {
    return refuse(interaction, asks.nothingToRead);
  }
  const question = {
    attachments,
    text: asks.about,
    quotedQuestion: `> ${asks.aboutLink(targetMessage.url)}`,
    ...(quote === undefined ? {} : { quote: { ...quote, own: false } }),
  };
  await ask(interaction, question, parts);
}

/** What cannot be answered is told to the person alone. */
async function refuse(interaction: RepliableInteraction, content: string): Promise<void> {
  await interaction.reply({ content, flags: MessageFlags.Ephemeral });
}

type Question = Pick<MessageEvent, "text" | "quotedQuestion" | "quote" | "attachments">;

async function ask(interaction: Deferring, question: Question, parts: InteractionParts): Promise<void> {
  if (!isAdmitted(interaction, toInteractionPlace(interaction), parts)) {
    await defer(interaction, true);
    return receiveForThemAlone(interaction, toQuestion(interaction, toInteractionPlace(interaction), question), parts);
  }
  const place = toInteractionPlace(interaction, await deferInOwnThread(interaction, parts.replyIn));
  const surface: ReplySurface = {
    ...createInteractionSurface(deferred(interaction), place, { isPrivate: false, log: parts.context.log }),
    read: (attachment) => translated(() => readText(attachment, parts.files)),
  };
  await parts.receive(toQuestion(interaction, place, question), surface);
}

/** Asked before anything is shown: the core refuses, and Discord wants to know first who will see that. */
const isAdmitted = (interaction: Interaction, place: Place, { context }: InteractionParts): boolean =>
  context.admits({ place, author: authorOf(interaction) });

async function receiveForThemAlone(
  interaction: Answerable,
  event: PersonEvent,
  parts: InteractionParts,
): Promise<void> {
  const { log } = parts.context;
  await parts.receive(event, createInteractionSurface(deferred(interaction), event.place, { isPrivate: true, log }));
}

/**
 * In a channel a question put as a command has a memory of its own, named by the message that answers it: a thread that people
 * start from that message has the same id and goes on with it.
 */
async function deferInOwnThread(interaction: Deferring, replyIn: ReplyIn): Promise<ThreadId | undefined> {
  const answer = await defer(interaction, false);
  const ownThread = replyIn === "thread" && interaction.channel !== null && startsThreads(interaction.channel);
  return ownThread ? toThreadId(answer ?? interaction.id) : undefined;
}

/**
 * Acknowledges a command, and returns the id of the message that its answer will be, if Discord's own answer arrived. Sent again
 * by the SDK after it was lost, the acknowledgement is refused as repeated, which is as good as taken.
 */
async function defer(interaction: Deferring, isPrivate: boolean): Promise<string | undefined> {
  try {
    const flags = isPrivate ? { flags: MessageFlags.Ephemeral as const } : {};
    const { resource } = await interaction.deferReply({ ...flags, withResponse: true });
    return resource?.message?.id;
  } catch (error) {
    if (codeOf(error) !== alreadyAcknowledged && !interaction.deferred) throw error;
    interaction.deferred = true;
    return undefined;
  }
}

type Answerable = Deferring | ButtonInteraction;

type Deferring = ChatInputCommandInteraction | MessageContextMenuCommandInteraction;

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
const alreadyAcknowledged = 40_060;

async function onButton(interaction: ButtonInteraction, parts: InteractionParts): Promise<void> {
  const { receive, context } = parts;
  const control = fromCustomId(interaction.customId);
  if (control === undefined || !isGenuine(interaction, control.thread)) {
    return refuse(interaction, sentences.answers.gone);
  }
  if (control.only !== undefined && control.only !== authorOf(interaction).id) {
    return refuse(interaction, sentences.answers.notYours);
  }
  const place = toInteractionPlace(interaction, control.thread);
  switch (control.command) {
    case "stop":
    case "retry": {
      await interaction.deferUpdate();
      return receiveForThemAlone(
        interaction,
        { ...toCommand(interaction, place, control.command, {}), button: control.command },
        parts,
      );
    }
    case "forget-me":
    case "keep-me": {
      await interaction.update({ components: [] }); // it can be answered once
      const surface = createInteractionSurface(deferred(interaction), place, { isPrivate: true, log: context.log });
      return receive({ ...toCommand(interaction, place, "forget me", {}), button: control.command }, surface);
    }
    case "go-on": {
      if (!isAdmitted(interaction, place, parts)) {
        await interaction.deferUpdate();
        return receiveForThemAlone(interaction, toQuestion(interaction, place, goOn), parts);
      }
      await interaction.update({ components: [] }); // pressed once, it has done its work
      const surface = createInteractionSurface(deferred(interaction), place, { isPrivate: false, log: context.log });
      // Two people may press it at once: the event is named by the button's message, so that it is one.
      const id = eventId(`discord:go-on:${interaction.message.id}`);
      return receive({ ...toQuestion(interaction, place, goOn), id }, surface);
    }
  }
}

const goOn: Question = { text: asks.goOn, quotedQuestion: `> ${asks.goOn}`, attachments: [] };

function toCommand(
  interaction: Interaction,
  place: Place,
  name: string,
  options: CommandEvent["options"],
): CommandEvent {
  const id = eventId(`discord:${interaction.id}`);
  return { kind: "command", id, place, author: authorOf(interaction), name, options };
}

function toQuestion(interaction: Answerable, place: Place, question: Question): MessageEvent {
  return {
    kind: "message",
    id: eventId(`discord:${interaction.id}`),
    place,
    message: messageId(interaction.id),
    author: authorOf(interaction),
    sentAt: interaction.createdTimestamp,
    via: place.kind === "direct" ? "direct" : "mention",
    viaCommand: true,
    recallKey: originOfInteraction(interaction),
    ...question,
  };
}

function authorOf({ user, member }: Interaction): Author {
  const nick = member !== null && "displayName" in member ? member.displayName : undefined;
  return { id: userId(`discord:${user.id}`), name: nick ?? user.displayName };
}
