import { type Content, type Control, type MessageId, PlatformError, type ReplySurface } from "../port/index.ts";
import { withNotice } from "./notices.ts";
import { beginning, type Cut, nextCut, part, shownUntil } from "./split.ts";

/** One reply, as many messages as it needs. */
export interface ReplyHandle {
  /** Shows the text so far, with a cursor. Writes only what changed; returns how many edits that took. */
  show(markdown: string): Promise<number>;
  /** Shows the whole text, without a cursor. May be called again after a failure: what stands is not written twice. */
  settle(markdown: string, controls: readonly Control[]): Promise<void>;
  /**
   * Ends a reply whose text the platform refuses to take: what stands keeps its words, loses its cursor and gets the notice.
   * False where the notice could not be shown, because nothing stands or the message is full.
   */
  retire(notice: string): Promise<boolean>;
  /** The messages of the reply, in order. */
  readonly messages: readonly MessageId[];
}

/** `live` are the controls under a reply that is still being written. */
export function createReplyHandle(surface: ReplySurface, live: readonly Control[]): ReplyHandle {
  const { cursor, maxLength } = surface.limits;
  const cuts: Cut[] = [beginning];
  const written: ({ readonly message: MessageId; readonly content: Content } | undefined)[] = [];

  /** Finds the cuts that the text has reached and writes the parts that end there; returns the edits it took. */
  async function passCuts(text: string, final: boolean): Promise<number> {
    let edits = 0;
    for (;;) {
      const index = cuts.length - 1;
      const from = cuts[index] ?? beginning;
      const to = nextCut(text, from, maxLength, final);
      if (to === undefined) return edits;
      edits += await write(index, { markdown: part(text, from, to), controls: [] });
      cuts.push(to);
    }
  }

  async function write(index: number, content: Content): Promise<number> {
    const before = written[index];
    if (content.markdown.trim() === "" || (before !== undefined && equal(before.content, content))) return 0;
    if (before === undefined || !(await edited(before.message, content))) {
      written[index] = { message: await surface.create(content), content };
      return 0;
    }
    written[index] = { message: before.message, content };
    return 1;
  }

  /** False where the platform lets nobody change this message any more: the part is sent anew. */
  async function edited(message: MessageId, content: Content): Promise<boolean> {
    try {
      await surface.edit(message, content);
      return true;
    } catch (error) {
      if (error instanceof PlatformError && error.code === "frozen") return false;
      throw error;
    }
  }

  return {
    async show(text) {
      const edits = await passCuts(text, false);
      const from = cuts.at(-1) ?? beginning;
      const to = shownUntil(text, from, maxLength - cursor.length - 1);
      const markdown = part(text, from, to);
      if (markdown.trim() === "") return edits;
      return edits + (await write(cuts.length - 1, { markdown: withCursor(markdown, to, cursor), controls: live }));
    },
    async settle(text, controls) {
      await passCuts(text, true);
      await write(cuts.length - 1, { markdown: part(text, cuts.at(-1) ?? beginning), controls });
    },
    async retire(notice) {
      const index = written.findLastIndex((one) => one !== undefined);
      const last = written[index];
      if (last === undefined) return false;
      const text = last.content.markdown.endsWith(cursor)
        ? last.content.markdown.slice(0, last.content.markdown.length - cursor.length)
        : last.content.markdown;
      const noticed = withNotice(text, notice);
      const fits = noticed.length <= maxLength;
      await write(index, { markdown: fits ? noticed : text, controls: [] });
      return fits;
    },
    get messages() {
      return written.flatMap((one) => (one === undefined ? [] : [one.message]));
    },
  };
}

/** Below a closed code block the cursor needs a line of its own, or the block would not count as closed. */
function withCursor(markdown: string, to: Cut, cursor: string): string {
  return to.fence === undefined || cursor === "" ? markdown + cursor : `${markdown}\n${cursor}`;
}

function equal(a: Content, b: Content): boolean {
  return a.markdown === b.markdown && commandsOf(a) === commandsOf(b);
}

const commandsOf = ({ controls }: Content): string => controls.map(({ command }) => command).join();
