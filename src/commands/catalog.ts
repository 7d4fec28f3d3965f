import type { CommandSpec } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Command } from "./command.ts";
import { context } from "./context.ts";
import { exportMemory } from "./export.ts";
import { forgetMe, forgetThread } from "./forget.ts";
import { createHelp } from "./help.ts";
import { memory } from "./memory.ts";
import { personaList, personaReset, personaSet, personaShow } from "./persona.ts";
import { reasoning } from "./reasoning.ts";
import { replies } from "./replies.ts";
import { reset } from "./reset.ts";
import { stop } from "./stop.ts";

/** Said to a bare mention as well. */
export const help: Command = createHelp(() => commandSpecs);

/** What the core runs. A new command is a file and a line here; every platform draws it by itself. */
export const commands: readonly Command[] = [
  personaSet,
  personaShow,
  personaList,
  personaReset,
  replies,
  reasoning,
  context,
  reset,
  forgetThread,
  forgetMe,
  exportMemory,
  memory,
  stop,
  help,
];

/** A question put as a command: adapters report it as a message. */
const ask: CommandSpec = {
  name: "ask",
  summary: sentences.commands.ask.summary,
  options: [{ name: "question", summary: sentences.commands.ask.question, required: true, maxLength: 6_000 }],
  private: false,
  asks: true,
};

/** What platforms draw. */
export const commandSpecs: readonly CommandSpec[] = [ask, ...commands];

export function commandNamed(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}
