import { longestThought, type Thought } from "../memory/thoughts.ts";
import type { Place } from "../port/index.ts";
import type { Command } from "./command.ts";

export const reasoning: Command = {
  name: "reasoning",
  summary: "Show what the model thought before its last answer here",
  options: [],
  private: true,
  when: "at-once",
  async run({ place, parts }) {
    const thought = parts.thoughts.last(place);
    if (thought === undefined) return unknown(place);
    if (thought.text.trim() === "")
      return "The model sent no thoughts with its last answer here; not every model does.";
    return `What the model thought before its last answer here${extent(thought)}:\n${quoted(thought.text)}`;
  },
};

function unknown({ kind, begins }: Place): string {
  const isOutside = kind === "channel" || kind === "fresh" || begins;
  const where = isOutside ? " Say `reasoning` inside the thread of the answer that you mean." : "";
  return `I know of no thoughts here: I keep them only for the last answer, until a reset or until I am started again.${where}`;
}

const extent = ({ length }: Thought): string =>
  length > longestThought ? ` (the first ${longestThought} of ${length} characters)` : "";

/** Each line is a quotation of its own, and short enough that a message never has to be cut inside of one. */
function quoted(text: string): string {
  const lines = text.trim().split(/\r\n?|\n/);
  return lines.flatMap((line) => wrapped(line).map((short) => `> ${short}`)).join("\n");
}

/** 350 characters are less than the end of a message in which a cut looks for a line's end. */
const atSpaces = /.{1,350}(?=\s|$)|.{1,350}/gu;

const wrapped = (line: string): readonly string[] => line.match(atSpaces) ?? [line];
