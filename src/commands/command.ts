import type { Core } from "../conversation/core.ts";
import type { Author, CommandSpec, Place } from "../port/index.ts";

/** One use of a command. */
export type CommandCall = {
  readonly place: Place;
  readonly author: Author;
  readonly options: Readonly<Record<string, string>>;
  /** Meant for every thread of the channel. */
  readonly wide?: true;
  readonly parts: CommandParts;
};

/** What commands may touch. */
export type CommandParts = Pick<
  Core,
  | "personas"
  | "store"
  | "channelResets"
  | "replyModes"
  | "thoughts"
  | "inFlight"
  | "summaries"
  | "tokenRatios"
  | "model"
  | "settings"
  | "clock"
  | "countTokens"
>;

/**
 * The answer to a command, in Markdown. `evident`: the thread shows it anyhow, so it is said only where the platform waits for an
 * answer. `refused`: nothing was done, which concerns nobody but the person.
 */
export type Said = string | { readonly evident: string } | { readonly refused: string };

export type Command = CommandSpec & {
  /** `in-turn`: it touches the conversation, so it waits for what is running in the thread. */
  readonly when: "at-once" | "in-turn";
  /** A reply that is being written in the thread is stopped first. */
  readonly interrupts?: true;
  /** Private, and yet it changes what is kept: it must not be done again when it is delivered again after a restart. */
  readonly lasting?: true;
  run(call: CommandCall): Promise<Said>;
};
