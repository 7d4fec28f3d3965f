import { closed, closingRoom, type Fence, fenceAfter, openFence } from "./fence.ts";
import { graphemeCut } from "./grapheme.ts";

/** A place in the whole text, and the code block that is open there. */
export type Cut = {
  readonly at: number;
  readonly fence?: Fence | undefined;
};

export const beginning: Cut = { at: 0 };

/**
 * Splits a text into messages of at most `maxLength` UTF-16 units (at least 100). Code blocks are closed at a cut and reopened
 * after it with their language; but for those lines the parts joined are the text. No cut splits a grapheme.
 */
export function split(text: string, maxLength: number): readonly string[] {
  const parts: string[] = [];
  let from = beginning;
  for (;;) {
    const to = nextCut(text, from, maxLength, true);
    parts.push(part(text, from, to));
    if (to === undefined) return parts;
    from = to;
  }
}

/** The message between two cuts, complete in itself: its code block reopened at its head and closed at its end. */
export function part(text: string, from: Cut, to?: Cut): string {
  const slice = text.slice(from.at, to?.at);
  const fence = to === undefined ? openFence(slice, from.fence) : to.fence;
  return closed(opening(from) + slice, fence);
}

/** The same while it grows: with the code block reopened at its head, but not closed. */
export function openPart(text: string, from: Cut, to?: Cut): string {
  return opening(from) + text.slice(from.at, to?.at);
}

/**
 * The end of the part that begins at `from`, or undefined while the rest of the text fits into one message. Prefix-stable: a
 * cut that was found stays where it is, whatever is appended later. `final` says that nothing will be.
 */
export function nextCut(text: string, from: Cut, maxLength: number, final: boolean): Cut | undefined {
  const length = opening(from).length + text.length - from.at;
  if (length <= maxLength && !(final && part(text, from).length > maxLength)) return undefined;
  return bestCut(text, from, maxLength);
}

/**
 * How far the part that begins at `from` may be shown while more is still to come: never beyond the cut that `nextCut` may yet
 * find. So text once shown in a message never moves to the next one.
 */
export function shownUntil(text: string, from: Cut, maxLength: number): Cut {
  const slice = text.slice(from.at);
  if (slice.length > room(from, maxLength) * cutZone) return bestCut(text, from, maxLength);
  const at = wholeCharacters(slice);
  return { at: from.at + at, fence: openFence(slice.slice(0, at), from.fence) };
}

/** Cuts fall into the last fifth of a message: good places are rare enough to be worth it, and little text waits there. */
const cutZone = 0.8;

/** Best first: a cut of a better rank is taken even where one of a worse rank would fill the message more. */
const ranks = ["paragraph", "line", "sentence", "code", "word"] as const;
type Rank = (typeof ranks)[number];

function bestCut(text: string, from: Cut, maxLength: number): Cut {
  const limit = room(from, maxLength);
  const window = text.slice(from.at, from.at + maxLength - opening(from).length);
  const latest = cutsByRank(window, limit, from.fence);
  for (const rank of ranks) {
    const cut = latest.get(rank);
    if (cut !== undefined && cut.at >= limit * cutZone) return { at: from.at + cut.at, fence: cut.fence };
  }
  // The window's last character may yet grow by a joiner or an accent, so it counts as unfinished.
  const whole = wholeCharacters(window);
  const at = graphemeCut(window.slice(0, whole), Math.min(limit, whole - 1));
  const lineStart = window.lastIndexOf("\n", at - 1) + 1;
  const fence = openFence(window.slice(0, lineStart), from.fence);
  // A line of code that may yet become the closing one is waited for: if it does not, the cut falls before it.
  const undecided = fence !== undefined && window.indexOf("\n", lineStart) === -1 && mayClose(window, lineStart);
  return { at: from.at + (undecided && lineStart >= limit * cutZone ? lineStart : at), fence };
}

/** The latest cut of each rank within `limit`, with the code block open there. */
function cutsByRank(window: string, limit: number, open: Fence | undefined): Map<Rank, Cut> {
  const latest = new Map<Rank, Cut>();
  let fence = open;
  for (let start = 0; start < Math.min(limit, window.length); ) {
    const newline = window.indexOf("\n", start);
    const end = newline === -1 ? window.length : newline + 1;
    const line = window.slice(start, newline === -1 ? undefined : newline);
    const after = fenceAfter(line, fence);
    if (fence === undefined && after === undefined) cutsInLine(line.slice(0, limit - start), start, latest);
    const ends = newline !== -1 && end <= limit;
    if (ends && after === undefined) latest.set(line.trim() === "" ? "paragraph" : "line", { at: end });
    // Neither right after an opening line nor right before a closing one: that would leave an empty code block.
    if (ends && fence !== undefined && after !== undefined && !mayClose(window, end)) {
      latest.set("code", { at: end, fence: after });
    }
    fence = after;
    start = end;
  }
  return latest;
}

/** Ends of sentences and words within a line of prose. */
function cutsInLine(line: string, start: number, latest: Map<Rank, Cut>): void {
  const sentence = lastEnd(line, /[.!?…]["'”’)\]*_]*\s+|[。！？]/g);
  if (sentence > 0) latest.set("sentence", { at: start + sentence });
  const word = lastEnd(line, /\s+/g);
  if (word > 0) latest.set("word", { at: start + word });
}

function lastEnd(text: string, pattern: RegExp): number {
  let end = 0;
  for (const match of text.matchAll(pattern)) end = match.index + match[0].length;
  return end;
}

/** True also for a line that has only begun: it may turn out to be the closing one. */
function mayClose(window: string, start: number): boolean {
  const end = window.indexOf("\n", start);
  return /^\s*(`*|~*)\s*$/.test(window.slice(start, end === -1 ? undefined : end));
}

function opening(from: Cut): string {
  return from.fence?.opening ?? "";
}

function room(from: Cut, maxLength: number): number {
  return maxLength - opening(from).length - closingRoom;
}

/** The length without a surrogate or joiner at the end that waits for its other half. */
function wholeCharacters(text: string): number {
  return /[\uD800-\uDBFF\u200D]$/.test(text) ? text.length - 1 : text.length;
}
