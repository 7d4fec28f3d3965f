import type { Place, TextFile } from "../port/index.ts";
import type { Summaries, Summary } from "../prompt/summaries.ts";
import type { Clock } from "../runtime/clock.ts";
import { sentences } from "../sentences/sentences.ts";
import type { ConversationStore, PersonTurn, Turn } from "../store/conversation-store.ts";
import { singleLine } from "../text/single-line.ts";

const said = sentences.commands.export;

export type Exported = {
  /** `memory.md` and `memory.json`. */
  readonly files: readonly TextFile[];
  readonly turns: number;
  readonly summaries: number;
  /** The oldest turns, for which there was no room. */
  readonly left: number;
};

export type ExportingParts = {
  readonly store: ConversationStore;
  readonly summaries: Summaries;
  readonly clock: Clock;
};

/** UTF-16 units of each file; platforms take 10 MB, and a unit has up to three bytes. */
const longestFile = 3_000_000;

/** All that is kept of a thread, also what no longer fits into a prompt, and what the model made of that. */
export async function exportThread(place: Place, { store, summaries, clock }: ExportingParts): Promise<Exported> {
  const summed = await summaries.at(place.thread);
  const earlier = summed?.summaries ?? [];
  let newest: Drawn[] = [];
  /** Those from here on fit. The others are cut off once they are more than half: to cut each one off would move all the rest each time. */
  let first = 0;
  let length = earlier.reduce((sum, { text }) => sum + text.length, 0);
  let left = 0;
  for await (const turn of store.turnsOf(place.thread)) {
    if (isTakenAway(turn)) continue;
    const drawn = { markdown: toMarkdown(turn), json: JSON.stringify(turn, undefined, 2) };
    newest.push(drawn);
    length += lengthOf(drawn);
    for (; length > longestFile && newest.length - first > 1; first++, left++) {
      length -= lengthOf(newest[first] ?? drawn);
    }
    if (first > newest.length / 2) {
      newest = newest.slice(first);
      first = 0;
    }
  }
  newest = newest.slice(first);
  const exportedAt = toTime(clock.now());
  const heading = `# ${singleLine(place.channelName ?? said.conversation)}\n\n${said.heading(singleLine(place.bot), exportedAt)}\n`;
  const made = summed === undefined ? {} : { summaries: earlier, peopleInSummaries: summed.people };
  const about = JSON.stringify({ thread: place.thread, exportedAt, leftOut: left, ...made }, undefined, 2).slice(0, -2);
  return {
    files: [
      {
        name: "memory.md",
        text: [heading, ...earlier.map(toSection), ...newest.map(({ markdown }) => markdown)].join("\n"),
      },
      { name: "memory.json", text: `${about},\n  "turns": [\n${newest.map(({ json }) => json).join(",\n")}\n]\n}\n` },
    ],
    turns: newest.length + left,
    summaries: earlier.length,
    left,
  };
}

/** Of what was deleted on the platform only the mark is kept. */
const isTakenAway = (turn: Turn): boolean => (turn.kind === "person" ? turn.deleted : turn.withdrawn) === true;

type Drawn = { readonly markdown: string; readonly json: string };

const toSection = ({ text, turns }: Summary): string => `## ${said.summarized(turns)}\n\n${text}\n`;

const lengthOf = ({ markdown, json }: Drawn): number => Math.max(markdown.length, json.length);

function toMarkdown(turn: Turn): string {
  if (turn.kind === "bot") {
    const ending = turn.ending === "whole" ? undefined : turn.ending;
    return `## ${said.answer(toTime(turn.at), ending)}\n\n${turn.text}\n`;
  }
  return `## ${singleLine(turn.author.name)}, ${toTime(turn.at)}\n\n${wordsOf(turn)}\n`;
}

function wordsOf({ quote, text, attachments, moreFiles }: PersonTurn): string {
  const quoted = quote === undefined ? [] : [`> ${singleLine(quote.author)}: ${quote.text.replace(/\n/g, "\n> ")}`];
  const files = attachments.map(
    (file) => `${said.attached(singleLine(file.name))}${file.text === undefined ? "" : `\n\n${indented(file.text)}`}`,
  );
  const more = moreFiles === undefined ? [] : [said.moreFiles(moreFiles)];
  return [...quoted, text, ...files, ...more].filter((part) => part !== "").join("\n\n");
}

/** A code block that no text can end. */
const indented = (text: string): string => text.replace(/^/gm, "    ");

const toTime = (at: number): string => new Date(at).toISOString();
