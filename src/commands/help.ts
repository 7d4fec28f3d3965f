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
      "- `reset` starts the memory over, `stop` ends an answer, `help` shows this",
      place.kind === "direct"
        ? "Say these words just so, or use them as slash commands."
        : "Say these words just so after mentioning me, or use them as slash commands.",
    ].join("\n");
  },
};

const usage = {
  direct: ["- Ask me anything; I remember this conversation."],
  thread: ["- Ask me anything; I remember this thread."],
  channel: ["- Mention me with a question."],
  fresh: ["- Mention me with a question: I answer in a thread, and remember that thread."],
} as const;
