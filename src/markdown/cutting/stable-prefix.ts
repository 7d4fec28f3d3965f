import { beginsBlock, longestFrame, mayClose, mayDelimit, type Reading, readLines } from "../reading/blocks.ts";
import { fenceAfter } from "../reading/fence.ts";
import { type Shown, settleInline } from "../reading/inline.ts";
import type { Growth } from "../reading/inline-ends.ts";
import { isDelimiterRow, isTableRow, longestTableLine } from "../reading/table-lines.ts";
import { wholeCharacters } from "./grapheme.ts";

export type StablePrefix = Shown & {
  /** The code block that is open where the shown text ends. */
  readonly fence: Reading["fence"];
  /** Read on from here when the text has grown. */
  readonly reading: Reading;
};

/**
 * How far a growing text may be shown, and what must be added there so that it reads well. Nothing that was shown is ever taken
 * back: the text until there is the beginning of what will be shown when more has come. Looks at the new lines and the last
 * paragraph only. At the reply's end nothing waits: then the text is shown as it is. `ahead` is what is known beyond the text.
 */
export function stablePrefix(text: string, before: Reading, growth: Growth, ahead = ""): StablePrefix {
  const reading = readLines(text, before);
  if (reading.fence !== undefined) return { ...inCode(text, reading, ahead), reading };
  const { until, closers } = inProse(text, reading, growth, ahead);
  return { until, closers, fence: undefined, reading };
}

/** An opening line waits for its first code, and what may be the closing line for its end. */
function inCode(text: string, { at, waits, fence }: Reading, ahead: string): Omit<StablePrefix, "reading"> {
  const line = text.slice(at);
  const whole = wholeBefore(line, ahead);
  const until = mayClose(line.slice(0, whole)) ? at : at + whole;
  if (waits === undefined || text.slice(at, until).trim() !== "") return { until, closers: "", fence };
  return { until: waits, closers: "", fence: undefined };
}

function inProse(text: string, reading: Reading, growth: Growth, ahead: string): Shown {
  const { at, waits, header, block } = reading;
  const line = text.slice(at);
  const [next = "", ...more] = (line + ahead).split("\n", 2);
  const whole = more.length > 0;
  if (header !== undefined && (whole ? isDelimiterRow(next, header) : mayDelimit(next)))
    return inParagraph(text, block, waits ?? at, growth);
  if (mayBeRow(next) || (whole ? isFence(next) : waitsForEnd(next, reading)))
    return inParagraph(text, block, at, growth);
  return inParagraph(text + ahead, beginsBlock(next, reading) ? at : block, text.length, growth);
}

function inParagraph(text: string, from: number, to: number, growth: Growth): Shown {
  const paragraph = text.slice(from, to);
  const whole = paragraph.slice(0, wholeBefore(paragraph, text.slice(to)));
  const shown = settleInline(whole, "edited");
  if (growth === "edited") return { until: from + itemUntil(whole, shown.until), closers: shown.closers };
  // Never further than by edits: a message that goes on by them must not lose a word.
  const until = Math.min(shown.until, settleInline(whole, "appended").until);
  return { until: from + itemUntil(whole, until), closers: "" };
}

/** A marker waits for what is seen of its item. */
const itemUntil = (paragraph: string, until: number) =>
  until <= longestFrame && isMarker.test(paragraph.slice(0, until)) ? 0 : until;

/** What follows tells whether the last character is whole. */
function wholeBefore(text: string, ahead: string): number {
  return Math.min(text.length, wholeCharacters(text + ahead));
}

/** True for a line whose first signs do not say yet what it is. */
function waitsForEnd(line: string, { formula }: Reading): boolean {
  if (line.length > longestFrame) return false;
  if (line !== "" && line.trim() === "") return true;
  if (isFence(line) || /^(?:[ \t]|[-*+] |\d+[.)] )*(?:`+|~+)$/.test(line)) return true;
  return formula === undefined && (isMarker.test(line) || isRule.test(line));
}

const mayBeRow = (line: string): boolean => line.length <= longestTableLine && isTableRow(line);
const isFence = (line: string): boolean => line.length <= longestFrame && fenceAfter(line, undefined) !== undefined;

/** Nothing but what begins a list item, a quotation or a heading; a number at the very end may become the item's. */
const isMarker = /^(?:[ \t>]|[-*+](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)|\d{1,9}$|#{1,6}(?=[ \t]|$)|-#(?=[ \t]|$))+$/;
/** A line across, or below a heading. */
const isRule = /^[ \t]*(?:-[ \t-]*|=+|[*_][*_ \t]*)$/;
