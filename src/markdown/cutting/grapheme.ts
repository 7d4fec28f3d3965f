const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Longer clusters exist only as mischief (stacked marks); they may be cut, but never inside a surrogate pair. */
export const longestGrapheme = 64;

/** The last place at or before `limit` where the text can be cut without splitting what a reader sees as one character. */
export function graphemeCut(text: string, limit: number): number {
  if (limit >= text.length) return text.length;
  const from = afterPair(text, Math.max(0, limit - longestGrapheme));
  let cut = from;
  for (const { index } of graphemes.segment(text.slice(from, limit + longestGrapheme))) {
    if (from + index > limit) break;
    cut = from + index;
  }
  return cut > from ? cut : beforePair(text, limit);
}

/** Signs that what follows does not change, as far as anybody writes it: Latin, its punctuation, white space. © and ® may be emoji. */
const plain = /[^\r\u00a9\u00ae\u0250-\u200f\u2028-\u202f\u203b-\uffff]/;

/**
 * The length without what may still become another character at the text's end: half a pair, an emoji that may get a colour or
 * a companion, a letter that may get a mark.
 */
export function wholeCharacters(text: string): number {
  if (/[\uD800-\uDBFF]/.test(text.charAt(text.length - 1))) return wholeBefore(text.slice(0, -1));
  return wholeBefore(text);
}

function wholeBefore(text: string): number {
  if (text === "" || plain.test(text.charAt(text.length - 1))) return text.length;
  const from = windowStart(text);
  let last = from;
  for (const { index } of graphemes.segment(text.slice(from))) last = from + index;
  return text.length - last <= longestGrapheme ? last : beforePair(text, text.length - 1);
}

/** Behind a plain sign, where there is one near: flags are pairs, counted from their row's beginning. */
function windowStart(text: string): number {
  const nearest = Math.max(0, text.length - 8 * longestGrapheme);
  for (let at = text.length - 1; at > nearest; at--) if (plain.test(text.charAt(at - 1))) return at;
  return afterPair(text, nearest);
}

function afterPair(text: string, at: number): number {
  return insidePair(text, at) ? at + 1 : at;
}

function beforePair(text: string, at: number): number {
  return insidePair(text, at) ? at - 1 : at;
}

function insidePair(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at));
}
