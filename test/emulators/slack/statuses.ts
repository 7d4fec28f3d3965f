import type { StatusRecord } from "./records.ts";
import type { World } from "./world.ts";

/** The key of a thread's statuses. */
export function threadKey(channelId: string, threadTs: string): string {
  return `${channelId} ${threadTs}`;
}

export function addStatus(statuses: Map<string, StatusRecord[]>, key: string, status: StatusRecord): void {
  statuses.set(key, [...(statuses.get(key) ?? []), status]);
}

/** What Slack does by itself when the bot writes in the thread. */
export function clearStatus(world: World, channelId: string, threadTs: string | undefined): void {
  const key = threadKey(channelId, threadTs ?? "");
  const last = world.statuses.get(key)?.at(-1);
  if (last === undefined || last.status === "") return;
  addStatus(world.statuses, key, { status: "", at: world.now(), auto: true });
  world.changes.send();
}
