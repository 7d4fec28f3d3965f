import { isThread } from "./channel-types.ts";
import { intent } from "./numbers.ts";
import { botMay, permission } from "./permissions.ts";
import type { ChannelRecord, Live } from "./records.ts";
import { toWireChannel } from "./wire.ts";
import type { World } from "./world.ts";

export type ThreadChange = Partial<Pick<ChannelRecord, "name" | "archived" | "locked" | "joined">>;

/** Changes a thread and tells the bot. */
export function changeThread(world: World, thread: Live<ChannelRecord>, change: ThreadChange): void {
  Object.assign(thread, change);
  publishThread(world, "THREAD_UPDATE", thread);
}

export function publishThread(world: World, type: "THREAD_CREATE" | "THREAD_UPDATE", thread: ChannelRecord): void {
  if (botMay(world, thread, permission.viewChannel)) {
    const fresh = type === "THREAD_CREATE" ? { newly_created: true } : {};
    world.events.send({ type, intent: intent.guilds, payload: () => ({ ...toWireChannel(world, thread), ...fresh }) });
  }
  world.changes.send();
}

/** Takes a channel or thread away and tells the bot. */
export function removeChannel(world: World, channel: ChannelRecord): void {
  const payload = toWireChannel(world, channel);
  world.channels.delete(channel.id);
  const type = isThread(channel) ? "THREAD_DELETE" : "CHANNEL_DELETE";
  world.events.send({ type, intent: intent.guilds, payload: () => payload });
  world.changes.send();
}
