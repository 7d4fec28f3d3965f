import { type Fence, fenceAfter } from "./fence.ts";
import { opensFormula } from "./formula-block.ts";
import { isDelimiterRow, isTableRow, longestTableLine, mayBeginTable } from "./table-lines.ts";

/** What is open at a place between two lines. */
export type Open = {
  readonly fence?: Fence | undefined;
  /** The header and the line of dashes of a table that may go on here. */
  readonly table?: string | undefined;
};

/** How the whole lines of a text were read, so that it can be read on as it grows. */
export type Reading = Open & {
  /** Where the line begins that is not whole yet. */
  readonly at: number;
  /** Where the paragraph or list item begins that it goes on with. */
  readonly block: number;
  /** The line before may be a table's header, if this one is dashes. */
  readonly header?: string | undefined;
  /** A line that is shown with what follows it: it may be a header, or it opened a code block. */
  readonly waits?: number | undefined;
  /** What ends the formula that goes over several lines, and where it began. */
  readonly formula?: { readonly closing: string; readonly at: number } | undefined;
};

/** A longer line is shown although it may yet open a code block or be a rule. UTF-16 units. */
export const longestFrame = 300;

/** The lines of a formula may look like list items, but not for ever. UTF-16 units. */
const longestFormula = 600;

/** The reading where a message begins. */
export function beginningAt(at: number, { fence, table }: Open): Reading {
  return { at, block: at, fence, table, waits: fence === undefined ? undefined : at };
}

/** Reads the whole lines that the text has got since. */
export function readLines(text: string, before: Reading): Reading {
  let reading = before;
  for (;;) {
    const newline = text.indexOf("\n", reading.at);
    if (newline === -1) return reading;
    reading = afterLine(reading, text.slice(reading.at, newline), newline + 1);
  }
}

/** What is known behind a line that ends at `end`. */
export function afterLine(before: Reading, line: string, end: number): Reading {
  const next: Reading = { at: end, block: end };
  const fence = fenceAfter(line, before.fence);
  if (before.fence !== undefined) {
    return { ...next, fence, waits: fence === undefined || line.trim() !== "" ? undefined : before.waits };
  }
  if (fence !== undefined) return { ...next, fence, waits: line.length > longestFrame ? undefined : before.at };
  if (before.table !== undefined && isTableRow(line)) return { ...next, table: before.table };
  if (before.header !== undefined && isDelimiterRow(line, before.header)) {
    return { ...next, table: `${before.header}\n${line}\n` };
  }
  if (line.trim() === "") return next;
  const block = beginsBlock(line, before) ? before.at : before.block;
  if (mayBeginTable(line)) return { ...next, block, header: line, waits: before.at };
  if (isHeading(line)) return next;
  return { ...next, block, formula: formulaAfter(line, before, end) };
}

/** A list item, a heading or a quotation: no emphasis reaches into it from above. */
export function beginsBlock(line: string, before: Reading): boolean {
  return before.formula === undefined && /^[ \t]*(?:[-*+][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|>)/.test(line);
}

export const isHeading = (line: string): boolean => /^ {0,3}#{1,6}[ \t]/.test(line);

/** True for a line that has only begun and may become the dashes below a table's header. */
export function mayDelimit(line: string): boolean {
  return line.length <= longestTableLine && /^ {0,12}(?:\|[ \t:|-]*\r?)?$/.test(line);
}

/** True for a line that may close a code block, also for one that has only begun. */
export function mayClose(line: string): boolean {
  return /^(?:[ \t]|[-*+] |\d+[.)] )*(?:[-*+]|\d+[.)]?|`*|~*)$/.test(line.trimEnd());
}

function formulaAfter(line: string, { formula, at }: Reading, end: number): Reading["formula"] {
  if (formula !== undefined) {
    return line.includes(formula.closing) || end - formula.at > longestFormula ? undefined : formula;
  }
  if (line.includes("`")) return undefined; // more likely code that speaks of formulas
  if (line.lastIndexOf("\\[") > line.lastIndexOf("\\]")) return { closing: "\\]", at };
  return opensFormula(line) ? { closing: "$$", at } : undefined;
}
