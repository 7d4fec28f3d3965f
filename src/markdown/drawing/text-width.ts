const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many columns a text takes in a font of equal widths: East Asian letters and emoji two, marks on a letter none. */
export function textWidth(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  if (!joining.test(text)) {
    for (const letter of text) width += wide.test(letter) ? 2 : 1; // segmenting takes ten times as long
    return width;
  }
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment);
  return width;
}

/** The text, or as much of it as fits into so many columns with "…" at its end. */
export function clipped(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let width = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) return `${text.slice(0, index).trimEnd()}…`;
  }
  return text;
}

const isPlain = (text: string) => /^[ -~]*$/.test(text);

function widthOf(grapheme: string): number {
  if (isPlain(grapheme)) return grapheme.length;
  if (emoji.test(grapheme) || wide.test(grapheme)) return 2;
  return /^[\p{M}\p{Cf}\p{Cc}]+$/u.test(grapheme) ? 0 : 1;
}

/** What may be or make a character of several parts, take no room, or be an emoji. */
const joining = /[\p{M}\p{C}\p{Emoji_Presentation}\p{Emoji_Modifier}\p{RI}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u;

const emoji = /^(?:\p{Emoji_Presentation}|\p{RI})|\uFE0F/u;

/** Wide and fullwidth letters. https://www.unicode.org/Public/UCD/latest/ucd/EastAsianWidth.txt */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
