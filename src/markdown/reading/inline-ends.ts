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

const longestTicks = 8;

/** Where nothing can be taken back, an open span waits for its end for so long. */
export const longestWait = 80;

/** What has no end after so many units is shown as it stands. Functions of the text alone, so that nothing shown is taken back. */
const longestLink = 300;
const longestTag = 60;
const longestFormula = 600;

/** Where a construct ends, or that this is not known yet. A plain sign ends behind itself. */
type End = number | "undecided";

/** What is found in the whole text for all its beginnings, so that none of them is searched anew. */
export type Known = {
  readonly next: NextSign;
  readonly ticks: NextTicks;
  readonly closingBracket: (at: number) => number | undefined;
};

export function lookAhead(text: string): Known {
  const ticks = createNextTicks(text);
  return { next: createNextSign(text), ticks, closingBracket: createClosingBracket(text, ticks, longestLink) };
}

/** The end of what begins here, but for code and emphasis. */
export function endOf(text: string, at: number, sign: string, known: Known): End {
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
export function endOfCode(text: string, at: number, { ticks, known, growth }: Code): End {
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

const isAddressEnd = /[_~)\].,]/;
export const isTickOrSpace = /[`\s]/;

/** A text's length without those of the signs that it ends with. A pattern with `$` would try each place anew. */
export function lengthWithout(signs: RegExp, text: string): number {
  let end = text.length;
  while (end > 0 && signs.test(text.charAt(end - 1))) end--;
  return end;
}

export const isSpace = (sign: string): boolean => /^\s?$/.test(sign);

export function runLength(text: string, at: number): number {
  let end = at + 1;
  while (text.charAt(end) === text.charAt(at)) end++;
  return end - at;
}
