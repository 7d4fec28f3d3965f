import type { MessageEvent, MessageId, Place, ThreadId } from "../port/index.ts";

/**
 * Why a reply was told to end, before the model was done or before all of it was posted. `amended`: its question was edited or deleted;
 * `withdrawn`: somebody took one of its messages away.
 */
export type StopReason = "person" | "reset" | "shutdown" | "newer" | "amended" | "withdrawn";

/** A reply that is being written. */
export type Live = {
  readonly question: MessageEvent | undefined;
  /** Its messages, as far as they stand. */
  readonly messages: readonly MessageId[];
};

/** Replies that are being written now: at most one a thread. */
export interface InFlight {
  begin(place: Place, question?: MessageEvent): Begun;
  has(thread: ThreadId): boolean;
  in(thread: ThreadId): Live | undefined;
  /**
   * Tells the reply in this thread to end, keeping what it has. A person who says so in a channel means also the replies that
   * stand in that channel itself, though their memory is their own. `wide`: every reply in the channel and its threads is meant.
   * False where none is being written.
   */
  stop(place: Place, reason: StopReason, wide?: boolean): boolean;
  /** Tells the reply in this very thread to end. */
  end(thread: ThreadId, reason: StopReason): void;
  /** Tells every reply to end whose question is meant. */
  stopThose(isMeant: (question: MessageEvent) => boolean, reason: StopReason): void;
  /** Also what is begun from now on. */
  stopAll(reason: StopReason): void;
}

export type Begun = {
  readonly signal: AbortSignal;
  /** Says where its messages can be read. */
  writes(messages: () => readonly MessageId[]): void;
  end(): void;
};

type Reply = {
  readonly place: Place;
  readonly question: MessageEvent | undefined;
  messages: () => readonly MessageId[];
  readonly stop: AbortController;
};

export function createInFlight(): InFlight {
  const replies = new Map<ThreadId, Reply>();
  let over: StopReason | undefined;

  return {
    begin(place, question) {
      const reply: Reply = { place, question, messages: () => [], stop: new AbortController() };
      replies.set(place.thread, reply);
      if (over !== undefined) reply.stop.abort(over);
      return {
        signal: reply.stop.signal,
        writes(messages) {
          reply.messages = messages;
        },
        end: () => void replies.delete(place.thread),
      };
    },
    has: (thread) => replies.has(thread),
    in(thread) {
      const reply = replies.get(thread);
      return reply && { question: reply.question, messages: reply.messages() };
    },
    stop(place, reason, wide = false) {
      const meant = [...replies.values()].filter(meantBy(place, reason, wide));
      for (const { stop } of meant) stop.abort(reason);
      return meant.length > 0;
    },
    end: (thread, reason) => replies.get(thread)?.stop.abort(reason),
    stopThose(isMeant, reason) {
      for (const { question, stop } of replies.values())
        if (question !== undefined && isMeant(question)) stop.abort(reason);
    },
    stopAll(reason) {
      over = reason;
      for (const { stop } of replies.values()) stop.abort(reason);
    },
  };
}

/** Whether something is meant by a stop that was said in this place. */
export function meantBy(said: Place, reason: StopReason, wide = false): (one: { readonly place: Place }) => boolean {
  const isMeant = wide ? isInChannel : reason === "person" ? isNear : isHere;
  return ({ place }) => isMeant(place, said);
}

const isHere = (place: Place, said: Place): boolean => place.thread === said.thread;

const isInChannel = (place: Place, said: Place): boolean => place.channel === said.channel;

function isNear(place: Place, said: Place): boolean {
  if (isHere(place, said)) return true;
  const inChannel = said.kind === "channel" || said.kind === "fresh";
  return inChannel && place.kind === "channel" && place.channel === said.channel;
}
