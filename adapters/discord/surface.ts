import { type Message, type MessageCreateOptions, MessageFlags, MessageType, type SendableChannels } from "discord.js";
import {
  type AdapterLog,
  type Content,
  type Earlier,
  type FileServer,
  type MessageId,
  messageId,
  type Place,
  type ReplySurface,
  readText,
} from "../../src/port/index.ts";
import { createAttachments, namesOf } from "./attachments.ts";
import { codeOf, toPlatformError, translated } from "./errors.ts";
import { limitsFor, payload } from "./format.ts";
import type { RestLimits } from "./rest-limits.ts";
import { earlier, type QuestionRef, startThread, threadIdOf } from "./threads.ts";

/** Discord lets the sign go out after ten seconds. */
const typingMs = 8_000;

const nothingEarlier: Earlier = { messages: [], complete: true };

export type SurfaceParts = {
  readonly log: AdapterLog;
  readonly files: FileServer;
  readonly requests: RestLimits;
};

/** The reply to a message: in its thread, in a new thread started from it, or in the channel as a reply to it. */
export function createMessageSurface(asked: QuestionRef, place: Place, parts: SurfaceParts): ReplySurface {
  const { log, files, requests } = parts;
  const { channel: origin } = asked;
  const attachments = createAttachments(log);
  let opened: Promise<SendableChannels> | undefined;
  let sent = 0;
  const speaking = new AbortController();
  /** There is no thread to answer in after all. */
  let fallenBack = false;

  const writtenIn = () => (place.kind !== "new-thread" ? origin.id : fallenBack ? origin.id : threadIdOf(place));

  const target = (): Promise<SendableChannels> => {
    opened ??= place.kind === "new-thread" ? openThread() : Promise.resolve(origin);
    opened.catch(() => {
      opened = undefined; // what failed may work when it is tried again
    });
    return opened;
  };

  async function openThread(): Promise<SendableChannels> {
    const thread = await startThread(asked, place, log);
    fallenBack = thread === undefined;
    return thread ?? origin;
  }

  /** Where the first text comes before there is room for a sign, there is no need for one any more. */
  async function busy(): Promise<number> {
    const channel = await target();
    await requests.spare(speaking.signal);
    if (!speaking.signal.aborted) await requests.paid(() => channel.sendTyping());
    return typingMs;
  }

  /** A thread may be started where the bot may not speak in it. */
  async function sendAnywhere(content: Content): Promise<MessageId> {
    const channel = await target();
    try {
      return await create(channel, content);
    } catch (error) {
      const { code } = toPlatformError(error);
      if (channel === origin || sent > 0 || (code !== "forbidden" && code !== "closed")) throw error;
      log.warn({ channel: origin.id }, "the answer goes to the channel: give the bot Send Messages in Threads");
      fallenBack = true;
      opened = Promise.resolve(origin);
      return create(origin, content);
    }
  }

  const create = (channel: SendableChannels, content: Content) =>
    attachments.create(content, (permitted) => send(channel, permitted));

  async function send(channel: SendableChannels, content: Content): Promise<MessageId> {
    const options = {
      ...payload(content, place),
      flags: MessageFlags.SuppressEmbeds as const,
      // Sent again after a lost answer, the same nonce makes Discord return the first message rather than post a second.
      nonce: `${asked.nonce ?? asked.id}-${sent}`,
      enforceNonce: true,
    };
    // In a channel other talk runs between question and answer, so the first message says what it answers.
    const replies = channel === origin && place.kind !== "direct" && place.kind !== "thread" && sent === 0;
    const created = await (replies ? sendReply(channel, options, asked.id) : channel.send(options));
    // The first message of that nonce may say less: it stood, but its answer was lost, and the text has grown since.
    const standing = created.attachments.map(({ name }) => name).join("\n");
    const differs = created.content.trim() !== content.markdown.trim() || standing !== namesOf(content);
    if (differs) await edit(channel, created.id, payload(content, place));
    sent++;
    return messageId(created.id);
  }

  async function remove(id: MessageId): Promise<void> {
    const channel = await target();
    await channel.messages.delete(id).catch(unlessGone);
  }

  /** What the bot said after the question and no other reply claims; of several, what still can be stopped. */
  async function strays(others: readonly MessageId[]): Promise<readonly MessageId[]> {
    const channel = await target();
    const page = await channel.messages.fetch({ after: asked.id, limit: 100 });
    const own = [...page.values()]
      .filter(
        ({ id, author, type }) =>
          author.id === channel.client.user.id && isAnswer(type) && !others.includes(messageId(id)),
      )
      .sort((a, b) => a.createdTimestamp - b.createdTimestamp);
    const live = own.filter(({ components }) => components.length > 0);
    return (live.length > 0 ? live : own.slice(-1)).map(({ id }) => messageId(id));
  }

  return {
    get limits() {
      return limitsFor(requests.pacesIn(writtenIn()));
    },
    expectsResponse: false,
    startTyping: () => translated(busy),
    create: (content) => {
      speaking.abort();
      return translated(() => sendAnywhere(content));
    },
    edit: (id, content) =>
      translated(() =>
        requests.paid(async () => {
          const channel = await target();
          await attachments.edit(id, content, (permitted, bare) => edit(channel, id, payload(permitted, place, bare)));
        }),
      ),
    remove: (id) => translated(() => remove(id)),
    adopt(messages) {
      sent = Math.max(sent, messages.length);
      attachments.adopt(messages);
    },
    findOrphans: (others) => translated(() => strays(others)),
    respond: (markdown, { controls = [] } = {}) =>
      translated(async () => void (await send((await opened) ?? origin, { markdown, controls, live: false }))),
    read: (attachment) => translated(() => readText(attachment, files)),
    history: (count) =>
      place.kind === "thread" ? translated(() => earlier(asked, count)) : Promise.resolve(nothingEarlier),
  };
}

/** What the bot says to a slash command is no part of an answer. */
const isAnswer = (type: MessageType): boolean => type === MessageType.Default || type === MessageType.Reply;

function unlessGone(error: unknown): void {
  if (toPlatformError(error).code !== "gone") throw error;
}

/** Discord lets nobody reply who may not read what came before; the words still can be said. */
async function sendReply(channel: SendableChannels, options: MessageCreateOptions, to: string): Promise<Message> {
  try {
    return await channel.send({ ...options, reply: { messageReference: to, failIfNotExists: false } });
  } catch (error) {
    if (codeOf(error) !== 160_002) throw error;
    return channel.send(options);
  }
}

/** An archived thread refuses edits but not people: it is opened again, unless a moderator locked it. */
async function edit(channel: SendableChannels, id: string, content: ReturnType<typeof payload>): Promise<void> {
  try {
    await channel.messages.edit(id, content);
  } catch (error) {
    if (codeOf(error) !== 50_083 || !channel.isThread() || channel.locked) throw error;
    await channel.setArchived(false);
    await channel.messages.edit(id, content);
  }
}
