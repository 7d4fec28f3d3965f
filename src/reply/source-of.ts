import { extractFiles } from "../markdown/drawing/extract-files.ts";
import type { Dialect } from "../port/index.ts";

/**
 * The length of the text's beginning that is shown by its first `shown` characters as they are shown, with long code put into files.
 * Found by bisection.
 */
export function sourceOf(text: string, shown: number, dialect: Dialect): number {
  const shownOf = (length: number) => extractFiles(text.slice(0, length), dialect, false).markdown.length;
  if (extractFiles(text, dialect, false).markdown.length === text.length) return Math.min(shown, text.length);
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (shownOf(middle) < shown) least = middle + 1;
    else most = middle;
  }
  return least;
}
