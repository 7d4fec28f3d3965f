import type { Price } from "../model/price.ts";
import type { AccessRules } from "./access.ts";
import type { DailyLimits } from "./limits.ts";

/** `queue`: each is answered in its turn. `merge`: what has piled up is answered together. `interrupt`: the same, and at once. */
export type WhileAnswering = "queue" | "merge" | "interrupt";

/** `retry`: the model is asked again. `close`: what stands is kept, with a button to have it tried again. */
export type Resume = "retry" | "close";

export type CoreSettings = {
  /** Tokens of conversation that a prompt may carry. */
  readonly windowTokens: number;
  /** Whether turns that leave the window are summed up by the model. */
  readonly summaries?: boolean;
  /** Messages in a thread the bot has joined are answered without a mention. */
  readonly followThreads: boolean;
  /** Messages that are read back when the bot is called into a thread that it did not start. */
  readonly earlierMessages: number;
  /** What becomes of messages that come while an answer is being written; `queue` if not set. */
  readonly whileAnswering?: WhileAnswering;
  /** What becomes of answers that a restart broke off; `retry` if not set. */
  readonly resume?: Resume;
  /** Milliseconds that answers may take to be finished at the end. */
  readonly finishMs?: number;
  /** What the model costs, if the admin said so. */
  readonly price?: Price;
  /** Tokens that an answer may have, if the admin said so. */
  readonly longestAnswer?: number;
  /** Who may talk to the bot; everybody if not set. */
  readonly access?: AccessRules;
  /** What a person and a server may use in a day. */
  readonly limits?: DailyLimits;
  /** When a silence of the model is told; as usual if not set. */
  readonly waiting?: ProgressTimes;
};

/** What the files of a message may take of the window, all together: more would push out the conversation, and soon themselves. */
export const filesShare = 0.4;

/** When a silence is told. Milliseconds since the model was asked. */
export type ProgressTimes = {
  /** Of a question that waits for its turn; since it began to wait. */
  readonly queuedMs?: number;
  /** Of a model that is known to think. */
  readonly thinkingMs: number;
  /** Of a model that says nothing at all. */
  readonly silentMs: number;
  /** Between two lines at first; the longer it lasts, the longer it gets, up to three times that. */
  readonly renewMs: number;
};
