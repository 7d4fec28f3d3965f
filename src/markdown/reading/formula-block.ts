import { isMath, longestInDollars, mayBeginInDoubleDollars } from "./formulas.ts";

export type FormulaBlock = {
  /** The list marker or the spaces that it stands behind. */
  readonly before: string;
  readonly lines: readonly string[];
  /** What stands behind it in its last line. */
  readonly after: string;
  readonly end: number;
};

/** Finds formulas that begin a line and span several, `$$` to `$$` or `\[` to `\]`, without an empty line in between. */
export type FindFormula = (start: number) => FormulaBlock | undefined;

/** Asked for one line after the other. A search that found nothing is not begun again within the lines that it has seen. */
export function createFindFormula(lines: readonly string[]): FindFormula {
  const searched = new Map<string, number>();
  return (start) => {
    const [, before, sign, first] = opening.exec(lines[start] ?? "") ?? [];
    if (before === undefined || sign === undefined || first === undefined) return undefined;
    const closing = sign === "$$" ? "$$" : "\\]";
    if (first.includes(closing) || !mayOpen(sign, first) || start < (searched.get(closing) ?? 0)) return undefined;
    let last = start + 1;
    while (last < lines.length && lines[last]?.trim() !== "" && !lines[last]?.includes(closing)) last++;
    const closed = lines[last]?.includes(closing);
    const found = { before, first, middle: lines.slice(start + 1, last), last: lines[last] ?? "", closing };
    const block = closed ? toBlock(found, last + 1) : undefined;
    if (block === undefined) searched.set(closing, last);
    return block;
  };
}

const opening = /^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(\$\$|\\\[)([^\n]*)$/;

/** Dollars that words follow are a price range: `- $$ – moderate`, `$$, then`. */
const mayOpen = (sign: string, first: string) =>
  sign !== "$$" ||
  first.trim() === "" ||
  (!first.includes("$") && mayBeginInDoubleDollars(sign + first, 0) && isMath(first.slice(0, longestInDollars)));

/** True for a line that begins a formula in double dollars and does not end it. */
export function opensFormula(line: string): boolean {
  const [, , sign, first = ""] = opening.exec(line) ?? [];
  return sign === "$$" && !first.includes("$$") && mayOpen(sign, first);
}

type Found = {
  readonly before: string;
  readonly first: string;
  readonly middle: readonly string[];
  readonly last: string;
  readonly closing: string;
};

/** Undefined for one that is empty, that ends in a price range, or that no code block can hold. */
function toBlock({ before, first, middle, last, closing }: Found, end: number): FormulaBlock | undefined {
  const at = last.indexOf(closing);
  if (closing === "$$" && last.charAt(at + 2) === "$") return undefined;
  const lines = [first, ...middle, last.slice(0, at)].map((line) => line.trimEnd()).filter((line) => line !== "");
  if (lines.length === 0 || lines.some((line) => line.includes("```") || line.includes("~~~"))) return undefined;
  return { before, lines, after: last.slice(at + closing.length).trim(), end };
}
