/**
 * What of a text counts in comparisons: its letters, digits and pictures. Cursors, white space, markup, the language of a code
 * block and the addresses of links are left out, because a bot may add, close or rewrite those and still show the answer.
 */
export function lettersOf(text: string): string {
  return text
    .replace(/^[ \t>]*```[^\n`]*$/gm, "")
    .replace(/\[([^\]\n]*)\]\([^)\s]*(?:\)|$)/g, "$1")
    .replace(/<(?:https?|mailto):[^|>\s]*\|([^>\n]*)>/g, "$1")
    .replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, "");
}

/** Where each piece of an answer ends, counted in those letters. */
export function endsOf(pieces: readonly string[]): readonly number[] {
  const whole = lettersOf(pieces.join(""));
  let end = 0;
  return pieces.map((piece) => {
    end += bareLetters(piece);
    return Math.min(end, whole.length);
  });
}

function bareLetters(piece: string): number {
  return piece.replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, "").length;
}
