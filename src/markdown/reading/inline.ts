// Reading tells what the letters of an answer mean in Markdown: code, links, emphasis, tables, formulas.
// An answer is read while it grows, so “undecided” is a possible result: the next letters may turn a sign into something else.
// Nothing here draws or cuts, and each text is read once from its beginning to its end.

import {
  endOf,
  endOfCode,
  type Growth,
  isSpace,
  isTickOrSpace,
  type Known,
  lengthWithout,
  longestWait,
  lookAhead,
  runLength,
} from "./inline-ends.ts";

/** How far a text may be shown, and what closes the spans that are open there. */
export type Shown = {
  readonly until: number;
  readonly closers: string;
};

/** What closes spans never takes more. UTF-16 units. */
export const closersRoom = 20;
const emphasisRoom = 12;

type Opener = { readonly sign: string; count: number; readonly at: number; readonly inner: number };

/** How far a text was read, and the spans that are open there. */
type Reading = { readonly at: number; readonly open: readonly Opener[] };

/** `ticks`: from there on the text is code, which so many backticks close. `onward`: where a longer text is read on from. */
type Halt = Reading & { readonly ticks?: number; readonly onward: Reading };

/**
 * Reads the paragraph that grows at its end. Stops before what the next letters may turn into something else: half a link, formula
 * or tag, a run of signs, a backslash. What stands before that place keeps its meaning.
 */
export function settleInline(text: string, growth: Growth): Shown {
  const { at, open, ticks } = readOn(text, { at: 0, open: [] }, lookAhead(text), growth);
  if (ticks !== undefined) return withCode(text, at, ticks, open);
  return growth === "edited" ? closedAt(text, at, open) : heldAt(text, at, open);
}

/**
 * Tells of beginnings of a paragraph, each longer than the one before, whether nothing is open at their end: no span, and nothing that
 * the next letters may turn into something else. Reads the paragraph once for all of them.
 */
export function createCalm(paragraph: string): (end: number) => boolean {
  const known = lookAhead(paragraph);
  let reading: Reading = { at: 0, open: [] };
  return (end) => {
    const { at, open, onward } = readOn(paragraph.slice(0, end), reading, known, "edited");
    reading = onward;
    return at === end && open.length === 0;
  };
}

/** All that says more than itself. An address begins no word that another letter stands before. */
const special = /[`*_~|\\$!<[]|(?<![A-Za-z0-9\\])h(?=t|$)/g;

function readOn(text: string, from: Reading, known: Known, growth: Growth): Halt {
  const open = from.open.map((one) => ({ ...one }));
  const halt = (at: number): Halt => ({ at, open, onward: { at, open } });
  let wordsEnd: number | undefined;
  for (let at = from.at; at < text.length; ) {
    special.lastIndex = at;
    at = special.test(text) ? special.lastIndex - 1 : text.length;
    const sign = text.charAt(at);
    if (sign === "`") {
      const ticks = runLength(text, at);
      if (at + ticks === text.length) return halt(at);
      const end = endOfCode(text, at, { ticks, known, growth });
      if (end === "undecided") return { ...halt(at), ...(growth === "edited" ? { ticks } : {}) };
      at = end;
    } else if (isEmphasis(sign)) {
      const end = at + runLength(text, at);
      if (end === text.length) return halt(at);
      wordsEnd ??= text.trimEnd().length;
      const onward = { at, open: end < wordsEnd ? open : open.map((one) => ({ ...one })) };
      const used = readRun(text, at, end, open);
      if (!used && open.length > 0 && end >= wordsEnd) return { at, open, onward };
      at = end;
    } else if (sign !== "") {
      const end = endOf(text, at, sign, known);
      if (end === "undecided") return halt(at);
      at = end;
    }
  }
  return halt(text.length);
}

const isEmphasis = (sign: string): boolean => sign === "*" || sign === "_" || sign === "~" || sign === "|";

/** Emphasis as CommonMark reads it, but for signs within a plain word. False for a run that is left as it stands. */
function readRun(text: string, at: number, end: number, open: Opener[]): boolean {
  const sign = text.charAt(at);
  const flanks = flanksOf(text, at, end);
  let count = end - at;
  if (sign === "~" || sign === "|" ? count !== 2 : count > 3) return false;
  if (canClose(sign, flanks)) count = close(sign, count, open);
  if (count === 0) return true;
  const room = emphasisRoom - open.reduce((sum, one) => sum + one.count, 0);
  if (!canOpen(sign, flanks) || count > room) return false;
  open.push({ sign, count, at: end - count, inner: end });
  return true;
}

/** Closes what is open, and returns how many signs are left. */
export function close(sign: string, count: number, open: Opener[]): number {
  let left = count;
  while (left > 0) {
    const index = open.findLastIndex((one) => one.sign === sign);
    const opener = open[index];
    if (opener === undefined) return left;
    const used = left >= 2 && opener.count >= 2 ? 2 : 1;
    left -= used;
    opener.count -= used;
    open.length = opener.count === 0 ? index : index + 1;
  }
  return left;
}

type Flanks = { readonly before: string; readonly after: string; readonly left: boolean; readonly right: boolean };

function flanksOf(text: string, at: number, end: number): Flanks {
  const before = text.charAt(at - 1);
  const after = text.charAt(end);
  const left = !isSpace(after) && (!isPunctuation(after) || isSpace(before) || isPunctuation(before));
  const right = !isSpace(before) && (!isPunctuation(before) || isSpace(after) || isPunctuation(after));
  return { before, after, left, right };
}

function canOpen(sign: string, { before, left }: Flanks): boolean {
  if (!left || /[A-Za-z0-9]/.test(before)) return false;
  return sign === "*" || isSpace(before) || isPunctuation(before);
}

function canClose(sign: string, { after, left, right }: Flanks): boolean {
  return right && (sign !== "_" || !left || isPunctuation(after));
}

const isPunctuation = (sign: string): boolean => /[\p{P}\p{S}]/u.test(sign);

/** The text is code from here on: closed with as many ticks. Those at its end may yet be what closes it, and would join the closers. */
function withCode(text: string, at: number, ticks: number, open: readonly Opener[]): Shown {
  const until = lengthWithout(isTickOrSpace, text);
  if (text.slice(at + ticks, until).trim() === "") return closedAt(text, at, open);
  return { until, closers: "`".repeat(ticks) + closersOf(open) };
}

/** Spans are closed where a reader sees something of them; a sign with nothing behind it waits. */
function closedAt(text: string, at: number, open: readonly Opener[]): Shown {
  const last = open.at(-1);
  if (last === undefined || text.slice(last.inner, at).trim() !== "") return { until: at, closers: closersOf(open) };
  return closedAt(text, last.at, open.slice(0, -1));
}

function closersOf(open: readonly Opener[]): string {
  return open
    .map(({ sign, count }) => sign.repeat(count))
    .toReversed()
    .join("");
}

function heldAt(text: string, at: number, open: readonly Opener[]): Shown {
  const first = open.find((one) => text.length - one.at <= longestWait);
  return { until: Math.min(at, first?.at ?? at), closers: "" };
}
