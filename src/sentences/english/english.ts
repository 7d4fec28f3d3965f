import { answers } from "./answers.ts";
import { commands } from "./commands.ts";
import { discord } from "./discord.ts";
import { personas } from "./personas.ts";
import { refusals } from "./refusals.ts";
import { settings } from "./settings.ts";
import { slack } from "./slack.ts";
import { start } from "./start.ts";
import { terminal } from "./terminal.ts";

export const english = { answers, commands, discord, personas, refusals, settings, slack, start, terminal };
