import {
  type Content,
  type Control,
  type MessageId,
  type MessageStream,
  PlatformError,
  type PlatformErrorCode,
  type RateLimit,
  type ReplySurface,
  type TextFile,
} from "../port/index.ts";

/** What one message of a reply is to say. */
export type Part = {
  /** Drawn, and complete in itself: an open code block or span is closed. */
  readonly markdown: string;
  /** As it grows by appending: nothing is closed that goes on. Empty where nothing may be appended yet. */
  readonly open: string;
  /** Only a part that is whole has files: they would be sent again with each edit. */
  readonly files?: readonly TextFile[];
  readonly controls: readonly Control[];
  /** More of it is to come. */
  readonly live: boolean;
};

/** Writes one message of a reply and keeps it up to date. */
export interface MessageWriter {
  /** Undefined until there is one. */
  readonly message: MessageId | undefined;
  /** The allowance that its next write takes from. */
  readonly pace: RateLimit;
  /** Writes what changed, if anything did. After a failure the same part may be written again. */
  write(part: Part, pay?: Acquire): Promise<void>;
}

/**
 * Called before a message is made or changed, with the allowance that it takes from; with undefined where it takes from none. Not
 * called for what begins or ends a stream.
 */
export type Acquire = (pace: RateLimit | undefined) => Promise<void>;

const noLimit: Acquire = async () => undefined;

/** Called to make a message of a reply: whoever has to know of it beforehand and afterwards stands between. */
export type CreateHook = (make: () => Promise<MessageId>) => Promise<MessageId>;

export const noHook: CreateHook = (make) => make();

/** Writes over a message that stands from an earlier try, whatever it says. */
export function createAdoptedWriter(surface: ReplySurface, message: MessageId, making: CreateHook): MessageWriter {
  return createEditWriter(surface, making, { message });
}

/** Grows by appending where the surface can, and by edits where it cannot. */
export function createMessageWriter(surface: ReplySurface, making: CreateHook = noHook): MessageWriter {
  const { stream } = surface;
  return stream === undefined ? createEditWriter(surface, making) : createStreamWriter(surface, stream, making);
}

type Standing = { readonly message: MessageId | undefined; readonly content?: Content };

/** Creates the message with the first text and replaces the text with each edit. Takes over a message that stands already. */
function createEditWriter(surface: ReplySurface, making: CreateHook, standing?: Standing): MessageWriter {
  let message = standing?.message;
  let content = standing?.content;

  /** False where the platform lets nobody change this message any more: the part is sent anew. */
  async function edited(next: Content, pay: Acquire): Promise<boolean> {
    if (message === undefined) return false;
    await pay(surface.limits);
    try {
      await surface.edit(message, next);
      return true;
    } catch (error) {
      if (isPlatformError(error, "frozen")) return false;
      throw error;
    }
  }

  return {
    get message() {
      return message;
    },
    get pace() {
      return surface.limits;
    },
    async write(part, pay = noLimit) {
      const next = toContent(part, surface.limits.cursor);
      if (next.markdown.trim() === "") return;
      if (content !== undefined && equal(content, next)) return;
      if (!(await edited(next, pay))) {
        await pay(surface.limits.posts);
        message = await making(() => surface.create(next));
      }
      content = next;
    },
  };
}

/**
 * Appends what is new. A message that is whole at its first write is simply sent. Where the platform ends the stream, refuses it,
 * or leaves open whether it took a text, the message goes on by edits: they say what stands, so no word is lost or doubled.
 */
function createStreamWriter(surface: ReplySurface, stream: MessageStream, making: CreateHook): MessageWriter {
  let edits: MessageWriter | undefined;
  let message: MessageId | undefined;
  /** What was appended for certain. */
  let sent = "";
  let uncertain = false;

  async function begin(part: Part, pay: Acquire): Promise<void> {
    try {
      message = await making(() => stream.begin({ markdown: part.open, controls: part.controls, live: true }));
      sent = part.open;
    } catch (error) {
      // It may have begun all the same: the surface looks for it before the next try.
      if (!(error instanceof PlatformError) || error.code === "unavailable") throw error;
      // A wait for the next stream can be long, while a message can be sent and edited at once.
      await byEdits(part, pay);
    }
  }

  async function append(to: MessageId, text: string, pay: Acquire): Promise<void> {
    await pay(stream.pace);
    await certainly(() => stream.append(to, text.slice(sent.length)));
    sent = text;
  }

  async function end(to: MessageId, { markdown, controls }: Part, pay: Acquire): Promise<void> {
    try {
      await certainly(() => stream.end(to, markdown.slice(sent.length), controls));
    } catch (error) {
      // Ends are scarcer than appends: the words need not wait for what only closes the message.
      if (isPlatformError(error, "rate-limited") && sent !== markdown) {
        await append(to, markdown, pay);
        await pay(undefined); // it was not the append that was refused
      }
      throw error;
    }
    edits = createEditWriter(surface, making, { message: to, content: { markdown, controls, live: false } });
  }

  async function certainly(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      uncertain = isPlatformError(error, "unavailable");
      throw error;
    }
  }

  /** Closes the stream, whatever became of the last write to it, so that the message can be edited. */
  async function close(to: MessageId): Promise<void> {
    try {
      await stream.end(to, "", []);
    } catch (error) {
      // What is refused for good is over, or the edit will say why.
      if (isPlatformError(error, "unavailable", "rate-limited")) throw error;
    }
  }

  function byEdits(part: Part, pay: Acquire): Promise<void> {
    edits ??= createEditWriter(surface, making, { message });
    return edits.write(part, pay);
  }

  async function grow(to: MessageId, part: Part, pay: Acquire): Promise<void> {
    const text = part.live ? part.open : part.markdown;
    if (uncertain || !text.startsWith(sent) || hasFiles(part)) {
      await close(to);
      await byEdits(part, pay);
    } else if (!part.live) {
      await end(to, part, pay);
    } else if (text !== sent) {
      await append(to, text, pay);
    }
  }

  return {
    get message() {
      return edits?.message ?? message;
    },
    get pace() {
      return edits === undefined ? stream.pace : surface.limits;
    },
    async write(part, pay = noLimit) {
      if (edits !== undefined) return edits.write(part, pay);
      if (part.live && part.open === "") return; // nothing yet that would not have to be taken back
      if (message === undefined) return part.live ? begin(part, pay) : byEdits(part, pay);
      try {
        await grow(message, part, pay);
      } catch (error) {
        if (edits !== undefined || !isPlatformError(error, "ended", "unsupported", "invalid")) throw error;
        if (error.code !== "ended") await close(message);
        await byEdits(part, pay);
      }
    },
  };
}

/** Where there is no cursor, a text is shown as it grows by appending: nothing stands below it that would have to go again. */
function toContent({ markdown, open, files = [], controls, live }: Part, cursor: string): Content {
  const text = live ? (cursor === "" ? open : withCursor(markdown, cursor)) : markdown;
  return { markdown: text, ...(files.length === 0 ? {} : { files }), controls, live };
}

/** On the text's last line, but for where it would keep a code block from being closed, or be taken for a table's row. */
function withCursor(markdown: string, cursor: string): string {
  const lastLine = markdown.slice(markdown.lastIndexOf("\n", markdown.length - 2) + 1);
  if (/^[ \t]*(?:`{3,}|~{3,})\n?$/.test(lastLine)) return `${markdown.trimEnd()}\n${cursor}`;
  return /^ {0,12}\|.*\n?$/.test(lastLine) ? `${markdown.trimEnd()}\n\n${cursor}` : markdown + cursor;
}

function equal(a: Content, b: Content): boolean {
  const same = a.markdown === b.markdown && a.live === b.live && commandsOf(a) === commandsOf(b);
  return same && JSON.stringify(a.files ?? []) === JSON.stringify(b.files ?? []);
}

const hasFiles = ({ files = [] }: Part): boolean => files.length > 0;

const commandsOf = ({ controls }: Content): string => controls.map(({ command }) => command).join();

function isPlatformError(error: unknown, ...codes: readonly PlatformErrorCode[]): error is PlatformError {
  return error instanceof PlatformError && codes.includes(error.code);
}
