import type { Place } from "../port/index.ts";
import type { Command } from "./command.ts";

export const help: Command = {
  name: "help",
  summary: "What the bot can do and how",
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const { persona } = await parts.personas.at(place);
    return [
      `I am **${place.bot}** and speak as **${persona.title}** here.`,
      ...usage[place.kind],
      "- `persona list` shows the personas, `persona set pirate` or `persona set You are …` chooses one",
      "- `replies final` shows you answers only when they are whole, `reasoning` what the model thought before the last one",
      "- `context` shows how much of this conversation I am told with your next question",
      "- `forget me` deletes what you said, `memory off` keeps me from remembering it, `export` shows what I remember",
      "- `reset` starts the memory over, `stop` ends an answer, `help` shows this",
      `Say these words just so${place.kind === "direct" ? "" : " after mentioning me"}${asCommands(place)}.`,
    ].join("\n");
  },
};

const asCommands = ({ commandPrefix }: Place): string =>
  commandPrefix === undefined ? "" : `, or use them as commands: \`${commandPrefix}help\``;

const usage = {
  direct: ["- Ask me anything; I remember this conversation."],
  thread: ["- Ask me anything; I remember this thread."],
  channel: ["- Mention me with a question."],
  fresh: ["- Mention me with a question: I answer in a thread, and remember that thread."],
} as const;
