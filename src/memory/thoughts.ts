import { type ChannelId, dropOldest, type Place, type ThreadId } from "../port/index.ts";

/** What a model thought before it answered. */
export type Thought = {
  /** Its beginning; empty where the model sent none. */
  readonly text: string;
  /** Characters of the whole. */
  readonly length: number;
};

/** A longer thought is kept as its beginning. Characters. */
export const longestThought = 12_000;

/** Conversations whose last thought is kept; the one that was longest without an answer goes first. */
const mostThreads = 200;

/** What the model thought before its last answer in each conversation: never stored, and never a part of a prompt. */
export interface Thoughts {
  keep(place: Place, thought: Thought): void;
  /** Undefined where nothing was answered since the start, or it was forgotten. */
  last(place: Place): Thought | undefined;
  forget(thread: ThreadId): void;
  forgetAll(channel: ChannelId): void;
}

export function createThoughts(): Thoughts {
  const kept = new Map<ThreadId, { readonly channel: ChannelId; readonly thought: Thought }>();

  /** Said where direct conversations begin, the newest of them is meant. */
  function newest(channel: ChannelId): Thought | undefined {
    return [...kept.values()].findLast((one) => one.channel === channel)?.thought;
  }

  return {
    keep({ thread, channel }, thought) {
      kept.delete(thread); // set anew, it is the newest
      kept.set(thread, { channel, thought });
      dropOldest(kept, mostThreads);
    },
    last: ({ thread, channel, begins }) => kept.get(thread)?.thought ?? (begins ? newest(channel) : undefined),
    forget: (thread) => void kept.delete(thread),
    forgetAll(channel) {
      for (const [thread, one] of kept) if (one.channel === channel) kept.delete(thread);
    },
  };
}

/** Gathers a thought as it comes. */
export function collectThought(): { add(text: string): void; whole(): Thought } {
  let text = "";
  let length = 0;
  return {
    add(more) {
      length += more.length;
      if (text.length < longestThought) text += more.slice(0, longestThought - text.length);
    },
    whole: () => ({ text: text.toWellFormed(), length }),
  };
}
