import type { ChannelRecord, EphemeralRecord, Live, MessageRecord, UserRecord } from "./records.ts";
import type { World } from "./world.ts";

/** Somebody or something known by its id or timestamp; the records themselves fit. */
export type Ref = string | { readonly id: string } | { readonly ts: string };

export function keyOf(ref: Ref): string {
  if (typeof ref === "string") return ref;
  return "id" in ref ? ref.id : ref.ts;
}

/** These throw on an id nobody gave out: the test is wrong, not the bot. */
export function channelAt(world: World, ref: Ref): Live<ChannelRecord> {
  return world.channels.get(keyOf(ref)) ?? unknown("channel", ref);
}

export function userAt(world: World, ref: Ref): UserRecord {
  return world.users.get(keyOf(ref)) ?? unknown("user", ref);
}

export function messageAt(world: World, ref: Ref): Live<MessageRecord> {
  return world.messages.get(keyOf(ref)) ?? unknown("message", ref);
}

export function ephemeralAt(world: World, ref: Ref): EphemeralRecord | undefined {
  return world.ephemerals.find(({ ts, deleted }) => ts === keyOf(ref) && !deleted);
}

function unknown(kind: string, ref: Ref): never {
  throw new Error(`no ${kind} ${keyOf(ref)}`);
}
