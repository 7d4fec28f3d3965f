import type { MessageRecord } from "./records.ts";
import type { World } from "./world.ts";

/** The replies of a thread that are there, without the root; oldest first. */
export function repliesTo(world: World, channelId: string, threadTs: string): readonly MessageRecord[] {
  return standing(world, channelId).filter((message) => message.threadTs === threadTs);
}

/** What stands in a channel outside of threads, broadcast replies included; oldest first. */
export function topLevel(world: World, channelId: string): readonly MessageRecord[] {
  return standing(world, channelId).filter((message) => message.threadTs === undefined || message.broadcast);
}

function standing(world: World, channelId: string): readonly MessageRecord[] {
  return [...world.messages.values()].filter((message) => message.channelId === channelId && !message.deleted);
}
