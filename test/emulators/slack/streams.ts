import type { Chunks } from "./drafts.ts";
import { echo } from "./message-events.ts";
import { storeMessage, writeMessage } from "./messages.ts";
import type { Json, Live, MessageRecord } from "./records.ts";
import type { World } from "./world.ts";

export type NewStream = Pick<MessageRecord, "channelId" | "userId"> &
  Partial<Pick<MessageRecord, "threadTs" | "botId" | "appId">>;

/** Begins a message that grows; it ends by itself when its life is over. */
export function startStream(world: World, wanted: NewStream, chunks: Chunks): Live<MessageRecord> {
  const { markdown, blocks, tasks } = chunks;
  const message = storeMessage(world, { ...wanted, source: "", markdown, blocks, streaming: true }, "start");
  message.tasks = tasks;
  world.timers.later(world.settings.streamLifeMs, () => endStream(world, message));
  return message;
}

export function addToStream(world: World, message: Live<MessageRecord>, { markdown, blocks, tasks }: Chunks): void {
  message.tasks = mergeTasks(message.tasks, tasks);
  writeMessage(world, message, {
    how: "append",
    source: "",
    markdown: `${message.markdown ?? ""}${markdown}`,
    blocks: [...message.blocks, ...blocks],
  });
}

/** Ends a stream as its app wants it, with blocks below the text; only now the bot hears of the message. */
export function stopStream(
  world: World,
  message: Live<MessageRecord>,
  { chunks, blocks }: { readonly chunks: Chunks; readonly blocks: readonly Json[] },
): void {
  message.streaming = false;
  message.tasks = mergeTasks(message.tasks, chunks.tasks);
  writeMessage(world, message, {
    how: "stop",
    source: "",
    markdown: `${message.markdown ?? ""}${chunks.markdown}`,
    blocks: [...message.blocks, ...chunks.blocks, ...blocks],
  });
  echo(world, message);
}

/** Ends a stream without its app: the message stays as it is. */
export function endStream(world: World, message: Live<MessageRecord>): void {
  if (!message.streaming) return;
  message.streaming = false;
  world.changes.send();
}

export function liveStreams(world: World): readonly Live<MessageRecord>[] {
  return [...world.messages.values()].filter((message) => message.streaming);
}

/** A task or plan updates the one with its id. */
function mergeTasks(tasks: readonly Json[], updates: readonly Json[]): readonly Json[] {
  const merged = new Map([...tasks, ...updates].map((task) => [`${task["type"]} ${task["id"] ?? ""}`, task]));
  return [...merged.values()];
}
