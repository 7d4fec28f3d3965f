import { channelType, isThread } from "./channel-types.ts";
import { changeMessage, createMessage, embed, publishMessage, removeMessage, removeMessages } from "./messages.ts";
import { everythingAllowed, findPings } from "./pings.ts";
import type { ChannelRecord, FileRecord, Live, MessageRecord, UserRecord } from "./records.ts";
import { changeThread, removeChannel } from "./thread-changes.ts";
import { createThread } from "./threads.ts";
import { directChannel, type World } from "./world.ts";

/** Somebody or something known by its id; the records themselves fit. */
export type Ref = string | { readonly id: string };

export type Attachment = {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly contentType?: string;
};

export type Said = {
  readonly in: Ref;
  readonly by?: Ref;
  readonly text: string;
  readonly replyTo?: Ref;
  /** Whether the reply pings its author; on unless switched off, as in the client. */
  readonly pings?: boolean;
  readonly attachments?: readonly Attachment[];
  /** The id of an earlier message makes this a redelivery of it. */
  readonly messageId?: string;
  readonly webhook?: true;
  readonly type?: number;
};

export type People = {
  say(said: Said): MessageRecord;
  dm(said: Omit<Said, "in">): MessageRecord;
  /** Posts in a forum; the post's id is also the id of its first message. */
  post(post: { readonly in: Ref; readonly by?: Ref; readonly title: string; readonly text: string }): ChannelRecord;
  openThread(thread: {
    readonly in: Ref;
    readonly by?: Ref;
    readonly name: string;
    readonly message?: Ref;
  }): ChannelRecord;
  edit(message: Ref, text: string): void;
  delete(message: Ref): void;
  /** An admin takes several messages of one channel away at once. */
  deleteAll(messages: readonly Ref[]): void;
  /** An admin takes a channel away with its threads, or a thread alone. */
  deleteChannel(channel: Ref): void;
  /** A link's preview appears below a message: it changes, and nobody edited it. */
  preview(message: Ref): void;
  archive(thread: Ref, how?: { readonly locked?: boolean }): void;
};

/** What people do in the guild and in direct messages; `someone` acts where nobody is named. */
export function createPeople(world: World, someone: UserRecord): People {
  const say = (said: Said): MessageRecord => {
    const known = world.messages.get(said.messageId ?? "");
    if (known !== undefined) {
      publishMessage(world, "MESSAGE_CREATE", known);
      return known;
    }
    const channel = channelAt(world, said.in);
    const author = said.webhook ? addWebhook(world) : idOf(said.by ?? someone);
    const target = said.replyTo === undefined ? undefined : messageAt(world, said.replyTo);
    const replyPings = said.pings ?? true;
    const pings = findPings(said.text, { ...everythingAllowed, repliedUser: replyPings }, target?.authorId);
    return createMessage(world, {
      ...(said.messageId === undefined ? {} : { id: said.messageId }),
      ...(target === undefined ? {} : { replyTo: target.id }),
      ...(said.type === undefined ? {} : { type: said.type }),
      channelId: channel.id,
      authorId: author,
      content: said.text,
      files: (said.attachments ?? []).map((attachment) => toFile(world, attachment)),
      replyPings,
      pings,
    });
  };

  return {
    say,
    dm: (said) => say({ ...said, in: directChannel(world, idOf(said.by ?? someone)) }),
    post(post) {
      const parent = channelAt(world, post.in);
      if (parent.type !== channelType.forum) throw new Error(`${parent.name} is no forum`);
      const thread = createThread(world, { parent, name: post.title, ownerId: idOf(post.by ?? someone) });
      say({ in: thread, by: post.by ?? someone, text: post.text, messageId: thread.id });
      return thread;
    },
    openThread(wanted) {
      const parent = channelAt(world, wanted.in);
      const starter = wanted.message === undefined ? {} : { starter: messageAt(world, wanted.message) };
      return createThread(world, { parent, name: wanted.name, ownerId: idOf(wanted.by ?? someone), ...starter });
    },
    edit(message, text) {
      const known = messageAt(world, message);
      changeMessage(world, known, { content: text, pings: findPings(text, everythingAllowed) });
    },
    delete: (message) => removeMessage(world, messageAt(world, message)),
    deleteAll: (messages) =>
      removeMessages(
        world,
        messages.map((message) => messageAt(world, message)),
      ),
    deleteChannel(channel) {
      const known = channelAt(world, channel);
      const threads = [...world.channels.values()].filter(({ parentId }) => parentId === known.id);
      for (const one of [...threads, known]) removeChannel(world, one);
    },
    preview: (message) => embed(world, messageAt(world, message)),
    archive(thread, { locked = false } = {}) {
      const known = channelAt(world, thread);
      if (!isThread(known)) throw new Error(`${known.name} is no thread`);
      changeThread(world, known, { archived: true, locked });
    },
  };
}

export function idOf(ref: Ref): string {
  return typeof ref === "string" ? ref : ref.id;
}

/** Throws on an id nobody gave out: the test is wrong, not the bot. */
export function channelAt(world: World, ref: Ref): Live<ChannelRecord> {
  const channel = world.channels.get(idOf(ref));
  if (channel === undefined) throw new Error(`no channel ${idOf(ref)}`);
  return channel;
}

export function messageAt(world: World, ref: Ref): Live<MessageRecord> {
  const message = world.messages.get(idOf(ref));
  if (message === undefined) throw new Error(`no message ${idOf(ref)}`);
  return message;
}

function toFile(world: World, { name, content, contentType = "text/plain; charset=utf-8" }: Attachment): FileRecord {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { id: world.snowflake(), name, contentType, content: bytes };
}

function addWebhook(world: World): string {
  const id = world.snowflake();
  const webhook = { id, name: "feed", displayName: "feed", bot: true, webhook: true, permissions: 0n, roleIds: [] };
  world.users.set(id, webhook);
  return id;
}
