import { type Client, InteractionWebhook, type SendableChannels } from "discord.js";
import { type FileServer, type MessageEvent, type Recalled, readText } from "../../src/port/index.ts";
import { toPlatformError, translated } from "./errors.ts";
import { createInteractionSurface } from "./interaction-surface.ts";
import { type Origin, toOrigin } from "./origin.ts";
import { createMessageSurface, type SurfaceParts } from "./surface.ts";

/** The way back to a question from before a restart; undefined where the bot cannot go there any more. */
export async function recall(client: Client, event: MessageEvent, parts: SurfaceParts): Promise<Recalled | undefined> {
  const origin = toOrigin(event.recallKey ?? "");
  if (origin === undefined) return undefined;
  const channel = await unlessGone(() => client.channels.fetch(origin.channel));
  if (channel === undefined || channel === null || !channel.isSendable()) return undefined;
  return origin.kind === "message"
    ? recallMessage(channel, event, parts)
    : { surface: toInteractionSurface(origin, channel, event, parts), withdrawn: false };
}

async function recallMessage(channel: SendableChannels, event: MessageEvent, parts: SurfaceParts): Promise<Recalled> {
  const { message: id, text, author, place } = event;
  const asked = await unlessGone(() => channel.messages.fetch(id));
  const surface = createMessageSurface({ id, channel, text, author: author.name }, place, parts);
  return { surface, withdrawn: asked === undefined };
}

function toInteractionSurface(
  { id, application, token, isButton }: Extract<Origin, { kind: "interaction" }>,
  channel: SendableChannels,
  { place }: MessageEvent,
  { log, files }: SurfaceParts,
): Recalled["surface"] {
  const webhook = new InteractionWebhook(channel.client, application, token);
  const surface = createInteractionSurface({ id, webhook, channel, isButton }, place, { isPrivate: false, log });
  return { ...surface, read: (attachment) => translated(() => readText(attachment, files as FileServer)) };
}

/** What was deleted, or shut to the bot, is undefined; every other failure is thrown. */
async function unlessGone<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const known = toPlatformError(error);
    if (["gone", "forbidden", "absent", "closed"].includes(known.code)) return undefined;
    throw known;
  }
}
