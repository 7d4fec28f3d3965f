import { longestReasoning } from "../memory/reasoning.ts";
import type { Place } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Command } from "./command.ts";

const said = sentences.commands.reasoning;

export const reasoning: Command = {
  name: "reasoning",
  summary: said.summary,
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const thought = parts.reasoning.last(place);
    if (thought === undefined) return unknown(place);
    if (thought.text.trim() === "") return said.none;
    return `${said.thought(longestReasoning, thought.length)}\n${quoted(thought.text)}`;
  },
};

function unknown({ kind, isInbox }: Place): string {
  const isOutside = kind === "channel" || kind === "new-thread" || isInbox;
  return isOutside ? `${said.unknown} ${said.inside}` : said.unknown;
}

/** Each line is a quotation of its own, and short enough that a message never has to be cut inside of one. */
function quoted(text: string): string {
  const lines = text.trim().split(/\r\n?|\n/);
  return lines.flatMap((line) => wrapped(line).map((short) => `> ${short}`)).join("\n");
}

/** 350 characters are less than the end of a message in which a cut looks for a line's end. */
const atSpaces = /.{1,350}(?=\s|$)|.{1,350}/gu;

const wrapped = (line: string): readonly string[] => line.match(atSpaces) ?? [line];
