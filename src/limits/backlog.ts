/** What runs and waits when one more question comes. */
export type Load = {
  /** Questions of this person that are being answered, anywhere. */
  readonly running: number;
  /** Questions of this person that wait, anywhere. */
  readonly waiting: number;
  /** Questions of everybody that wait in this place. */
  readonly waitingHere: number;
};

export type FullReason = "person" | "place";

export type BacklogAnswer =
  | { readonly kind: "run" }
  | { readonly kind: "wait" }
  | { readonly kind: "refuse"; readonly reason: FullReason };

/** One person's answers that are written at once. */
const mostRunning = 3;
/** One person's questions that wait for their turn, on all platforms and in all places. */
export const mostWaiting = 20;
/** Everybody's questions that wait in one thread, channel or direct conversation. */
export const mostWaitingHere = 50;

/** Decides whether a question is answered now, waits, or is refused. Pure. */
export function admitToBacklog({ running, waiting, waitingHere }: Load): BacklogAnswer {
  if (waiting >= mostWaiting) return { kind: "refuse", reason: "person" };
  if (waitingHere >= mostWaitingHere) return { kind: "refuse", reason: "place" };
  return running < mostRunning ? { kind: "run" } : { kind: "wait" };
}

/** Messages that are no questions and wait for what comes before them, in one thread and in all; more are not remembered. */
export const mostRemarksHere = 200;
export const mostRemarks = 5_000;

/** One person's commands that wait for their turn or are being carried out. */
export const mostCommands = 20;
/** Messages of one person that were edited, and whose edits wait for their turn. */
export const mostEdits = 100;
