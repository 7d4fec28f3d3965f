import type { AdapterLog, MessageId, ThreadId } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";

/** Words that are to go, and that the store did not let go of: a full disk, a file that another program holds. */
export interface Debts {
  /** They are tried again until it works or the process ends. False where too many wait. */
  add(thread: ThreadId, messages: readonly MessageId[]): boolean;
  /** Tries those of a thread at once; rejects where it fails again. Undefined where there are none. */
  settle(thread: ThreadId): Promise<void> | undefined;
}

/** Messages that may wait. Deleted in one go are a hundred at the most, by a moderator. */
const mostMessages = 10_000;

export function createDebts(
  forget: (thread: ThreadId, messages: readonly MessageId[]) => Promise<void>,
  { clock, log, closing }: { readonly clock: Clock; readonly log: AdapterLog; readonly closing: AbortSignal },
): Debts {
  const owed = new Map<ThreadId, Set<MessageId>>();
  let count = 0;

  async function settle(thread: ThreadId, messages: Set<MessageId>): Promise<void> {
    const those = [...messages];
    await forget(thread, those);
    for (const message of those) if (messages.delete(message)) count -= 1;
    if (messages.size === 0 && owed.get(thread) === messages) owed.delete(thread);
  }

  async function goOn(thread: ThreadId, messages: Set<MessageId>): Promise<void> {
    for (let pauseMs = 1_000; owed.get(thread) === messages; pauseMs = Math.min(2 * pauseMs, 60_000)) {
      await clock.wait(pauseMs, closing);
      if (closing.aborted) return;
      await settle(thread, messages).catch(() => undefined); // it was told when it failed first
    }
    log.info({ thread }, "a deletion that the store had refused is done now");
  }

  return {
    add(thread, messages) {
      const known = owed.get(thread);
      const waiting = known ?? new Set();
      const news = messages.filter((message) => !waiting.has(message));
      if (count + news.length > mostMessages) return false;
      count += news.length;
      for (const message of news) waiting.add(message);
      owed.set(thread, waiting);
      if (known === undefined) void goOn(thread, waiting);
      return true;
    },
    settle(thread) {
      const messages = owed.get(thread);
      return messages === undefined ? undefined : settle(thread, messages);
    },
  };
}
