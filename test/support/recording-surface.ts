import {
  type Content,
  type Dialect,
  type EarlierMessage,
  type Limits,
  type MessageId,
  type MessageStream,
  messageId,
  PlatformError,
  type ReplySurface,
} from "../../src/port/index.ts";

export type WriteKind = "create" | "edit" | "begin" | "append" | "end";
/** What stood after it. */
export type Write = { readonly kind: WriteKind; readonly message: MessageId; readonly content: Content };

/** How a write goes wrong: it was not carried out, or it was and only the answer got lost. */
export type Failure = Error | { readonly answerLost: Error };

export type RecordingSurface = ReplySurface & {
  /** What stands in the thread now, in order. */
  readonly texts: readonly string[];
  readonly contents: readonly Content[];
  readonly writes: readonly Write[];
  readonly responses: readonly string[];
  readonly busyCalls: number;
  /** The next writes fail with these, one each. */
  failWith(...failures: readonly Failure[]): void;
  /** Asked before each write how it fails. */
  failBy(plan: (kind: WriteKind) => Failure | undefined): void;
  /** Messages that can still be appended to; they cannot be edited. */
  readonly live: ReadonlySet<MessageId>;
  expectsResponse: boolean;
  /** Every `respond` fails with this while it is set. */
  respondFailure: Error | undefined;
  /** Writes wait here until the gate opens. */
  gate: Promise<void>;
};

/** Draws everything by itself, so that what is sent is what was written. */
export const nativeDialect: Dialect = { tables: "native", headings: 6, math: "native" };

export const testLimits: Limits = {
  maxLength: 2_000,
  dialect: nativeDialect,
  bucket: "test",
  count: 5,
  periodMs: 5_000,
  cursor: " ▌",
};

/** Whether messages can grow by appending, and what becomes of controls that stood above the text. */
export type Streaming = "none" | "controls-go" | "controls-stay";

/** A thread in memory that keeps every state it showed and refuses what a platform would refuse. */
export function createRecordingSurface(
  limits: Limits = testLimits,
  earlier: readonly EarlierMessage[] = [],
  streaming: Streaming = "none",
): RecordingSurface {
  const messages = new Map<MessageId, Content>();
  const writes: Write[] = [];
  const responses: string[] = [];
  const failures: Failure[] = [];
  const live = new Set<MessageId>();
  let plan: (kind: WriteKind) => Failure | undefined = () => undefined;
  let busyCalls = 0;
  let created = 0;
  /** A message that stands although nobody was told so. */
  let lost: MessageId | undefined;

  async function write(kind: WriteKind, message: MessageId, content: Content): Promise<void> {
    await surface.gate;
    const failure = failures.shift() ?? plan(kind);
    if (failure instanceof Error) {
      if (failure instanceof PlatformError && failure.code === "ended") live.delete(message);
      throw failure;
    }
    if (content.markdown.length > limits.maxLength) throw new PlatformError("invalid", "too long");
    if (content.markdown.trim() === "") throw new PlatformError("invalid", "empty");
    messages.set(message, content);
    writes.push({ kind, message, content });
    if (kind === "begin") live.add(message);
    if (kind === "end") live.delete(message);
    if (failure !== undefined) throw failure.answerLost;
  }

  /** Makes a message; one that was lost on the way is found again, as a nonce or a look into the thread would. */
  async function make(kind: "create" | "begin", content: Content): Promise<MessageId> {
    const message = lost ?? messageId(`m${++created}`);
    live.delete(message);
    try {
      await write(kind, message, content);
      lost = undefined;
      return message;
    } catch (error) {
      if (messages.has(message)) lost = message;
      throw error;
    }
  }

  function grown(message: MessageId, markdown: string): Content {
    const content = messages.get(message);
    if (content === undefined || !live.has(message)) throw new PlatformError("ended", "this stream is over");
    return { ...content, markdown: content.markdown + markdown };
  }

  const stream: MessageStream = {
    pace: { ...limits, bucket: `${limits.bucket} append` },
    async begin(content) {
      if (lost !== undefined) throw new PlatformError("unsupported", "a message may stand already");
      return await make("begin", content);
    },
    append: async (message, markdown) => await write("append", message, grown(message, markdown)),
    async end(message, markdown, controls) {
      const content = grown(message, markdown);
      const stay = streaming === "controls-stay" && content.controls.length > 0;
      await write("end", message, { ...content, controls: stay ? content.controls : controls, live: false });
      if (stay) throw new PlatformError("ended", "controls still stand above the text");
    },
  };

  const surface: RecordingSurface = {
    limits,
    expectsResponse: false,
    gate: Promise.resolve(),
    startTyping: async () => {
      busyCalls++;
      return 8_000;
    },
    ...(streaming === "none" ? {} : { stream }),
    create: async (content) => await make("create", content),
    async edit(message, content) {
      if (!messages.has(message)) throw new PlatformError("gone", "no such message");
      if (live.has(message)) throw new PlatformError("invalid", "the stream is not over");
      await write("edit", message, content);
    },
    async remove(message) {
      messages.delete(message);
      live.delete(message);
    },
    adopt: () => undefined,
    respondFailure: undefined,
    async respond(markdown) {
      if (surface.respondFailure !== undefined) throw surface.respondFailure;
      responses.push(markdown);
    },
    history: async () => ({ messages: earlier, complete: true }),
    read: async () => undefined,
    get texts() {
      return [...messages.values()].map(({ markdown }) => markdown);
    },
    get contents() {
      return [...messages.values()];
    },
    writes,
    responses,
    get busyCalls() {
      return busyCalls;
    },
    failWith: (...more) => void failures.push(...more),
    failBy(wanted) {
      plan = wanted;
    },
    live,
  };
  return surface;
}
