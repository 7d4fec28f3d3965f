import { beginning, type Cut, nextCut, openPart, part, shownUntil } from "../markdown/split.ts";
import type { Control, Limits, MessageId, Pace, ReplySurface } from "../port/index.ts";
import { createMessageWriter, type MessageWriter, type Part, type Pay } from "./message-writer.ts";
import { withNotice } from "./notices.ts";

/** One reply, as many messages as it needs. */
export interface ReplyHandle {
  /** Shows the text so far as unfinished. Writes only what changed. */
  show(markdown: string, pay?: Pay): Promise<void>;
  /** Shows the whole text as finished. May be called again after a failure: what stands is not written twice. */
  settle(markdown: string, controls: readonly Control[], pay?: Pay): Promise<void>;
  /**
   * Ends a reply whose text the platform refuses to take: what stands keeps its words, loses its cursor and gets the notice.
   * False where the notice could not be shown, because nothing stands or the message is full.
   */
  retire(notice: string): Promise<boolean>;
  /** The allowance that the next write takes from. */
  readonly pace: Pace;
  /** Those of the place where it goes, which may change with its first message. */
  readonly limits: Limits;
  /** The messages of the reply, in order. */
  readonly messages: readonly MessageId[];
}

type Written = { readonly writer: MessageWriter; readonly part: Part };

/** `live` are the controls under a reply that is still being written. */
export function createReplyHandle(surface: ReplySurface, live: readonly Control[]): ReplyHandle {
  const { cursor, maxLength } = surface.limits;
  const cuts: Cut[] = [beginning];
  const writers: MessageWriter[] = [];
  let last: Written | undefined;

  /** Finds the cuts that the text has reached and writes the parts that end there. */
  async function passCuts(text: string, final: boolean, pay?: Pay): Promise<void> {
    for (;;) {
      const index = cuts.length - 1;
      const from = cuts[index] ?? beginning;
      const to = nextCut(text, from, maxLength, final);
      if (to === undefined) return;
      await write(index, { ...partOf(text, from, to), controls: [], live: false }, pay);
      cuts.push(to);
    }
  }

  async function write(index: number, next: Part, pay?: Pay): Promise<void> {
    if (next.markdown.trim() === "") return;
    const writer = writers[index] ?? createMessageWriter(surface);
    writers[index] = writer;
    await writer.write(next, pay);
    last = { writer, part: next };
  }

  return {
    async show(text, pay) {
      await passCuts(text, false, pay);
      const from = cuts.at(-1) ?? beginning;
      const to = shownUntil(text, from, maxLength - cursor.length - 1);
      await write(cuts.length - 1, { ...partOf(text, from, to), controls: live, live: true }, pay);
    },
    async settle(text, controls, pay) {
      await passCuts(text, true, pay);
      await write(cuts.length - 1, { ...partOf(text, cuts.at(-1) ?? beginning), controls, live: false }, pay);
    },
    async retire(notice) {
      if (last === undefined) return false;
      const { writer, part: standing } = last;
      const noticed = withNotice(standing.markdown, notice);
      const fits = noticed.length <= maxLength;
      const markdown = fits ? noticed : standing.markdown;
      await writer.write({ markdown, open: markdown, controls: [], live: false });
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

function partOf(text: string, from: Cut, to?: Cut): Pick<Part, "markdown" | "open"> {
  return { markdown: part(text, from, to), open: openPart(text, from, to) };
}
