/**
 * Makes a text well-formed that comes in pieces. A character whose two halves (surrogates) come in two pieces is kept whole: its first half
 * waits for the next piece. Half a character alone becomes "\uFFFD", because no platform takes it, and at the very end it is left out.
 */
export function createWellFormed(): (piece: string) => string {
  let half = "";
  return (piece) => {
    const text = half + piece;
    const end = /[\uD800-\uDBFF]/.test(text.charAt(text.length - 1)) ? text.length - 1 : text.length;
    half = text.slice(end);
    return text.slice(0, end).toWellFormed();
  };
}
