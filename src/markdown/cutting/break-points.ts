import {
  afterLine,
  beginningAt,
  beginsBlock,
  isHeading,
  mayClose,
  mayDelimit,
  type Open,
  type Reading,
} from "../reading/blocks.ts";
import { createCalm } from "../reading/inline.ts";
import { isDelimiterRow, isTableRow } from "../reading/table-lines.ts";

/**
 * Best first. An item's place is before one that is not indented: platforms take the indent off a message's beginning. Inside is
 * where a span of bold, a link or the like is open.
 */
export const ranks = ["paragraph", "item", "line", "nested", "sentence", "row", "code", "word", "inside"] as const;
type Rank = (typeof ranks)[number];

export type BreakPoint = Open & { readonly at: number };

/** The latest place of each rank, and the one before a table's row that is too long for the rest of the message. */
export type BreakPoints = {
  readonly latest: ReadonlyMap<Rank, BreakPoint>;
  readonly beforeRow?: BreakPoint | undefined;
};

type Line = {
  readonly text: string;
  readonly start: number;
  /** Behind its line break. */
  readonly end: number;
  /** Its line break has come. */
  readonly whole: boolean;
};

/** How many places of a rank are looked at, latest first, for one that lies in no span. */
const tries = 12;

/**
 * Finds where a message may end between `zone` and `limit`. What comes behind a place decides what it is worth, so one that the
 * text has only just reached is none yet: a place once found keeps its rank.
 */
export function findBreakPoints(text: string, zone: number, limit: number, open: Open): BreakPoints {
  const latest = new Map<Rank, BreakPoint>();
  const isCalm = createIsCalm(text);
  let before = beginningAt(0, open);
  let underHeading = false;
  for (;;) {
    const line = lineAt(text, before.at);
    if (line.start >= Math.min(limit, text.length)) return { latest, beforeRow: placeBeforeRow(line, before) };
    const after = afterLine(before, line.text, line.end);
    const next = lineAt(text, line.end);
    if (isProse(line, next, before, after)) placesInLine(text, line, { zone, limit, before, isCalm }, latest);
    underHeading = isHeading(line.text) || (underHeading && line.text.trim() === "");
    if (!line.whole || line.end > limit) return { latest, beforeRow: placeBeforeRow(line, before) };
    if (line.end >= zone) {
      const [rank, place] = placeBehind(line, next, { before, after, underHeading, isCalm }) ?? [];
      if (rank !== undefined && place !== undefined) latest.set(rank, place);
    }
    before = after;
  }
}

function lineAt(text: string, start: number): Line {
  const newline = text.indexOf("\n", start);
  const whole = newline !== -1;
  return { text: text.slice(start, whole ? newline : undefined), start, end: whole ? newline + 1 : text.length, whole };
}

/** The row that does not fit is the next message's first one; its header is not left behind alone, if it does not fit either. */
function placeBeforeRow({ text, start }: Line, { table, header, waits }: Reading): BreakPoint | undefined {
  if (start > 0 && table !== undefined && isTableRow(text)) return { at: start, table };
  if (waits !== undefined && waits > 0 && header !== undefined && isDelimiterRow(text, header)) return { at: waits };
  return undefined;
}

/** Neither code nor a table, nor what may become one of them. */
function isProse(line: Line, next: Line, before: Reading, after: Reading): boolean {
  if (before.fence !== undefined || after.fence !== undefined || after.table !== undefined) return false;
  if (!line.whole) return !isTableRow(line.text) && !(before.header !== undefined && mayDelimit(line.text));
  return after.header === undefined || !becomesTable(line, next);
}

function becomesTable(header: Line, next: Line): boolean {
  return next.whole ? isDelimiterRow(next.text, header.text) : mayDelimit(next.text);
}

type Behind = {
  readonly before: Reading;
  readonly after: Reading;
  readonly underHeading: boolean;
  readonly isCalm: IsCalm;
};

/** What the end of a line is worth. */
function placeBehind(line: Line, next: Line, around: Behind): readonly [Rank, BreakPoint] | undefined {
  const { before, after, underHeading, isCalm } = around;
  const at = line.end;
  // Neither right after an opening line nor right before a closing one: that would leave an empty code block.
  if (after.fence !== undefined) {
    return before.fence === undefined || mayClose(next.text) ? undefined : ["code", { at, fence: after.fence }];
  }
  if (after.header !== undefined && becomesTable(line, next)) return undefined;
  if (after.table !== undefined) {
    if (before.table === undefined || (!next.whole && next.text.trim() === "")) return undefined;
    if (isTableRow(next.text)) return ["row", { at, table: after.table }];
  }
  if (underHeading) return undefined;
  const rank = rankBefore(next, line.text.trim() === "");
  const calm = rank !== "line" || beginsBlock(next.text, after) || isCalm(after.block, at);
  return rank === undefined ? undefined : [calm ? rank : "inside", { at }];
}

/** What a place at a line's end is worth by the line that follows; undefined while that is not known. */
function rankBefore({ text, whole }: Line, blank: boolean): Rank | undefined {
  if (text.trim() === "") return whole ? (blank ? "paragraph" : "line") : undefined;
  if (/^[ \t]/.test(text)) return "nested";
  if (blank) return "paragraph";
  if (!whole && /^(?:[-+*]|\d{1,9}[.)]?|#{1,6})$/.test(text)) return undefined;
  return /^(?:[-+*]|\d{1,9}[.)]|#{1,6})(?:[ \t]|$)/.test(text) ? "item" : "line";
}

type Bounds = {
  readonly zone: number;
  readonly limit: number;
  readonly before: Reading;
  readonly isCalm: IsCalm;
};

/** Ends of sentences and words within a line of prose. */
function placesInLine(text: string, line: Line, bounds: Bounds, latest: Map<Rank, BreakPoint>): void {
  const { zone, limit, before, isCalm } = bounds;
  if (line.end < zone) return;
  const block = beginsBlock(line.text, before) ? line.start : before.block;
  const ends = (pattern: RegExp) =>
    [...line.text.slice(0, limit - line.start).matchAll(pattern)]
      .map(({ index, 0: found }) => line.start + index + found.length)
      .filter((at) => at > line.start && at >= zone && !beginsAnew(text, at));
  const words = ends(/\s+/g);
  const sentences = ends(/[.!?…]["'”’)\]*_]*\s+|[。！？]/g);
  const tried = [...words.slice(-tries), ...sentences.slice(-tries)].toSorted((a, b) => a - b);
  const calm = new Set(tried.filter((at) => isCalm(block, at)));
  const add = (rank: Rank, found: readonly number[]) => {
    const at = found.slice(-tries).findLast((one) => calm.has(one));
    if (at !== undefined) latest.set(rank, { at });
    const last = found.at(-1);
    if (last !== undefined && last !== at) latest.set("inside", { at: last });
  };
  add("word", words);
  add("sentence", sentences);
}

/** True where nothing is open that a cut would tear apart, in the paragraph that begins at `block`. Asked from left to right. */
type IsCalm = (block: number, at: number) => boolean;

function createIsCalm(text: string): IsCalm {
  let block = -1;
  let calm = createCalm("");
  return (begin, at) => {
    if (begin !== block) calm = createCalm(text.slice(begin));
    block = begin;
    return calm(at - begin);
  };
}

/** True where the rest of a line would be something else at a message's beginning: a list item, a heading, a code block. */
function beginsAnew(text: string, at: number): boolean {
  const rest = text.slice(at, at + 9);
  if (/^(?:[-+*]\s|\d{1,3}[.)]\s|#{1,6}\s|-#\s|[>|]|`{3}|~{3}|--|\*\*\*|___)/.test(rest)) return true;
  return at + rest.length === text.length && /^(?:[-+*#`~_]*|-#|\d{1,3}[.)]?)$/.test(rest);
}
