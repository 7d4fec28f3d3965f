import {
  type Content,
  type Control,
  type MessageId,
  type MessageStream,
  type Pace,
  PlatformError,
  type PlatformErrorCode,
  type ReplySurface,
} from "../port/index.ts";

/** What one message of a reply is to say. */
export type Part = {
  /** Complete in itself: an open code block is closed. */
  readonly markdown: string;
  /** As it grows: without what only closes a code block. */
  readonly open: string;
  readonly controls: readonly Control[];
  /** More of it is to come. */
  readonly live: boolean;
};

/** Writes one message of a reply and keeps it up to date. */
export interface MessageWriter {
  /** Undefined until there is one. */
  readonly message: MessageId | undefined;
  /** The allowance that its next write takes from. */
  readonly pace: Pace;
  /** Writes what changed, if anything did. After a failure the same part may be written again. */
  write(part: Part, pay?: Pay): Promise<void>;
}

/** Called before a message is made or changed, with the allowance that it takes from. What begins or ends a stream is free. */
export type Pay = (pace: Pace) => Promise<void>;

const free: Pay = async () => undefined;

/** Grows by appending where the surface can, and by edits where it cannot. */
export function createMessageWriter(surface: ReplySurface): MessageWriter {
  return surface.stream === undefined ? createEditWriter(surface) : createStreamWriter(surface, surface.stream);
}

type Standing = { readonly message: MessageId | undefined; readonly content?: Content };

/** Creates the message with the first text and replaces the text with each edit. Takes over a message that stands already. */
function createEditWriter(surface: ReplySurface, standing?: Standing): MessageWriter {
  let message = standing?.message;
  let content = standing?.content;

  /** False where the platform lets nobody change this message any more: the part is sent anew. */
  async function edited(next: Content, pay: Pay): Promise<boolean> {
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
    async write(part, pay = free) {
      const { controls, live } = part;
      const next = { markdown: live ? withCursor(part, surface.limits.cursor) : part.markdown, controls, live };
      if (content !== undefined && equal(content, next)) return;
      if (!(await edited(next, pay))) {
        if (surface.limits.posts !== undefined) await pay(surface.limits.posts);
        message = await surface.create(next);
      }
      content = next;
    },
  };
}

/**
 * Appends what is new. A message that is whole at its first write is simply sent. Where the platform ends the stream, refuses it,
 * or leaves open whether it took a text, the message goes on by edits: they say what stands, so no word is lost or doubled.
 */
function createStreamWriter(surface: ReplySurface, stream: MessageStream): MessageWriter {
  let edits: MessageWriter | undefined;
  let message: MessageId | undefined;
  /** What was appended for certain. */
  let sent = "";
  let uncertain = false;

  async function begin(part: Part, pay: Pay): Promise<void> {
    try {
      message = await stream.begin({ markdown: part.open, controls: part.controls, live: true });
      sent = part.open;
    } catch (error) {
      // It may have begun all the same: the surface looks for it before the next try.
      if (!(error instanceof PlatformError) || error.code === "unavailable") throw error;
      // A wait for the next stream can be long, while a message can be sent and edited at once.
      await byEdits(part, pay);
    }
  }

  async function append(to: MessageId, text: string, pay: Pay): Promise<void> {
    await pay(stream.pace);
    await certainly(() => stream.append(to, text.slice(sent.length)));
    sent = text;
  }

  async function end(to: MessageId, { markdown, controls }: Part, pay: Pay): Promise<void> {
    try {
      await certainly(() => stream.end(to, markdown.slice(sent.length), controls));
    } catch (error) {
      // Ends are scarcer than appends: the words need not wait for what only closes the message.
      if (isPlatformError(error, "rate-limited") && sent !== markdown) await append(to, markdown, pay);
      throw error;
    }
    edits = createEditWriter(surface, { message: to, content: { markdown, controls, live: false } });
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

  function byEdits(part: Part, pay: Pay): Promise<void> {
    edits ??= createEditWriter(surface, { message });
    return edits.write(part, pay);
  }

  async function grow(to: MessageId, part: Part, pay: Pay): Promise<void> {
    const text = part.live ? part.open : part.markdown;
    if (uncertain || !text.startsWith(sent)) {
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
    async write(part, pay = free) {
      if (edits !== undefined) return edits.write(part, pay);
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

/** Below a closed code block the cursor needs a line of its own, or the block would not count as closed. */
function withCursor({ markdown, open }: Part, cursor: string): string {
  return markdown === open || cursor === "" ? markdown + cursor : `${markdown}\n${cursor}`;
}

function equal(a: Content, b: Content): boolean {
  return a.markdown === b.markdown && a.live === b.live && commandsOf(a) === commandsOf(b);
}

const commandsOf = ({ controls }: Content): string => controls.map(({ command }) => command).join();

function isPlatformError(error: unknown, ...codes: readonly PlatformErrorCode[]): error is PlatformError {
  return error instanceof PlatformError && codes.includes(error.code);
}
