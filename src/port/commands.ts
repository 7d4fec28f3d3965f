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

/** What is typed: the name, and what the command needs behind it; one that needs nothing says what it can be given. */
export function usageOf({ name, options }: CommandSpec): string {
  const needed = options.filter(({ required }) => required);
  return [name, ...(needed.length === 0 ? options : needed).map(hint)].join(" ");
}

const hint = ({ name, choices }: OptionSpec): string => `[${choices?.join("|") ?? name}]`;
