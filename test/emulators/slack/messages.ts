import { echo, publishChange, publishDeletion, publishEditedMention } from "./message-events.ts";
import { findPings } from "./pings.ts";
import { findButtons, readerText, sources } from "./reading.ts";
import type { Json, Live, MessageRecord, MessageState } from "./records.ts";
import { repliesTo } from "./standing.ts";
import type { World } from "./world.ts";

export type Written = {
  readonly source: string;
  readonly markdown?: string;
  readonly blocks: readonly Json[];
  /** Whether bare `@channel` pings as well. */
  readonly byName?: boolean;
};

export type NewMessage = Written &
  Pick<MessageRecord, "channelId" | "userId"> &
  Partial<Pick<MessageRecord, "threadTs" | "botId" | "appId" | "subtype" | "files" | "broadcast" | "streaming">>;

/** Stores a message in its first state; nobody hears of it. */
export function storeMessage(world: World, wanted: NewMessage, how: MessageState["how"] = "post"): Live<MessageRecord> {
  const { byName, ...parts } = wanted;
  const message: Live<MessageRecord> = {
    ts: world.ts(),
    text: "",
    tasks: [],
    files: [],
    broadcast: false,
    reactions: [],
    streaming: false,
    deleted: false,
    states: [],
    buttons: [],
    ...parts,
  };
  world.messages.set(message.ts, message);
  settle(world, message, { how, byName: byName === true });
  return message;
}

/** Brings a message into a new state, without telling anybody. */
export function writeMessage(
  world: World,
  message: Live<MessageRecord>,
  { how, ...written }: Written & { readonly how: MessageState["how"] },
): void {
  message.source = written.source;
  message.blocks = written.blocks;
  if (written.markdown === undefined) delete message.markdown;
  else message.markdown = written.markdown;
  settle(world, message, { how, byName: written.byName === true });
}

/** The same, as a person's or the bot's edit, which is delivered as `message_changed`. */
export function editMessage(
  world: World,
  message: Live<MessageRecord>,
  written: Written & { readonly how: MessageState["how"]; readonly by: string },
): void {
  const before = { ...message };
  const { by, ...rest } = written;
  writeMessage(world, message, rest);
  // Slack leaves the "(edited)" mark away where the bot edits blocks.
  if (written.blocks.length === 0) message.edited = { user: by, ts: `${Math.floor(Number(world.ts()))}.000000` };
  publishChange(world, message, before);
  if (written.how === "edit") publishEditedMention(world, message);
}

/** The root of a thread that has replies becomes a stone in its place: the event is that of a change. */
export function removeMessage(world: World, message: Live<MessageRecord>): void {
  const before = { ...message };
  message.deleted = true;
  message.streaming = false;
  if (repliesTo(world, message.channelId, message.ts).length > 0) publishChange(world, message, before);
  else publishDeletion(world, message);
  world.changes.send();
}

/** A post of the bot: stored, and echoed to it as Slack does. */
export function postAsBot(world: World, wanted: NewMessage): Live<MessageRecord> {
  const message = storeMessage(world, wanted);
  echo(world, message);
  return message;
}

function settle(
  world: World,
  message: Live<MessageRecord>,
  { how, byName }: { readonly how: MessageState["how"]; readonly byName: boolean },
): void {
  message.text = readerText(message);
  message.buttons = findButtons(message.blocks);
  const { text, buttons } = message;
  const state = { at: world.now(), text, how, buttons, pings: findPings(sources(message), byName) };
  message.states = [...message.states, state];
  world.changes.send();
}
