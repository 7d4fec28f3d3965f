import { exportThread } from "../memory/exported.ts";
import type { Command } from "./command.ts";
import { counted } from "./counted.ts";

export const exportMemory: Command = {
  name: "export",
  summary: "Send you all that I remember of this thread, as Markdown and JSON",
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const { files, turns, left } = await exportThread(place, parts);
    if (turns === 0) {
      const isOutside = place.kind === "channel" || place.kind === "fresh" || place.begins;
      return `I remember nothing here.${isOutside ? " Say `export` inside the thread that you mean." : ""}`;
    }
    const cut = left === 0 ? "" : ` The oldest ${counted(left, "message")} did not fit into a file.`;
    return {
      text: `All that I remember of this ${place.kind === "direct" ? "conversation" : "thread"}: ${counted(turns, "message")}, as Markdown to read and as JSON for programs.${cut}`,
      files,
      instead: `That is for your eyes alone, and here everybody would see it. ${asCommand(place.commandPrefix)}`,
    };
  },
};

const asCommand = (prefix: string | undefined): string =>
  prefix === undefined ? "I cannot send it to you here." : `Use the command \`${prefix}export\` here instead.`;
