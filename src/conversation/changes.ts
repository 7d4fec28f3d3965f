import type { EditedEvent, MessageEvent, MessageId, ReplySurface, ThreadId } from "../port/index.ts";

/** What became of a message after it was said. */
export type Change =
  | { readonly kind: "edited"; readonly now: MessageEvent; readonly surface: ReplySurface }
  | { readonly kind: "deleted" };

/** The newest change of each message, from its arrival until its turn in the thread is over. */
export interface Changes {
  /** Returns what takes the note back, once its turn is over; a newer one stays. */
  note(thread: ThreadId, message: MessageId, change: Change): () => void;
  newest(thread: ThreadId, message: MessageId): Change | undefined;
}

export function createChanges(): Changes {
  const changes = new Map<string, Change>();
  // On some platforms a message's id means it in its channel alone.
  const keyOf = (thread: ThreadId, message: MessageId): string => `${thread}\n${message}`;

  return {
    note(thread, message, change) {
      const key = keyOf(thread, message);
      const before = changes.get(key);
      // Deleted is the last that becomes of a message, whatever is delivered after it.
      const newest = before?.kind === "deleted" ? before : change;
      changes.set(key, newest);
      return () => {
        if (changes.get(key) === change) changes.delete(key);
      };
    },
    newest: (thread, message) => changes.get(keyOf(thread, message)),
  };
}

/** The message as it reads now. */
export function toMessage({ of, ...event }: EditedEvent): MessageEvent {
  return { ...event, kind: "message", id: of };
}
