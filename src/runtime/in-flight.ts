import type { ThreadId } from "../port/index.ts";

/** Why a reply was told to end before the model was done. */
export type StopReason = "person" | "shutdown";

/** Replies that are being written now: at most one a thread. */
export interface InFlight {
  begin(thread: ThreadId): { readonly signal: AbortSignal; end(): void };
  has(thread: ThreadId): boolean;
  /** Tells the thread's reply to end, keeping what it has. False where none is being written. */
  stop(thread: ThreadId): boolean;
  stopAll(reason: StopReason): void;
}

export function createInFlight(): InFlight {
  const replies = new Map<ThreadId, AbortController>();

  function abort(thread: ThreadId, reason: StopReason): boolean {
    const reply = replies.get(thread);
    reply?.abort(reason);
    return reply !== undefined;
  }

  return {
    begin(thread) {
      const reply = new AbortController();
      replies.set(thread, reply);
      return { signal: reply.signal, end: () => void replies.delete(thread) };
    },
    has: (thread) => replies.has(thread),
    stop: (thread) => abort(thread, "person"),
    stopAll: (reason) => {
      for (const thread of replies.keys()) abort(thread, reason);
    },
  };
}
