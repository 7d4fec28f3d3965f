import { codeSign, outsideCode } from "./code-spans.ts";
import { createNextMatch, createNextSign, type Next, type NextSign } from "./signs.ts";

/** A formula between single dollars is never longer, so that a growing text need not wait for its end for long. UTF-16 units. */
export const longestInDollars = 120;

/**
 * The formulas in a paragraph as inline code, in which no sign is taken for markup. `\(…\)` and `\[…\]` are formulas unless
 * words stand between them, which are escaped brackets then; `$…$` and `$$…$$` only where they cannot be money or a price range.
 */
export function formulasAsCode(text: string): string {
  return /[$\\]/.test(text) ? outsideCode(text, withFormulas) : text;
}

type Formula = { readonly drawn: string; readonly end: number };

/** What stands next in the text: a sign, a sign that only formulas have, a word. */
type Ahead = { readonly next: NextSign; readonly math: Next; readonly word: Next };

function withFormulas(text: string): string {
  const ahead: Ahead = {
    next: createNextSign(text),
    math: createNextMatch(text, math),
    word: createNextMatch(text, /\p{L}{3}/u),
  };
  const opening = /\\[\s\S]|\$\$?/g;
  const loneBacktick = text.indexOf("`");
  const pieces: string[] = [];
  let from = 0;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    if (loneBacktick !== -1 && loneBacktick < found.index) break; // it would close at the formula's first
    const formula = formulaAt(text, found.index, found[0], ahead);
    if (formula === undefined) continue;
    addPiece(pieces, text.slice(from, found.index));
    addPiece(pieces, formula.drawn);
    from = opening.lastIndex = formula.end;
  }
  addPiece(pieces, text.slice(from));
  return pieces.join("");
}

/** Two pieces of code that touch would be one, for their backticks would count together. */
function addPiece(pieces: string[], piece: string): void {
  if (piece === "") return;
  if (isCode(pieces.at(-1)?.at(-1)) && isCode(piece[0])) pieces.push(" ");
  pieces.push(piece);
}

const isCode = (sign: string | undefined) => sign === "`" || sign === codeSign;

function formulaAt(text: string, at: number, opening: string, { next, math, word }: Ahead): Formula | undefined {
  const closing = closings.get(opening);
  if (closing === undefined) return undefined;
  const start = at + opening.length;
  const end = next(closing, start);
  const inOnePiece = end < Math.min(next("\n", start), next(codeSign, start), next("`", start));
  const body = inOnePiece ? text.slice(start, end) : "";
  if (!/\S/.test(body)) return undefined;
  const code = (): Formula => ({ drawn: `\`${body.trim()}\``, end: end + closing.length });
  switch (opening) {
    case "$":
      if (!mayBeginInDollars(text, at) || !isEnclosed(text, at, end)) return undefined;
      // A pair of dollars that encloses no formula is stepped over, or its second one would be taken for a beginning.
      return isMath(body) ? code() : { drawn: text.slice(at, end + 1), end: end + 1 };
    case "$$":
      return mayBeginInDoubleDollars(text, at) && text.charAt(end + 2) !== "$" && isDisplayed(body)
        ? code()
        : undefined;
    default:
      return math(start) < end || (!isInWord(text, at) && word(start) >= end) ? code() : undefined;
  }
}

/** An escaped bracket within a word or a path is no formula. */
const isInWord = (text: string, at: number) => /[A-Za-z0-9_:'"\\]/.test(text.charAt(at - 1));

/** False for a sum of money, and where no formula can begin. True while that is open. */
export function mayBeginInDollars(text: string, at: number): boolean {
  if (/[\p{L}\p{N}$]/u.test(text.charAt(at - 1)) || /[\s$),.;:!?]/.test(text.charAt(at + 1))) return false;
  return !money.test(text.slice(at, at + longestInDollars));
}

/** `$5 and`, `$1,000.`, `$20/month`, `$5k`; not `$2x`, `$2 + 3` or `$10^3`. */
const money =
  /^\$\d(?:[\d.,]*\d)?(?:(?:[kKmMbB]|bn)?(?=[^\s\dA-Za-z.,^_+=<>\\*({-]|[.,]\s)|(?:[kKmMbB]|bn)?[ \t]+[^\s+=<>\\^*-]|[kKmMbB][.,\s])/;

/** False for a price range such as `($$)`, `$$$` or `$$ and`. True while that is open. */
export function mayBeginInDoubleDollars(text: string, at: number): boolean {
  if (/[\p{L}\p{N}$.]/u.test(text.charAt(at - 1)) || /[$),.;:!?\]/–—]/.test(text.charAt(at + 2))) return false;
  return !/[ \t]/.test(text.charAt(at + 2)) || beginsLine(text, at);
}

/** True where only a list marker stands before. */
export const beginsLine = (text: string, at: number) =>
  /(?:^|\n)[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?$/.test(text.slice(Math.max(0, at - 40), at));

/** What stands between double dollars in one line. */
export const isDisplayed = (body: string) =>
  isMath(body.slice(0, longestInDollars)) ||
  (body.length <= longestInDollars && /^\S*[\p{L}\p{N}]\S*$/u.test(body.trim()));

const closings = new Map([
  ["\\(", "\\)"],
  ["\\[", "\\]"],
  ["$$", "$$"],
  ["$", "$"],
]);

/** True where the dollars stand close around what is between them. */
export function isEnclosed(text: string, at: number, end: number): boolean {
  return (
    end - at <= longestInDollars && /[^\s\\]/.test(text.charAt(end - 1)) && !/[\p{L}\p{N}$]/u.test(text.charAt(end + 1))
  );
}

/** A command, or a sign that only formulas have. */
export const isMath = (body: string) => math.test(body);

const math = /\\[A-Za-z]|[\^_=]/;
