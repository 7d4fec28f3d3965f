import { channelType } from "./channel-types.ts";
import { createMessage, publishMessage } from "./messages.ts";
import { messageFlag, messageType } from "./numbers.ts";
import type { ChannelRecord, Live, MessageRecord } from "./records.ts";
import { publishThread } from "./thread-changes.ts";
import { createChannel, type World } from "./world.ts";

export type ThreadDraft = {
  readonly parent: ChannelRecord;
  readonly name: string;
  readonly ownerId: string;
  /** The message it hangs on; the thread then has the message's id. */
  readonly starter?: Live<MessageRecord>;
};

/** Opens a thread and dispatches what Discord does: the thread, the starter's new flag and the notice. */
export function createThread(world: World, draft: ThreadDraft): Live<ChannelRecord> {
  const { parent, name, ownerId, starter } = draft;
  const type = parent.type === channelType.announcement ? channelType.announcementThread : channelType.publicThread;
  const wanted = { name, type, parentId: parent.id, ownerId, joined: ownerId === world.botId };
  const thread = createChannel(world, starter ? { ...wanted, id: starter.id } : wanted);
  publishThread(world, "THREAD_CREATE", thread);
  if (starter !== undefined) hang(world, thread, starter);
  else if (parent.type !== channelType.forum) announce(world, thread, parent);
  return thread;
}

/** Under a message: it learns of its thread, and the thread begins with an empty message that points back. */
function hang(world: World, thread: ChannelRecord, starter: Live<MessageRecord>): void {
  starter.threadId = thread.id;
  starter.flags |= messageFlag.hasThread;
  publishMessage(world, "MESSAGE_UPDATE", starter);
  createMessage(world, {
    channelId: thread.id,
    authorId: starter.authorId,
    type: messageType.threadStarter,
    replyTo: starter.id,
    replyPings: false,
  });
}

function announce(world: World, thread: ChannelRecord, parent: ChannelRecord): void {
  createMessage(world, {
    channelId: parent.id,
    authorId: thread.ownerId ?? world.botId,
    content: thread.name,
    type: messageType.threadCreated,
    threadId: thread.id,
  });
}
