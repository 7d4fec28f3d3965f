import { type CommandSpec, type Place, usageOf } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Command } from "./command.ts";

const said = sentences.commands.help;

/** Five lines; `help more` lists every command of the catalog, which the catalog hands over, for it holds this one as well. */
export function createHelp(all: () => readonly CommandSpec[]): Command {
  return {
    name: "help",
    summary: said.summary,
    options: [{ name: "detail", summary: said.moreSummary, required: false, choices: ["more"] }],
    private: true,
    when: "at-once",
    async run({ place, options, parts }) {
      if (options["detail"] === "more") return all().map(lineOf).join("\n");
      const { persona } = await parts.personas.at(place);
      return [
        said.who(place.bot, persona.title),
        said.how[place.kind],
        said.most,
        said.yours,
        `${said.type(place.kind === "direct", commandIn(place))} ${said.more}`,
      ].join("\n");
    },
  };
}

const lineOf = (spec: CommandSpec): string => said.line(usageOf(spec), spec.summary);

const commandIn = ({ commandPrefix }: Place): string | undefined =>
  commandPrefix === undefined ? undefined : `${commandPrefix}help`;
