import { personOf } from "../memory/person.ts";
import type { OptionSpec, Place } from "../port/index.ts";
import type { Command } from "./command.ts";

const modeOption: OptionSpec = {
  name: "mode",
  summary: "off: I answer you, and keep nothing of it; on: I remember what you say, as usual",
  required: false,
  choices: ["on", "off"],
};

/** Without a mode it shows what holds. */
export const memory: Command = {
  name: "memory",
  summary: "Choose whether I remember what you say",
  options: [modeOption],
  private: true,
  lasting: true,
  personal: true,
  when: "at-once",
  async run(call) {
    const { optOuts } = call.parts;
    const person = personOf(call);
    const where = reach(call.place);
    if (call.options["mode"] === "off") {
      await optOuts.add(person);
      return `From now on I keep nothing of what you say ${where}, nor what I answer to it: with each question you start anew. What I kept before stays until you say \`forget me\`. \`memory on\` undoes this.`;
    }
    if (call.options["mode"] === "on") {
      await optOuts.remove(person);
      return `I remember again what you say ${where}. \`memory off\` undoes this.`;
    }
    return (await optOuts.has(person))
      ? `I keep nothing of what you say ${where}. \`memory on\` changes that.`
      : `I remember what you say ${where}, for the thread it was said in. \`memory off\` changes that, \`forget me\` deletes it, \`export\` shows a thread's.`;
  },
};

/** A person's choice holds as far as their id means them. */
const reach = ({ idsWithinServer, serverNoun = "server" }: Place): string =>
  idsWithinServer ? `in this ${serverNoun}` : "anywhere";
