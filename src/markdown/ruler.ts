import { closed, openFence } from "./fence.ts";

/** How Markdown looks when it is sent. */
export type Draw = (markdown: string) => string;

/** Measures messages as they will be sent. Each line's end is measured once, however often the text is looked at while it grows. */
export interface Ruler {
  /** True where drawing changes nothing up to there, so that the source can be measured in its place. */
  plain(source: Source, end: number): boolean;
  /** The drawn length of the message that ends there. */
  length(source: Source, end: number): number;
}

/** A message's source, from its beginning; `head` opens its code block or table again. */
export type Source = {
  /** Where it begins in the whole text. */
  readonly at: number;
  readonly head: string;
  readonly text: string;
};

export function createRuler(draw: Draw): Ruler {
  let message: string | undefined;
  let plainUntil = -1;
  let drawnFrom = Number.POSITIVE_INFINITY;
  const lengths = new Map<number, number>();

  /** What was measured of an earlier message is of no use any more. */
  function turnTo({ at, head }: Source): void {
    if (message === `${at} ${head}`) return;
    message = `${at} ${head}`;
    plainUntil = -1;
    drawnFrom = Number.POSITIVE_INFINITY;
    lengths.clear();
  }

  function sent({ head, text }: Source, end: number): { readonly source: string; readonly drawn: string } {
    const whole = head + text.slice(0, end);
    const source = closed(whole, openFence(whole));
    return { source, drawn: draw(source) };
  }

  return {
    plain(source, end) {
      if (end === 0) return true;
      turnTo(source);
      if (end <= plainUntil || end >= drawnFrom) return end <= plainUntil;
      const { source: markdown, drawn } = sent(source, end);
      if (markdown === drawn) plainUntil = end;
      else drawnFrom = end;
      return markdown === drawn;
    },
    length(source, end) {
      turnTo(source);
      const length = lengths.get(end) ?? sent(source, end).drawn.length;
      lengths.set(end, length);
      return length;
    },
  };
}
