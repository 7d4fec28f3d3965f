import type { MessageEvent, ReplySurface, ThreadId } from "../port/index.ts";
import type { IsMeant } from "./backlog.ts";

/** A question without an answer of its own: a newer one is answered with it in view. */
export type Passed = { readonly message: MessageEvent; readonly surface: ReplySurface };

/** The questions that wait in a thread behind the answer that is being written. */
export interface Piles {
  /** Joins those that wait; what it returns leaves them again. */
  join(thread: ThreadId): () => void;
  has(thread: ThreadId): boolean;
  /** Leaves a question to the newest of the pile. */
  pass(question: Passed): void;
  /** Those that were left to a newer one, the newest first. They are handed out once. */
  takePassed(thread: ThreadId): readonly Passed[];
  /** Forgets those that were left to a newer one and are meant, so that they get no answer. Returns how many they were. */
  drop(isMeant: IsMeant): number;
}

export function createPiles(): Piles {
  const waiting = new Map<ThreadId, number>();
  const passed = new Map<ThreadId, readonly Passed[]>();

  function change(thread: ThreadId, by: 1 | -1): void {
    const count = (waiting.get(thread) ?? 0) + by;
    if (count > 0) waiting.set(thread, count);
    else waiting.delete(thread);
  }

  return {
    join(thread) {
      change(thread, 1);
      return () => change(thread, -1);
    },
    has: (thread) => waiting.has(thread),
    pass(question) {
      const { thread } = question.message.place;
      passed.set(thread, [question, ...(passed.get(thread) ?? [])]);
    },
    takePassed(thread) {
      const taken = passed.get(thread) ?? [];
      passed.delete(thread);
      return taken;
    },
    drop(isMeant) {
      let count = 0;
      for (const [thread, questions] of passed) {
        const rest = questions.filter(({ message }) => !isMeant(message));
        count += questions.length - rest.length;
        if (rest.length > 0) passed.set(thread, rest);
        else passed.delete(thread);
      }
      return count;
    },
  };
}
