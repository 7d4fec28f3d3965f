import { type ChannelId, dropOldest, type Place, type ThreadId } from "../port/index.ts";

/** What a model thought before it answered. */
export type Reasoning = {
  /** Its beginning; empty where the model sent none. */
  readonly text: string;
  /** Characters of the whole. */
  readonly length: number;
};

/** A longer thought is kept as its beginning. Characters. */
export const longestReasoning = 12_000;

/** Conversations whose last thought is kept; the one that was longest without an answer goes first. */
const mostThreads = 200;

/** What the model thought before its last answer in each conversation: never stored, and never a part of a prompt. */
export interface ReasoningLog {
  keep(place: Place, thought: Reasoning): void;
  /** Undefined where nothing was answered since the start, or it was forgotten. */
  last(place: Place): Reasoning | undefined;
  forget(thread: ThreadId): void;
  forgetAll(channel: ChannelId): void;
}

export function createReasoningLog(): ReasoningLog {
  const kept = new Map<ThreadId, { readonly channel: ChannelId; readonly thought: Reasoning }>();

  /** Said where direct conversations begin, the newest of them is meant. */
  function newest(channel: ChannelId): Reasoning | undefined {
    return [...kept.values()].findLast((one) => one.channel === channel)?.thought;
  }

  return {
    keep({ thread, channel }, thought) {
      kept.delete(thread); // set anew, it is the newest
      kept.set(thread, { channel, thought });
      dropOldest(kept, mostThreads);
    },
    last: ({ thread, channel, isInbox }) => kept.get(thread)?.thought ?? (isInbox ? newest(channel) : undefined),
    forget: (thread) => void kept.delete(thread),
    forgetAll(channel) {
      for (const [thread, one] of kept) if (one.channel === channel) kept.delete(thread);
    },
  };
}

/** Gathers a thought as it comes. */
export function collectReasoning(): { add(text: string): void; whole(): Reasoning } {
  let text = "";
  let length = 0;
  return {
    add(more) {
      length += more.length;
      if (text.length < longestReasoning) text += more.slice(0, longestReasoning - text.length);
    },
    whole: () => ({ text: text.toWellFormed(), length }),
  };
}
