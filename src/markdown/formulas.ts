import { codeSign, outsideCode } from "./code-spans.ts";

/**
 * The formulas in a paragraph as inline code, in which no sign is taken for markup. `\(…\)`, `\[…\]` and `$$…$$` are formulas;
 * `$…$` only where it cannot be money: without spaces next to the dollars, and with a command or a sign that only formulas have.
 */
export function formulasAsCode(text: string): string {
  return /[$\\]/.test(text) ? outsideCode(text, withFormulas) : text;
}

type Formula = { readonly drawn: string; readonly end: number };

/** Where a sign stands next, from a place on. Asked from left to right only, and then no place is looked at twice. */
type Next = (sign: string, from: number) => number;

function withFormulas(text: string): string {
  const next = createNext(text);
  const opening = /\\[\s\S]|\$\$?/g;
  const loneBacktick = text.indexOf("`");
  const pieces: string[] = [];
  let from = 0;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    if (loneBacktick !== -1 && loneBacktick < found.index) break; // it would close at the formula's first
    const formula = formulaAt(text, found.index, found[0], next);
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

function formulaAt(text: string, at: number, opening: string, next: Next): Formula | undefined {
  const closing = closings.get(opening);
  if (closing === undefined) return undefined;
  const start = at + opening.length;
  const end = next(closing, start);
  const inOnePiece = end < Math.min(next("\n", start), next(codeSign, start), next("`", start));
  const body = inOnePiece ? text.slice(start, end) : "";
  if (body.trim() === "") return undefined;
  if (opening !== "$") return { drawn: `\`${body.trim()}\``, end: end + closing.length };
  if (!isEnclosed(text, at, end)) return undefined;
  // A pair of dollars that encloses no formula is stepped over, or its second one would be taken for a beginning.
  return { drawn: isMath(body) ? `\`${body}\`` : text.slice(at, end + 1), end: end + 1 };
}

const closings = new Map([
  ["\\(", "\\)"],
  ["\\[", "\\]"],
  ["$$", "$$"],
  ["$", "$"],
]);

function isEnclosed(text: string, at: number, end: number): boolean {
  return (
    !/[\p{L}\p{N}$]/u.test(text.charAt(at - 1)) &&
    /\S/.test(text.charAt(at + 1)) &&
    /[^\s\\]/.test(text.charAt(end - 1)) &&
    !/[\p{L}\p{N}$]/u.test(text.charAt(end + 1))
  );
}

const isMath = (body: string) => /\\[A-Za-z]|[\^_=]/.test(body);

function createNext(text: string): Next {
  const known = new Map<string, number>();
  return (sign, from) => {
    const last = known.get(sign);
    if (last !== undefined && last >= from) return last;
    const found = text.indexOf(sign, from);
    const at = found === -1 ? Number.POSITIVE_INFINITY : found;
    known.set(sign, at);
    return at;
  };
}
