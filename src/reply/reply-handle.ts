// A reply is what people see of an answer: one message or several, which grow while the model writes.
// The pacer decides when the next state is shown, the budget whether the platform allows it, and the handle writes it to the messages.
// Which notice stands below a reply is chosen in this folder too; the sentences are in src/sentences.

import { createLengthMeter } from "../markdown/cutting/rendered-length.ts";
import {
  beginning,
  type Cut,
  livePart,
  nextCut,
  openPart,
  type Page,
  part,
  rendered,
  shownUntil,
} from "../markdown/cutting/split.ts";
import { type Extracted, extractFiles } from "../markdown/drawing/extract-files.ts";
import { render } from "../markdown/drawing/render.ts";
import type { Reading } from "../markdown/reading/blocks.ts";
import type { Control, Limits, MessageId, RateLimit, ReplySurface, TextFile } from "../port/index.ts";
import {
  type Acquire,
  type CreateHook,
  createAdoptedWriter,
  createMessageWriter,
  type MessageWriter,
  noHook,
  type Part,
} from "./message-writer.ts";
import { withNotice } from "./notices.ts";
import { sourceOf } from "./source-of.ts";

/** No reply has more messages: it would flood the place. */
export const mostMessages = 60;

/** One reply, as many messages as it needs. */
export interface ReplyHandle {
  /** Shows the text so far as unfinished. Writes only what changed. */
  show(markdown: string, pay?: Acquire): Promise<void>;
  /** Shows the whole text as finished. May be called again after a failure: what stands is not written twice. */
  settle(markdown: string, controls: readonly Control[], pay?: Acquire): Promise<void>;
  /** The beginning of the text that can be read in the messages that stand. */
  shown(markdown: string): string;
  /** What was shown has reached the last message that a reply may have. */
  readonly full: boolean;
  /** A reply can show the whole of the text. */
  fits(markdown: string): boolean;
  /**
   * So much of the text, from its beginning, as has room in the messages that stand (in one, where none does), or in `most` messages.
   * `finished` adds what is to stand below it, for which there is room too. The next text that is settled has to be that one, and
   * makes no further message.
   */
  within(markdown: string, finished: (kept: string) => string, most?: number): string;
  /**
   * Ends a reply that gets no last text: what stands keeps its words, loses its cursor and gets the notice, if there is one.
   * False where the notice could not be shown, because nothing stands or the message is full.
   */
  retire(notice?: string): Promise<boolean>;
  /** The allowance that the next write takes from. */
  readonly pace: RateLimit;
  /** Those of the place where it goes, which may change with its first message. */
  readonly limits: Limits;
  /** The messages of the reply, in order. */
  readonly messages: readonly MessageId[];
}

type Written = { readonly writer: MessageWriter; readonly part: Part };

/** A message's text is never cut to fewer characters than this. */
const leastLength = 100;

/** What the cursor may take beside itself: an empty line above it. */
const cursorFrame = 2;

/** `live` are the controls under a reply that is still being written; `standing`, the messages of an earlier try that it replaces. */
export function createReplyHandle(
  surface: ReplySurface,
  live: readonly Control[],
  standing: readonly MessageId[] = [],
  making: CreateHook = noHook,
): ReplyHandle {
  surface.adopt(standing);
  const { cursor, maxLength, dialect } = surface.limits;
  const draw = (markdown: string) => render(markdown, dialect);
  const page: Page = { maxLength, ruler: createLengthMeter(draw) };
  const liveLength = maxLength - cursor.length - cursorFrame;
  const appends = surface.stream !== undefined || cursor === "";
  const cuts: Cut[] = [beginning];
  const writers: MessageWriter[] = standing.map((message) => createAdoptedWriter(surface, message, making));
  let reading: Reading | undefined;
  let last: Written | undefined;
  /** How far the text, with its long code put into files, was shown. */
  let shownTo = 0;
  /** The cuts of a text that is whole, as far as they were looked for: whether it fits is asked before it is written. */
  let whole = { markdown: "", cuts: new Map<number, Cut | undefined>() };

  function cutAfter(from: Cut, markdown: string, final: boolean): Cut | undefined {
    if (!final) return nextCut(markdown, from, page, false);
    if (whole.markdown !== markdown) whole = { markdown, cuts: new Map() };
    if (!whole.cuts.has(from.at)) whole.cuts.set(from.at, nextCut(markdown, from, page, true));
    return whole.cuts.get(from.at);
  }

  /** Finds the cuts that the text has reached and writes the parts that end there. */
  async function passCuts({ markdown, files }: Extracted, final: boolean, pay?: Acquire): Promise<void> {
    for (;;) {
      const index = cuts.length - 1;
      const from = cuts[index] ?? beginning;
      const to = cutAfter(from, markdown, final);
      if (to === undefined || cuts.length >= mostMessages) return;
      await write(index, wholePart({ markdown, files }, [], from, to), pay);
      shownTo = to.at;
      cuts.push(to);
      reading = undefined;
    }
  }

  async function write(index: number, next: Part, pay?: Acquire): Promise<void> {
    if (next.markdown.trim() === "") return;
    const writer = writers[index] ?? createMessageWriter(surface, making);
    writers[index] = writer;
    await writer.write(next, pay);
    last = { writer, part: next };
  }

  /** Where the text ends that has room in `count` messages, the last of which takes `room` characters. */
  function endWithin(markdown: string, count: number, room: number): number {
    let from = cuts.at(-1) ?? beginning;
    for (let index = cuts.length; index < count; index++) {
      const to = cutAfter(from, markdown, true);
      if (to === undefined) break;
      from = to;
    }
    const end =
      room === maxLength ? cutAfter(from, markdown, true) : nextCut(markdown, from, { ...page, maxLength: room }, true);
    return end?.at ?? markdown.length;
  }

  /** An earlier try had more messages than the text needs now. */
  async function removeBeyond(count: number): Promise<void> {
    for (const { message } of writers.slice(count)) if (message !== undefined) await surface.remove(message);
    writers.length = Math.min(writers.length, count);
  }

  function wholePart({ markdown, files }: Extracted, controls: readonly Control[], from: Cut, to?: Cut): Part {
    const text = rendered(part(markdown, from, to), maxLength, draw);
    return { markdown: text, open: text, files: filesOf(files, from, to), controls, live: false };
  }

  /** Undefined where there is nothing to see yet; `until`, how far the text is shown with it. */
  function growingPart({ markdown: text, hidden }: Extracted, from: Cut): (Part & { until: number }) | undefined {
    const view = { ...page, maxLength: liveLength, reading };
    const shown = shownUntil(text, from, { ...view, growth: "edited" });
    reading = shown.reading;
    if (text.slice(from.at, shown.until).trim() === "") return undefined;
    const markdown = withHidden(rendered(livePart(text, from, shown), liveLength, draw), hidden);
    const until = appends ? shownUntil(text, from, { ...view, growth: "appended" }).until : from.at;
    // A text of which nothing may be appended yet is no beginning, not even with a code block opened again.
    const begun = text.slice(from.at, until).trim() !== "";
    const open = begun ? rendered(openPart(text, from, until), liveLength, draw) : "";
    return { markdown, open, controls: live, live: true, until: appends ? until : shown.until };
  }

  /** Code that nobody sees keeps a message from changing: what has come of it is told beside the cursor, if there is room. */
  function withHidden(markdown: string, hidden: string | undefined): string {
    if (hidden === undefined) return markdown;
    const told = `${markdown.replace(/\n$/, "")}\n${hidden}`;
    return told.length <= maxLength - cursor.length ? told : markdown;
  }

  return {
    async show(text, pay) {
      const attached = extractFiles(text, dialect, false);
      await passCuts(attached, false, pay);
      const growing = growingPart(attached, cuts.at(-1) ?? beginning);
      if (growing === undefined) return;
      const { until, ...next } = growing;
      await write(cuts.length - 1, next, pay);
      shownTo = Math.max(shownTo, until);
    },
    async settle(text, controls, pay) {
      const attached = extractFiles(text, dialect, true);
      await passCuts(attached, true, pay);
      await write(cuts.length - 1, wholePart(attached, controls, cuts.at(-1) ?? beginning), pay);
      shownTo = attached.markdown.length;
      await removeBeyond(cuts.length);
    },
    shown: (text) => text.slice(0, sourceOf(text, shownTo, dialect)),
    get full() {
      return cuts.length >= mostMessages;
    },
    fits(text) {
      if (text.length <= maxLength / 2) return true;
      const { markdown } = extractFiles(text, dialect, true);
      return endWithin(markdown, mostMessages, maxLength) === markdown.length;
    },
    within(text, finished, most) {
      const standing = most ?? writers.filter(({ message }) => message !== undefined).length;
      cuts.length = Math.max(1, Math.min(cuts.length, standing));
      reading = undefined;
      const { markdown } = extractFiles(text, dialect, true);
      for (let room = maxLength, step = 30; room >= leastLength; room -= step, step *= 2) {
        const kept = text.slice(0, sourceOf(text, endWithin(markdown, standing, room), dialect));
        const whole = extractFiles(finished(kept), dialect, true).markdown;
        if (endWithin(whole, standing, maxLength) === whole.length) return kept;
      }
      return "";
    },
    async retire(notice) {
      if (last === undefined) return false;
      const { writer, part: standing } = last;
      const noticed = withNotice(standing.markdown, notice);
      const fits = noticed.length <= maxLength;
      const markdown = fits ? noticed : standing.markdown;
      await writer.write({ ...standing, markdown, open: markdown, controls: [], live: false });
      return fits;
    },
    get pace() {
      return writers[cuts.length - 1]?.pace ?? surface.limits;
    },
    get limits() {
      return surface.limits;
    },
    get messages() {
      return writers.flatMap(({ message }) => (message === undefined ? [] : [message]));
    },
  };
}

/** The files whose place is in the part. They go with its last write, so that none is sent again with each edit. */
function filesOf(files: Extracted["files"], from: Cut, to?: Cut): readonly TextFile[] {
  return files
    .filter(({ at }) => (at > from.at || from.at === 0) && at <= (to?.at ?? Number.POSITIVE_INFINITY))
    .map(({ file }) => file);
}
