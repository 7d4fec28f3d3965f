import { attach } from "../markdown/attach.ts";
import type { Dialect } from "../port/index.ts";

/** The place in a text that lies behind so much of what is shown of it, in which long code is in files: looked for by halves. */
export function sourceOf(text: string, shown: number, dialect: Dialect): number {
  const shownOf = (length: number) => attach(text.slice(0, length), dialect, false).markdown.length;
  if (attach(text, dialect, false).markdown.length === text.length) return Math.min(shown, text.length);
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (shownOf(middle) < shown) least = middle + 1;
    else most = middle;
  }
  return least;
}
