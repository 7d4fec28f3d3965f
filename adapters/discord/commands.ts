import {
  type ApplicationCommandDataResolvable,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
} from "discord.js";
import { type CommandSpec, type OptionSpec, sentences } from "../../src/port/index.ts";

/** In the context menu of a message. */
export const askAboutMessage = sentences.discord.askAbout;

const everywhere = {
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
  integrationTypes: [ApplicationIntegrationType.GuildInstall],
};

/** The catalog as Discord draws it: "persona set" and its kin become one command with subcommands. */
export function toApplicationCommands(specs: readonly CommandSpec[]): readonly ApplicationCommandDataResolvable[] {
  const groups = Map.groupBy(specs, ({ name }) => name.split(" ")[0] ?? name);
  const slash = [...groups].map(([name, [first, ...rest]]) => {
    const only = rest.length === 0 && first?.name === name ? first : undefined;
    return {
      type: ApplicationCommandType.ChatInput as const,
      name,
      // Discord wants a description for a group as well, though it shows only the subcommands.
      description: only?.summary ?? sentences.discord.group(name),
      options: only === undefined ? (groups.get(name) ?? []).map(toSubcommand) : only.options.map(toOption),
      ...everywhere,
    };
  });
  const menu = { type: ApplicationCommandType.Message as const, name: askAboutMessage, ...everywhere };
  return [...slash, menu];
}

/** The command that was used, as the catalog names it. */
export function specOf(
  interaction: ChatInputCommandInteraction,
  specs: readonly CommandSpec[],
): CommandSpec | undefined {
  const subcommand = interaction.options.getSubcommand(false);
  const name = subcommand === null ? interaction.commandName : `${interaction.commandName} ${subcommand}`;
  return specs.find((spec) => spec.name === name);
}

export function optionsOf(
  interaction: ChatInputCommandInteraction,
  spec: CommandSpec,
): Readonly<Record<string, string>> {
  const pairs = spec.options.map(({ name }) => [name, interaction.options.getString(name)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null));
}

function toSubcommand(spec: CommandSpec) {
  return {
    type: ApplicationCommandOptionType.Subcommand as const,
    name: spec.name.split(" ")[1] ?? spec.name,
    description: spec.summary,
    options: spec.options.map(toOption),
  };
}

function toOption({ name, summary, required, maxLength, choices, completes }: OptionSpec) {
  return {
    type: ApplicationCommandOptionType.String as const,
    name,
    description: summary,
    required,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(choices === undefined ? {} : { choices: choices.map((value) => ({ name: value, value })) }),
    ...(completes ? { autocomplete: true as const } : {}),
  };
}
