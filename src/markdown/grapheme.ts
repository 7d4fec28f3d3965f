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

function afterPair(text: string, at: number): number {
  return insidePair(text, at) ? at + 1 : at;
}

function beforePair(text: string, at: number): number {
  return insidePair(text, at) ? at - 1 : at;
}

function insidePair(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at));
}
