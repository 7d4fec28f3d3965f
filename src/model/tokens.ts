import { createRequire } from "node:module";

/** Counts the tokens of a text; an estimate for models with another vocabulary than OpenAI's. */
export type CountTokens = (text: string) => number;

let loaded: CountTokens | undefined;

/** Counts by the vocabulary o200k_base, which the first count loads: that takes a third of a second and some 80 MB, so not at the start. */
export const countTokens: CountTokens = (text) => {
  loaded ??= loadTokenizer();
  return loaded(text);
};

/** At once and not by a promise: whoever counts cannot wait. */
function loadTokenizer(): CountTokens {
  const { countTokens: count } = createRequire(import.meta.url)(
    "gpt-tokenizer/encoding/o200k_base",
  ) as typeof import("gpt-tokenizer/encoding/o200k_base");
  return (text) => countInPieces(text, (piece) => count(piece, ordinaryText));
}

/** Without this, a person who writes `<|endoftext|>` makes the tokenizer throw. */
const ordinaryText = { disallowedSpecial: new Set<string>() };

/**
 * Longer runs without a space are cut: the tokenizer takes quadratic time for them, 57 seconds for 100,000 letters of mixed
 * scripts, and the process stands still. A cut inside a run may count one or two tokens too many.
 */
const longestPiece = 500;

/** Adds up the counts of pieces that are short enough to be cheap. */
export function countInPieces(text: string, count: CountTokens): number {
  let tokens = 0;
  for (let from = 0; from < text.length; ) {
    const to = pieceEnd(text, from);
    tokens += count(text.slice(from, to));
    from = to;
  }
  return tokens;
}

/** The longest beginning of a text that has about so many tokens and not more; like the count, it looks at each piece once. */
export function beginningWithin(text: string, most: number, count: CountTokens): string {
  let left = most;
  for (let from = 0; from < text.length; ) {
    const to = pieceEnd(text, from);
    const tokens = count(text.slice(from, to));
    if (tokens > left) return text.slice(0, from) + halvedUntil(text.slice(from, to), left, count);
    left -= tokens;
    from = to;
  }
  return text;
}

function halvedUntil(piece: string, most: number, count: CountTokens): string {
  let part = piece;
  while (part !== "" && count(part) > most) part = part.slice(0, part.length >> 1).replace(/[\uD800-\uDBFF]$/, "");
  return part;
}

/** Before a space that follows a letter or sign, since no token reaches over such a place; else anywhere but inside a character. */
function pieceEnd(text: string, from: number): number {
  const limit = from + longestPiece;
  if (limit >= text.length) return text.length;
  for (let at = limit; at > from; at--) {
    if (text[at] === " " && !/\s/.test(text[at - 1] ?? "")) return at;
  }
  const insideCharacter = /[\uD800-\uDBFF]/.test(text[limit - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[limit] ?? "");
  return insideCharacter ? limit - 1 : limit;
}
