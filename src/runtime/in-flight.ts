import type { Place, ThreadId } from "../port/index.ts";

/** Why a reply was told to end before the model was done. */
export type StopReason = "person" | "reset" | "shutdown" | "newer";

/** Replies that are being written now: at most one a thread. */
export interface InFlight {
  begin(place: Place): { readonly signal: AbortSignal; end(): void };
  has(thread: ThreadId): boolean;
  /**
   * Tells the reply in this thread to end, keeping what it has. A person who says so in a channel means also the replies that
   * stand in that channel itself, though their memory is their own. `wide`: every reply in the channel and its threads is meant.
   * False where none is being written.
   */
  stop(place: Place, reason: StopReason, wide?: boolean): boolean;
  stopAll(reason: StopReason): void;
}

export function createInFlight(): InFlight {
  const replies = new Map<ThreadId, { readonly place: Place; readonly reply: AbortController }>();

  return {
    begin(place) {
      const reply = new AbortController();
      replies.set(place.thread, { place, reply });
      return { signal: reply.signal, end: () => void replies.delete(place.thread) };
    },
    has: (thread) => replies.has(thread),
    stop(place, reason, wide = false) {
      const isMeant = wide ? isInChannel : reason === "person" ? isNear : isHere;
      const meant = [...replies.values()].filter((one) => isMeant(one.place, place));
      for (const { reply } of meant) reply.abort(reason);
      return meant.length > 0;
    },
    stopAll(reason) {
      for (const { reply } of replies.values()) reply.abort(reason);
    },
  };
}

const isHere = (place: Place, said: Place): boolean => place.thread === said.thread;

const isInChannel = (place: Place, said: Place): boolean => place.channel === said.channel;

function isNear(place: Place, said: Place): boolean {
  if (isHere(place, said)) return true;
  const inChannel = said.kind === "channel" || said.kind === "fresh";
  return inChannel && place.kind === "channel" && place.channel === said.channel;
}
