import { closed, openFence } from "../reading/fence.ts";

/** How Markdown looks when it is sent. */
export type Render = (markdown: string) => string;

/** Measures messages as they will be sent. An end is measured once, however often the text is looked at while it grows. */
export interface LengthMeter {
  /** True where drawing changes nothing up to there, so that the source can be measured in its place. */
  plain(source: Source, end: number): boolean;
  /** The drawn length of the message that ends there. */
  length(source: Source, end: number): number;
  /** Which of the lines' ends is the first with which the message, once drawn, is longer than `most`; -1 where none is. */
  firstBeyond(source: Source, ends: readonly number[], most: number): number;
}

/** A message's source, from its beginning; `head` opens its code block or table again. */
export type Source = {
  /** Where it begins in the whole text. */
  readonly at: number;
  readonly head: string;
  readonly text: string;
};

export function createLengthMeter(draw: Render): LengthMeter {
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

  function length(source: Source, end: number): number {
    turnTo(source);
    const known = lengths.get(end) ?? sent(source, end).drawn.length;
    lengths.set(end, known);
    return known;
  }

  return {
    plain(source, end) {
      if (end === 0) return true;
      turnTo(source);
      if (end <= plainUntil || end >= drawnFrom) return end <= plainUntil;
      const { source: markdown, drawn } = sent(source, end);
      lengths.set(end, drawn.length);
      if (markdown === drawn) plainUntil = end;
      else drawnFrom = end;
      return markdown === drawn;
    },
    length,
    firstBeyond(source, ends, most) {
      const isBeyond = (index: number) => length(source, ends[index] ?? 0) > most;
      const measured = measuredOf(ends, most);
      const found = measured.findIndex(isBeyond);
      const index = measured[found];
      return index === undefined ? -1 : firstWithin((measured[found - 1] ?? -1) + 1, index, isBeyond);
    },
  };
}

/**
 * Which ends are measured first: of very short lines not each, so that a message is drawn some hundred times and not thousands of
 * times. The steps are powers of two, so that nearly the same ends are measured for every length.
 */
function measuredOf(ends: readonly number[], most: number): readonly number[] {
  const step = 2 ** Math.floor(Math.log2(most / 96));
  const cell = (index: number) => Math.floor((ends[index] ?? 0) / step);
  const last = ends.length - 1;
  return [...ends.keys()].filter((index) => index === 0 || index === last || cell(index) > cell(index - 1));
}

/** The first number for which something is true; it is for the last, and for all behind the first. */
function firstWithin(first: number, last: number, isTrue: (index: number) => boolean): number {
  let [least, most] = [first, last];
  while (least < most) {
    const middle = (least + most) >> 1;
    if (isTrue(middle)) most = middle;
    else least = middle + 1;
  }
  return least;
}
