import type { Control } from "./controls.ts";
import type { Attachment, Author } from "./events.ts";
import type { MessageId } from "./ids.ts";
import { PlatformError } from "./platform-error.ts";
import type { RateLimit } from "./rate-limit.ts";

/** What the platform draws of Markdown by itself. The rest is drawn for it, out of what it does know. */
export type Dialect = {
  /** Tables are drawn by the platform, or as aligned text of at most so many columns. */
  readonly tables: "native" | { readonly maxWidth: number };
  /** The deepest heading there is; deeper ones become bold lines. */
  readonly headings: number;
  /** Formulas are drawn, or shown as code, in which no sign is taken for markup. */
  readonly math: "native" | "code";
  /** A code block with more UTF-16 units than this goes on in a file; undefined where the platform takes none. */
  readonly maxCodeLength?: number;
};

/** What one message may be, and how often it may change. Units are the platform's own. */
export type Limits = RateLimit & {
  readonly dialect: Dialect;
  /** UTF-16 code units in one message. */
  readonly maxLength: number;
  /** How often messages may be made; edits have the pace that these limits are themselves. */
  readonly posts?: RateLimit;
  /** Shown at the end of a reply that is still being written; empty for none. */
  readonly cursor: string;
};

/** A file that belongs to a message. */
export type TextFile = {
  readonly name: string;
  readonly text: string;
};

/** What stands in one message. */
export type Content = {
  readonly markdown: string;
  /** In order; only where the dialect has files. */
  readonly files?: readonly TextFile[];
  readonly controls: readonly Control[];
  /** More of it is to come; a write that fails will be followed by another. */
  readonly live: boolean;
};

/** What goes along with a short answer. */
export type Extra = Partial<Pick<Content, "controls" | "files">>;

/** Something said in this place before the bot was called. */
export type EarlierMessage = {
  readonly message: MessageId;
  readonly author: Author;
  /** The bot said it itself. */
  readonly own: boolean;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** So many files came with it beside these. */
  readonly moreFiles?: number;
  readonly sentAt: number;
};

/** What could be read back. */
export type Earlier = {
  /** Oldest first. */
  readonly messages: readonly EarlierMessage[];
  /** Nothing that was said here before the event is missing. */
  readonly complete: boolean;
};

/**
 * Messages that grow by appending, where a platform has such: no cursor is needed, and no word is sent twice. Refuses as
 * "unsupported" where this place or this moment has none, and as "ended" when the platform has closed the message to appending;
 * what was appended then stands, and the message can be edited.
 */
export interface MessageStream {
  /** How often may be appended. */
  readonly pace: RateLimit;
  begin(content: Content): Promise<MessageId>;
  append(message: MessageId, markdown: string): Promise<void>;
  /** Appends the last text and closes the message. "ended" where only an edit can make it what it is to be; the words stand by then. */
  end(message: MessageId, markdown: string, controls: readonly Control[]): Promise<void>;
}

/**
 * Where a reply goes. A surface is deliberately dumb: it sends exactly the text it is given or throws a `PlatformError`;
 * it never splits, queues or retries.
 */
export interface ReplySurface {
  readonly limits: Limits;
  /** The platform shows the person a waiting sign until something is said here. */
  readonly expectsResponse: boolean;
  /** Shows that the bot is at work. May prepare the place (start the thread). Returns after how many ms the sign goes out by itself. */
  startTyping(): Promise<number>;
  /** Shows what it is at ("is thinking… 12 s"), where the platform has a line for that outside the message. */
  status?(doing: string): Promise<void>;
  /** Takes that sign away, where it would stand on although nothing was said. */
  stopTyping?(): Promise<void>;
  readonly stream?: MessageStream;
  create(content: Content): Promise<MessageId>;
  edit(message: MessageId, content: Content): Promise<void>;
  /** Takes a message of this reply away, which is then not reported. One that is gone already is no failure. */
  remove(message: MessageId): Promise<void>;
  /** Messages that stand from an earlier try of this reply, in order: what is created now comes after them. */
  adopt(messages: readonly MessageId[]): void;
  /** After a restart: what stands of this reply although nobody noted it. `others` are messages of other replies. */
  findOrphans?(others: readonly MessageId[]): Promise<readonly MessageId[]>;
  /** A short answer to the person where they spoke. It never has files. */
  respond(markdown: string, extra?: Extra): Promise<void>;
  /** The same for their eyes alone, where the platform can. It may reach them even where the bot may not write. */
  respondPrivately?(markdown: string, extra?: Extra): Promise<void>;
  /**
   * The text of a file that came with the message; undefined for one that is no text, too large, or not on the platform's own
   * servers. Nothing else is ever fetched.
   */
  read(attachment: Attachment): Promise<string | undefined>;
  /** The newest messages said here before the event; none where the place is the bot's own. */
  history(count: number): Promise<Earlier>;
}

/** For their eyes alone where the platform can, else where they spoke. */
export const tellPrivately = (surface: ReplySurface, markdown: string): Promise<void> =>
  (surface.respondPrivately ?? surface.respond)(markdown);

const unsaid = (): Promise<never> => Promise.reject(new PlatformError("unsupported", "there is nobody to say it to"));

/** The surface of an event that nobody waits for an answer to. */
export const noSurface: ReplySurface = {
  limits: {
    maxLength: 1,
    dialect: { tables: "native", headings: 6, math: "native" },
    bucket: "nowhere",
    count: 1,
    periodMs: 1,
    cursor: "",
  },
  expectsResponse: false,
  startTyping: unsaid,
  create: unsaid,
  edit: unsaid,
  remove: unsaid,
  adopt: () => undefined,
  respond: unsaid,
  read: unsaid,
  history: unsaid,
};
