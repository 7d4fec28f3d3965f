import {
  type Content,
  type EarlierMessage,
  type Limits,
  type MessageId,
  messageId,
  PlatformError,
  type ReplySurface,
} from "../../src/port/index.ts";

export type Write = { readonly kind: "create" | "edit"; readonly message: MessageId; readonly content: Content };

export type RecordingSurface = ReplySurface & {
  /** What stands in the thread now, in order. */
  readonly texts: readonly string[];
  readonly contents: readonly Content[];
  readonly writes: readonly Write[];
  readonly responses: readonly string[];
  readonly busyCalls: number;
  /** The next writes fail with these, one each. */
  failWith(...errors: readonly Error[]): void;
  awaitsAnswer: boolean;
  /** Every `respond` fails with this while it is set. */
  respondFailure: Error | undefined;
  /** Writes wait here until the gate opens. */
  gate: Promise<void>;
};

export const testLimits: Limits = { maxLength: 2_000, bucket: "test", edits: 5, periodMs: 5_000, cursor: " ▌" };

/** A thread in memory that keeps every state it showed and refuses what a platform would refuse. */
export function createRecordingSurface(
  limits: Limits = testLimits,
  earlier: readonly EarlierMessage[] = [],
): RecordingSurface {
  const messages = new Map<MessageId, Content>();
  const writes: Write[] = [];
  const responses: string[] = [];
  const failures: Error[] = [];
  let busyCalls = 0;
  let created = 0;

  async function write(kind: Write["kind"], message: MessageId, content: Content): Promise<void> {
    await surface.gate;
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    if (content.markdown.length > limits.maxLength) throw new PlatformError("invalid", "too long");
    if (content.markdown.trim() === "") throw new PlatformError("invalid", "empty");
    messages.set(message, content);
    writes.push({ kind, message, content });
  }

  const surface: RecordingSurface = {
    limits,
    awaitsAnswer: false,
    gate: Promise.resolve(),
    busy: async () => {
      busyCalls++;
    },
    async create(content) {
      const message = messageId(`m${++created}`);
      await write("create", message, content);
      return message;
    },
    async edit(message, content) {
      if (!messages.has(message)) throw new PlatformError("gone", "no such message");
      await write("edit", message, content);
    },
    respondFailure: undefined,
    async respond(markdown) {
      if (surface.respondFailure !== undefined) throw surface.respondFailure;
      responses.push(markdown);
    },
    earlier: async () => earlier,
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
    failWith: (...errors) => void failures.push(...errors),
  };
  return surface;
}
