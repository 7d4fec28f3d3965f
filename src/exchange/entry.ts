import type { BacklogAnswer } from "../limits/backlog.ts";
import type { Live } from "./exchanges.ts";

/**
 * `follow-up`: it does not address the bot, but is a question if the bot takes part in its thread; it counts as a remark. A question
 * that is asked `anew` waits for its author's turn, but is not counted as one more.
 */
export type Kind = "question" | "anew" | "follow-up" | "remark";

/** `waits`: it turned out to be a question whose author has as many answers running as may be. */
export type Task = (entry: Entry) => Promise<"over" | "waits">;

/** A message from when it is heard to when it is dealt with. */
export interface Entry {
  readonly live: Live;
  readonly kind: Kind;
  readonly isQuestion: boolean;
  readonly isRunning: boolean;
  /** The model is asked, and its answer written: from here on a stop ends that. */
  isAsked: boolean;
  /** Of those that one stop dropped in a thread, the last one tells how many they were; the others tell 0. */
  readonly toTell: number;
  drop(toTell: number): void;
  /** In its turn, once it is known to be a question: it may run, or has its turn again later. */
  admit(): BacklogAnswer;
  /** Resolves when it was dealt with; rejects where the work does. */
  readonly over: Promise<void>;
}
