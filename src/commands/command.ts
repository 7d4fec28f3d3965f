// A command is what people ask of the bot itself, by a slash command, a button, or its words in a message.
// Each has a name, options and a function that returns what is said, and to whom; those that belong together share a file.
// Some take their turn in the thread, because they touch its memory; the others are carried out at once.

import type { Stores } from "../exchange/open-stores.ts";
import type { Stops } from "../exchange/stops.ts";
import type { Author, CommandSpec, Control, Place, TextFile, ThreadId } from "../port/index.ts";
import type { PromptParts } from "../prompt/build-prompt.ts";
import type { BudgetParts } from "../prompt/token-budget.ts";
import type { Clock } from "../runtime/clock.ts";

/** One use of a command. */
export type CommandCall = {
  readonly place: Place;
  readonly author: Author;
  readonly options: Readonly<Record<string, string>>;
  /** Meant for every thread of the channel. */
  readonly channelWide?: true;
  /** A button of the command's own was pressed. */
  readonly button?: Control["command"];
  readonly parts: CommandParts;
};

/** What commands may touch. */
export type CommandParts = Pick<
  Stores,
  | "personas"
  | "store"
  | "channelResets"
  | "replyModes"
  | "optOuts"
  | "erasure"
  | "confirmations"
  | "reasoning"
  | "summaries"
> &
  BudgetParts &
  PromptParts & {
    readonly clock: Clock;
    /** Runs the task alone in the thread's turn. Never to be awaited in a turn: it may be that thread's own. */
    exclusive<T>(thread: ThreadId, task: () => Promise<T>): Promise<T>;
    readonly stops: Stops;
  };

/**
 * The answer to a command, in Markdown. `alreadyVisible`: the thread shows it anyhow, so it is said only where the platform waits for an
 * answer. `refused`: nothing was done, which concerns nobody but the person.
 */
export type CommandResult = string | { readonly alreadyVisible: string } | { readonly refused: string } | RichResult;

/** More than words. */
export type RichResult = {
  readonly text: string;
  readonly controls?: readonly Control[];
  /** For the person's eyes alone: where the surface cannot keep them so, `instead` is said without them. */
  readonly files?: readonly TextFile[];
  readonly instead?: string;
};

export type Command = CommandSpec & {
  /** `in-turn`: it touches the conversation, so it waits for what is running in the thread. */
  readonly when: "at-once" | "in-turn";
  /** A reply that is being written in the thread is stopped first. */
  readonly stopsReply?: true;
  /** Private, and yet it changes what is kept: it must not be done again when it is delivered again after a restart. */
  readonly mutates?: true;
  /** It concerns what is kept of the person, so it is also for those who may not talk to the bot. */
  readonly personal?: true;
  run(call: CommandCall): Promise<CommandResult>;
};
