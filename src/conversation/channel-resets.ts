import { z } from "zod";
import type { ChannelId, Place } from "../port/index.ts";
import type { Conversation, ConversationStore, RecordStore } from "../store/conversation-store.ts";

export const channelResetRecord = z.object({ v: z.literal(1), at: z.number() });
export type ChannelResetRecord = z.infer<typeof channelResetRecord>;

/** Starts the memory of all threads of a channel over. Nothing lists a channel's threads, so each forgets when it is next opened. */
export interface ChannelResets {
  reset(channel: ChannelId): Promise<void>;
  /** The thread's conversation, started over first if its channel was reset after it was last spoken in. */
  open(place: Place): Promise<Conversation>;
}

export type ChannelResetParts = {
  readonly records: RecordStore<ChannelResetRecord>;
  readonly store: ConversationStore;
  readonly now: () => number;
};

export function createChannelResets({ records, store, now }: ChannelResetParts): ChannelResets {
  return {
    reset: (channel) => records.set(channel, { v: 1, at: now() }),
    async open(place) {
      const conversation = await store.open(place.thread);
      const newest = conversation.turns.at(-1);
      if (newest === undefined) return conversation;
      const reset = await records.get(place.channel);
      if (reset === undefined || newest.at > reset.at) return conversation;
      await store.forget(place.thread);
      return store.open(place.thread);
    },
  };
}
