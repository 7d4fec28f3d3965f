import { graphemeCut, longestGrapheme } from "../cutting/grapheme.ts";

/** A preview ends in its last fifth, at the end of a line where one ends there. */
const cutZone = 0.8;

/** The beginning of a code that is too long. Only the first `maxLength` units of it count. */
export function previewOf(code: string, maxLength: number): string {
  const window = withoutHalf(code.slice(0, maxLength));
  // The window's last character may go on behind it.
  return window.slice(0, lineEndIn(window, maxLength) ?? graphemeCut(window, window.length - 1));
}

/** As much of a growing code as its preview will show, should it become too long: nothing of it is ever taken back. */
export function growingPreview(code: string, maxLength: number): string {
  if (code.length >= maxLength) return previewOf(code, maxLength);
  if (code.length <= maxLength * cutZone) return code;
  const at = lineEndIn(code, maxLength) ?? Math.min(code.length, maxLength - longestGrapheme - 2);
  return withoutHalf(code.slice(0, at));
}

function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

function lineEndIn(window: string, maxLength: number): number | undefined {
  const end = window.lastIndexOf("\n") + 1;
  return end > maxLength * cutZone ? end : undefined;
}
