/** One option of a command, drawn by each platform in its own way. */
export type OptionSpec = {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  /** Characters at the most. */
  readonly maxLength?: number;
  readonly choices?: readonly string[];
  /** The platform may ask `complete` for names while it is typed. */
  readonly completes?: true;
};

/** A command as platforms draw it: "reset", or with subcommands "persona set". */
export type CommandSpec = {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** Only the person who used it sees the answer. */
  readonly private: boolean;
  /** `ask` becomes a `MessageEvent`; the rest are `CommandEvent`s. */
  readonly asks?: true;
};

/** What is typed: the name, and what the command can be given behind it. What chooses stands before a text, with a colon after it. */
export function usageOf({ name, options }: CommandSpec): string {
  const texts = options.filter(({ choices }) => choices === undefined);
  const chosen = options.filter(({ choices }) => choices !== undefined);
  const colon = texts.length === 0 ? "" : ":";
  return [
    name,
    ...chosen.map(({ choices = [] }) => bracketed(choices, colon)),
    ...texts.map((text) => bracketed([text.name])),
  ].join(" ");
}

const bracketed = (words: readonly string[], colon = ""): string => `[${words.map((word) => word + colon).join("|")}]`;
