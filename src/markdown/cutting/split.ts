// A long answer needs several messages, and each of them has to be right on its own.
// Cutting finds places where a text may be parted (between paragraphs before words), and closes and opens code blocks and tables there.
// The cuts depend on the text alone, never on when it arrived, so an answer that grows keeps the messages that stand.

import { beginningAt, mayClose, type Open, type Reading, readLines } from "../reading/blocks.ts";
import { closed, closingRoom, openFence } from "../reading/fence.ts";
import { closersRoom } from "../reading/inline.ts";
import type { Growth } from "../reading/inline-ends.ts";
import { isTableRow, longestTableLine } from "../reading/table-lines.ts";
import { findBreakPoints, ranks } from "./break-points.ts";
import { graphemeCut, wholeCharacters } from "./grapheme.ts";
import { createLengthMeter, type LengthMeter, type Render, type Source } from "./rendered-length.ts";
import { type StablePrefix, stablePrefix } from "./stable-prefix.ts";

/** A place in the whole text, and the code block or table that goes on there. */
export type Cut = Open & { readonly at: number };

export const beginning: Cut = { at: 0 };

/**
 * What one message holds: so many UTF-16 units (at least 100) of what is sent, which is drawn from the source. Platforms that count
 * code points count fewer, so nothing is too long there: https://github.com/discord/discord-api-docs/issues/1315
 */
export type Page = {
  readonly maxLength: number;
  readonly ruler: LengthMeter;
};

/**
 * Splits a text that is complete, such as what a command says, into messages (an answer that grows finds its cuts one by one, by
 * `nextCut`). Each of them fits once it is drawn. Code blocks are closed at a cut and reopened after it with
 * their language, tables get their header again; but for those lines the parts joined are the text. No cut splits a grapheme.
 */
export function split(text: string, maxLength: number, draw: Render = (markdown) => markdown): readonly string[] {
  const page: Page = { maxLength, ruler: createLengthMeter(draw) };
  const parts: string[] = [];
  let from = beginning;
  for (;;) {
    const to = nextCut(text, from, page, true);
    parts.push(rendered(part(text, from, to), maxLength, draw));
    if (to === undefined) return parts;
    from = to;
  }
}

/** What is sent. A message too full to be drawn, such as a row of a table that fills one by itself, is sent as it was written. */
export function rendered(markdown: string, maxLength: number, draw: Render): string {
  const sent = draw(markdown);
  return sent.length <= maxLength ? sent : markdown;
}

/** The message between two cuts, complete in itself: what is open there is reopened at its head and closed at its end. */
export function part(text: string, from: Cut, to?: Cut): string {
  const slice = text.slice(from.at, to?.at);
  const fence = to === undefined ? openFence(slice, from.fence) : to.fence;
  return closed(opening(from) + slice, fence);
}

/** The same while it grows: with its open spans closed before the white space at its end. */
export function livePart(text: string, from: Cut, { until, closers, fence }: Shown): string {
  const slice = text.slice(from.at, until);
  const words = slice.trimEnd();
  return closed(opening(from) + words + closers + slice.slice(words.length), fence);
}

/** The same as it grows by appending: nothing is closed. */
export function openPart(text: string, from: Cut, until: number): string {
  return opening(from) + text.slice(from.at, until);
}

/**
 * The end of the part that begins at `from`, or undefined while the rest of the text fits into one message. Prefix-stable: a
 * cut that was found stays where it is, whatever is appended later. `final` says that nothing will be.
 */
export function nextCut(text: string, from: Cut, page: Page, final: boolean): Cut | undefined {
  if (from.at > text.length) return undefined; // it is shorter than it was
  const source = sourceFrom(text, from, page.maxLength);
  const fits = text.length - from.at === source.text.length;
  const full = firstTooLong(source, page, final && fits);
  if (full !== undefined) return bestCut({ ...source, text: source.text.slice(0, full) }, from, page);
  if (fits && !(final && part(text, from).length > page.maxLength)) return undefined;
  return bestCut(source, from, page);
}

export type Shown = Pick<StablePrefix, "until" | "closers" | "fence" | "reading">;

/** How a growing message is to be shown: below its cursor stays room for what closes open spans. */
export type View = Page & {
  readonly growth: Growth;
  /** How the message was read when it was last shown. */
  readonly reading?: Reading | undefined;
};

/**
 * How far the part that begins at `from` may be shown while more is still to come: never beyond the cut that `nextCut` may yet
 * find. So text once shown in a message never moves to the next one.
 */
export function shownUntil(text: string, from: Cut, view: View): Shown {
  const page: Page = { maxLength: view.maxLength - closersRoom, ruler: view.ruler };
  const source = sourceFrom(text, from, page.maxLength);
  const full = firstTooLong(source, page, false);
  const seen = full === undefined ? source : { ...source, text: source.text.slice(0, full) };
  const zone = Math.floor(extentOf(seen, page).zone);
  const late = full !== undefined || seen.text.length > zone;
  // What was shown before the last fifth was reached stays, also where an accent has come to its last letter since.
  const end = late ? Math.max(bestCut(seen, from, page).at, from.at + zone) : text.length;
  const { reading } = view;
  const start = reading !== undefined && reading.at <= end ? reading : beginningAt(from.at, from);
  return stablePrefix(text.slice(0, end), start, view.growth, text.slice(end, end + longestTableLine));
}

function sourceFrom(text: string, from: Cut, maxLength: number): Source {
  const head = opening(from);
  return { at: from.at, head, text: text.slice(from.at, from.at + maxLength - head.length) };
}

/**
 * The end of the first line with which the drawn message is too long. A line that is not whole yet decides nothing: in the end the
 * same text has to make the same messages, however it came.
 */
function firstTooLong(source: Source, { maxLength, ruler }: Page, final: boolean): number | undefined {
  const last = final ? source.text.length : lastLineEnd(source.text);
  if (ruler.plain(source, last)) return undefined;
  const ends = lineEnds(source.text, final);
  return ends[ruler.firstBeyond(source, ends, maxLength)];
}

const lastLineEnd = (text: string): number => text.lastIndexOf("\n") + 1;

function lineEnds(text: string, final: boolean): readonly number[] {
  const ends = Array.from(text.matchAll(/\n/g), ({ index }) => index + 1);
  return final && ends.at(-1) !== text.length ? [...ends, text.length] : ends;
}

/** Cuts fall into the last fifth of a message: good places are rare enough to be worth it, and little text waits there. */
const cutZone = 0.8;

type Extent = { readonly zone: number; readonly limit: number };

/** Where in the source the message is full, and where its last fifth begins. */
function extentOf(source: Source, { maxLength, ruler }: Page): Extent {
  const room = maxLength - closingRoom;
  const most = room - source.head.length;
  if (ruler.plain(source, lastLineEnd(source.text))) return { zone: most * cutZone, limit: most };
  const ends = lineEnds(source.text, false);
  const reach = (length: number) => Math.min(most, reachOf(source, ends, length, ruler));
  return { zone: reach(room * cutZone), limit: reach(room) };
}

/** How much of the source has the length, once drawn. Rows of tables are drawn as a whole or not at all. */
function reachOf(source: Source, ends: readonly number[], length: number, ruler: LengthMeter): number {
  const index = ruler.firstBeyond(source, ends, length);
  const begin = (index === -1 ? ends.at(-1) : ends[index - 1]) ?? 0;
  if (isTableRow(source.text.slice(begin, begin + 13))) return begin;
  const end = begin + Math.floor(length) - (begin === 0 ? source.head.length : ruler.length(source, begin));
  return index === -1 ? end : Math.min(end, (ends[index] ?? end) - 1);
}

function bestCut(source: Source, from: Cut, page: Page): Cut {
  const { zone, limit } = extentOf(source, page);
  const { latest, beforeRow } = findBreakPoints(source.text, zone, limit, from);
  const place =
    ranks.flatMap((rank) => latest.get(rank) ?? [])[0] ?? beforeRow ?? anyCut(source.text, { zone, limit }, from);
  // A header that would take a good part of each message is not worth repeating.
  const table = place.table !== undefined && place.table.length <= page.maxLength / 4 ? place.table : undefined;
  return { at: from.at + place.at, fence: place.fence, table };
}

/** Where there is no good place: between two characters. */
function anyCut(window: string, { zone, limit }: Extent, open: Open): Cut {
  // The window's last character may yet grow by a joiner or an accent, so it counts as unfinished.
  const whole = wholeCharacters(window);
  const most = Math.min(limit, whole < window.length ? whole : whole - 1);
  const at = Math.max(1, graphemeCut(window, Math.max(1, most)));
  const lineStart = window.lastIndexOf("\n", at - 1) + 1;
  const { fence } = readLines(window.slice(0, lineStart), beginningAt(0, open));
  // A line of code that may yet become the closing one is waited for: if it does not, the cut falls before it.
  const undecided = fence !== undefined && window.indexOf("\n", lineStart) === -1 && mayClose(window.slice(lineStart));
  return { at: undecided && lineStart >= zone ? lineStart : at, fence };
}

function opening(from: Cut): string {
  return from.fence?.opening ?? from.table ?? "";
}
