import { createClosingBracket } from "./brackets.ts";
import {
  beginsLine,
  isDisplayed,
  isEnclosed,
  isMath,
  longestInDollars,
  mayBeginInDollars,
  mayBeginInDoubleDollars,
} from "./formulas.ts";
import { createNextSign, createNextTicks, type NextSign, type NextTicks } from "./signs.ts";

/** How a message grows: it is replaced as a whole, or only added to. */
export type Growth = "edited" | "appended";

/** How far a text may be shown, and what closes the spans that are open there. */
export type Shown = {
  readonly until: number;
  readonly closers: string;
};

/** What closes spans never takes more. UTF-16 units. */
export const closersRoom = 20;
const emphasisRoom = 12;
const longestTicks = 8;

/** What has no end after so many units is shown as it stands. Functions of the text alone, so that nothing shown is taken back. */
const longestLink = 300;
const longestTag = 60;
const longestFormula = 600;
/** Where nothing can be taken back, an open span waits for its end for so long. */
const longestWait = 80;

type Opener = { readonly sign: string; count: number; readonly at: number; readonly inner: number };

/** Where a construct ends, or that this is not known yet. A plain sign ends behind itself. */
type End = number | "undecided";

/** What is found in the whole text for all its beginnings, so that none of them is searched anew. */
type Known = {
  readonly next: NextSign;
  readonly ticks: NextTicks;
  readonly closingBracket: (at: number) => number | undefined;
};

function lookAhead(text: string): Known {
  const ticks = createNextTicks(text);
  return { next: createNextSign(text), ticks, closingBracket: createClosingBracket(text, ticks, longestLink) };
}

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

/** The end of what begins here, but for code and emphasis. */
function endOf(text: string, at: number, sign: string, known: Known): End {
  switch (sign) {
    case "\\":
      return endOfEscape(text, at, known);
    case "$":
      if (at + 1 === text.length) return "undecided";
      return text.startsWith("$$", at) ? endOfDoubleDollars(text, at, known) : endOfDollars(text, at);
    case "!":
      if (at + 1 === text.length) return "undecided";
      return text.charAt(at + 1) === "[" ? endOfLink(text, at + 1, known) : at + 1;
    case "[":
      return endOfLink(text, at, known);
    case "<":
      return endOfTag(text, at);
    default:
      return endOfAddress(text, at);
  }
}

function endOfEscape(text: string, at: number, known: Known): End {
  const next = text.charAt(at + 1);
  if (next === "") return "undecided";
  if (next === "(") return endOfFormula(text, at, "\\)", known);
  if (next === "[") return endOfFormula(text, at, "\\]", known);
  return /[!-/:-@[-`{-~]/.test(next) ? at + 2 : at + 1;
}

function endOfFormula(text: string, at: number, closing: string, { next }: Known): End {
  const end = next(closing, at + 2) + closing.length;
  if (end <= Math.min(text.length, at + longestFormula)) return end;
  return text.length - at <= longestFormula ? "undecided" : at + 2;
}

function endOfDollars(text: string, at: number): End {
  if (!mayBeginInDollars(text, at)) return at + 1;
  const [, body = "", stop] = /^\$([^$`\n]*)([$`\n]?)/.exec(text.slice(at, at + longestInDollars + 2)) ?? [];
  const end = at + 1 + body.length;
  if (stop === "") return end - at > longestInDollars ? at + 1 : "undecided";
  if (stop === "$" && end + 1 === text.length) return "undecided";
  return stop === "$" && isEnclosed(text, at, end) ? end + 1 : at + 1;
}

/** A run of other than two dollars is a price range, as are two that no formula follows. */
function endOfDoubleDollars(text: string, at: number, known: Known): End {
  const run = runLength(text, at);
  if (run !== 2) return at + run;
  if (at + run === text.length) return "undecided";
  if (!mayBeginInDoubleDollars(text, at)) return at + 2;
  const line = text.slice(at + 2, Math.min(known.next("\n", at + 2), at + longestFormula));
  const isWhole = at + 2 + line.length < text.length || line.length >= longestInDollars;
  const head = line.slice(0, longestInDollars);
  const isMathLine = isMath(head) && !head.includes("$");
  const isNone = head.trim() === "" ? !beginsLine(text, at) : !head.includes("$$") && !isMathLine;
  const end = isWhole && isNone ? at + 2 : endOfFormula(text, at, "$$", known);
  if (end === text.length || end === "undecided") return "undecided"; // a third dollar would make it a price range
  const body = text.slice(at + 2, end - 2);
  const isFormula = body.includes("\n") ? body.trim() !== "" : isDisplayed(body) && !body.includes("`");
  return isFormula && text.charAt(end) !== "$" ? end : at + 2;
}

type Code = { readonly ticks: number; readonly known: Known; readonly growth: Growth };

/** Behind the run of as many backticks. One at the text's end may yet grow. */
function endOfCode(text: string, at: number, { ticks, known, growth }: Code): End {
  if (ticks > longestTicks) return at + ticks;
  const reach = growth === "edited" ? text.length : Math.min(text.length, at + longestWait);
  const twin = known.ticks(ticks, at + ticks);
  if (twin < reach && twin + ticks < text.length) return twin + ticks;
  return growth === "edited" || text.length - at <= longestWait ? "undecided" : at + ticks;
}

const destination =
  /^\(\s*(?:<[^<>\n]*>|(?:\\.|[^\s\\()<]|\((?:\\.|[^\s\\()])*\))*)(?:\s+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))?\s*\)/;
const destinationBegun =
  /^\(\s*(?:<[^<>\n]*>?|(?:\\.|[^\s\\()<]|\((?:\\.|[^\s\\()])*\))*(?:\((?:\\.|[^\s\\()])*)?\\?)(?:\s+(?:"(?:\\.|[^"\\])*\\?"?|'(?:\\.|[^'\\])*\\?'?)?)?\s*$/;

function endOfLink(text: string, at: number, { closingBracket }: Known): End {
  const close = closingBracket(at) ?? text.length;
  if (close >= text.length) return text.length - at <= longestLink ? "undecided" : at + 1;
  if (close + 1 === text.length) return "undecided";
  if (text.charAt(close + 1) !== "(") return at + 1;
  const rest = text.slice(close + 1, close + 1 + longestLink);
  const [whole] = destination.exec(rest) ?? [];
  if (whole !== undefined) return close + 1 + whole.length;
  return rest.length < longestLink && destinationBegun.test(rest) ? "undecided" : at + 1;
}

/** `<https://…>`, `<@123>`, `<:name:123>`, `<!channel>`, `<br />`. */
function endOfTag(text: string, at: number): End {
  const rest = text.slice(at, at + longestLink);
  const [whole] = /^<(?:[@#:!/a-zA-Z][^<>\s]*|br *\/?)>/.exec(rest) ?? [];
  const longest = /^<(?:https?:|mailto:)/.test(rest) ? longestLink : longestTag;
  if (whole !== undefined && whole.length <= longest) return at + whole.length;
  return rest.length < longest && /^<(?:[@#:!/a-zA-Z][^<>\s]*|br *\/?)?$/.test(rest) ? "undecided" : at + 1;
}

/** A bare address: platforms make it a link, so half of one would lead elsewhere. */
function endOfAddress(text: string, at: number): End {
  const rest = text.slice(at, at + longestLink);
  const [address] = /^https?:\/\/[^\s<>*`|\\]*/.exec(rest) ?? [];
  const begun = address?.length === rest.length || /^h(?:t(?:t(?:ps?(?::\/?)?)?)?)?$/.test(rest);
  if (begun && rest.length < longestLink) return "undecided";
  return at + (address === undefined ? 1 : lengthWithout(isAddressEnd, address));
}

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
function close(sign: string, count: number, open: Opener[]): number {
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

const isAddressEnd = /[_~)\].,]/;
const isTickOrSpace = /[`\s]/;

/** A text's length without those of the signs that it ends with. A pattern with `$` would try each place anew. */
function lengthWithout(signs: RegExp, text: string): number {
  let end = text.length;
  while (end > 0 && signs.test(text.charAt(end - 1))) end--;
  return end;
}

const isSpace = (sign: string): boolean => /^\s?$/.test(sign);
const isPunctuation = (sign: string): boolean => /[\p{P}\p{S}]/u.test(sign);

function runLength(text: string, at: number): number {
  let end = at + 1;
  while (text.charAt(end) === text.charAt(at)) end++;
  return end - at;
}

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
