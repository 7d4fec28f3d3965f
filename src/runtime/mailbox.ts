import { createQueues, type ThreadId } from "../port/index.ts";

export interface Mailboxes {
  /** Runs the task after everything posted to the thread before it, and settles as the task does. */
  post<T>(thread: ThreadId, task: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is waiting or running anywhere. */
  idle(): Promise<void>;
}

/** One thing at a time per thread, in order; threads never wait for one another. An idle thread costs nothing. */
export function createMailboxes(): Mailboxes {
  const { after, idle } = createQueues();
  return { post: after, idle };
}
