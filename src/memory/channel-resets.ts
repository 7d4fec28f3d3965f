import { z } from "zod";
import type { ChannelId, Place } from "../port/index.ts";
import type { Conversation, ConversationStore, RecordStore } from "../store/conversation-store.ts";

/** How often a channel was reset; for a thread, up to which of these resets it has forgotten. */
export const channelResetRecord = z.object({ v: z.literal(1), resets: z.number() });
export type ChannelResetRecord = z.infer<typeof channelResetRecord>;

/**
 * Starts the memory of all threads of a channel over. Nothing lists a channel's threads, so each forgets when it is next opened:
 * also what was being answered meanwhile. Counted rather than timed, since a platform's clock is not ours.
 */
export interface ChannelResets {
  reset(channel: ChannelId): Promise<void>;
  /** The thread's conversation, started over first where its channel was reset since it was last opened. */
  openAfterReset(place: Place): Promise<Conversation>;
  /** The thread's conversation as it is, for whoever does not take their turn in the thread; undefined where it is to be started over. */
  peek(place: Place): Promise<Conversation | undefined>;
}

export function createChannelResets(records: RecordStore<ChannelResetRecord>, store: ConversationStore): ChannelResets {
  const resetsOf = async (key: string): Promise<number> => (await records.get(key))?.resets ?? 0;
  const keyOf = (channel: ChannelId): string => `channel ${channel}`;

  /** The reset that this thread has not followed yet. */
  async function pendingReset({ channel, thread }: Place): Promise<number | undefined> {
    const resets = await resetsOf(keyOf(channel));
    return resets > 0 && (await resetsOf(`thread ${thread}`)) < resets ? resets : undefined;
  }

  return {
    async reset(channel) {
      const key = keyOf(channel);
      await records.set(key, { v: 1, resets: (await resetsOf(key)) + 1 });
    },
    async openAfterReset(place) {
      const { thread } = place;
      const resets = await pendingReset(place);
      if (resets !== undefined) {
        await store.forget(thread);
        await records.set(`thread ${thread}`, { v: 1, resets });
      }
      return store.open(thread);
    },
    peek: async (place) => ((await pendingReset(place)) === undefined ? store.open(place.thread) : undefined),
  };
}
