import { personOf } from "../memory/person.ts";
import type { OptionSpec, Place } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Command } from "./command.ts";

const said = sentences.commands.memory;

const modeOption: OptionSpec = {
  name: "mode",
  summary: said.mode,
  required: false,
  choices: ["on", "off"],
};

/** Without a mode it shows what holds. */
export const memory: Command = {
  name: "memory",
  summary: said.summary,
  options: [modeOption],
  private: true,
  mutates: true,
  personal: true,
  when: "at-once",
  async run(call) {
    const { optOuts } = call.parts;
    const person = personOf(call);
    if (call.options["mode"] === "off") {
      await optOuts.add(person);
      return said.off(reach(call.place, said.everywhere));
    }
    const where = reach(call.place, said.everywhere);
    if (call.options["mode"] === "on") {
      await optOuts.remove(person);
      return said.on(where);
    }
    return (await optOuts.has(person)) ? said.isOff(where) : said.isOn(where);
  },
};

/** A person's choice holds as far as their id means them. */
const reach = ({ idsPerServer, serverNoun = "server" }: Place, all: string): string =>
  idsPerServer ? said.inServer(serverNoun) : all;
