import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Counts the tokens of a text; an estimate for models with another vocabulary than OpenAI's. */
export type CountTokens = (text: string) => number;

let loaded: CountTokens | undefined;

/** Counts by the vocabulary o200k_base, which the first count loads: that takes a third of a second and some 40 MB, so not at the start. */
export const countTokens: CountTokens = (text) => {
  loaded ??= loadTokenizer();
  return loaded(text);
};

/**
 * At once and not by a promise: whoever counts cannot wait. The package also has the vocabulary as a module, but what Node and V8 keep of its
 * 200,000 literals takes half as much memory again.
 */
function loadTokenizer(): CountTokens {
  const require = createRequire(import.meta.url);
  const { GptEncoding } = require("gpt-tokenizer/GptEncoding") as typeof import("gpt-tokenizer/GptEncoding");
  const vocabulary = readVocabulary(require.resolve("gpt-tokenizer/data/o200k_base.tiktoken"));
  const tokenizer = GptEncoding.getEncodingApi("o200k_base", () => vocabulary);
  tokenizer.setMergeCacheSize(rememberedPieces);
  return (text) => countInPieces(text, (piece) => tokenizer.countTokens(piece, ordinaryText));
}

/** Of words that are several tokens; the package would remember 100,000. */
const rememberedPieces = 5_000;

/** Each line has a token in base64 and its number, which is the line's. What is no text stays bytes, and so does what a decoder would strip. */
export function readVocabulary(path: string): (string | number[])[] {
  const file = readFileSync(path);
  const tokens: (string | number[])[] = [];
  for (let from = 0; from < file.length; from = lineEnd(file, from) + 1) {
    const token = Buffer.from(file.toString("latin1", from, file.indexOf(" ", from)), "base64");
    const text = token.toString();
    tokens.push(isUtf8(token) && !text.startsWith("\uFEFF") ? text : [...token]);
  }
  return tokens;
}

function lineEnd(file: Buffer, from: number): number {
  const end = file.indexOf("\n", from);
  return end === -1 ? file.length : end;
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
