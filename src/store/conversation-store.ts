// A conversation is a log of turns: what people said and what the bot answered, numbered and never renumbered.
// The window is the end of that log that the model is still told; it moves forward, and what it has passed is summed up or dropped.
// The log and small named records beside it are the only things that outlive the process, and keyv is known to one file of this folder
// alone.

import type { Attachment, Author, MessageId, Quote, ServerId, ThreadId, UserId } from "../port/index.ts";

/** How a reply ended. All but `whole` are told to the person. */
export type Ending = "whole" | "length" | "filtered" | "refused" | "stopped" | "broken" | "failed";

/** What a person said. */
export type PersonTurn = {
  readonly kind: "person";
  readonly message: MessageId;
  readonly author: Author;
  readonly text: string;
  readonly quote?: Quote;
  readonly attachments: readonly Attachment[];
  /** So many files came with it beside these. */
  readonly moreFiles?: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Tokens it takes in a prompt, counted once. */
  readonly tokens: number;
  /** Taken away since: nothing of what it said is kept. */
  readonly deleted?: true;
};

/** What the bot said. */
export type BotTurn = {
  readonly kind: "bot";
  /** Empty where nothing could be shown. */
  readonly messages: readonly MessageId[];
  /** The question that it answers; not known of what early versions stored, nor of what was read as earlier talk. */
  readonly replyTo?: MessageId;
  /** The model's own words, without notices. */
  readonly text: string;
  readonly ending: Ending;
  readonly at: number;
  readonly tokens: number;
  /** Somebody took it, or a part of it, away: its words are kept no longer. */
  readonly withdrawn?: true;
  /** Messages that no later prompt holds: this answer could only be had without them, or the question itself was refused. */
  readonly leftOut?: readonly MessageId[];
  /**
   * The place of an answer that is still to come: of a question in a channel, or of one that was edited. Then its messages are being
   * written over, and the old words are kept no longer.
   */
  readonly pending?: true;
};

export type Turn = PersonTurn | BotTurn;

/** A thread's memory as far as the window reaches. Turns are numbered from 0 and never renumbered. */
export type Conversation = {
  readonly thread: ThreadId;
  /** The bot has been called here before; true also when the memory was started over. */
  readonly joined: boolean;
  /**
   * The number of `turns[0]`. Raise it to move the window; the next `append` saves it. A turn that cannot be read is left
   * out but keeps its number, so a start counted in `turns` then moves too little, never too far.
   */
  readonly start: number;
  /** The number that the next turn gets. */
  readonly next: number;
  readonly turns: readonly Turn[];
  /** What was kept here before cannot be understood. It stays as it is; the next `append` sets it aside and begins anew. */
  readonly unreadable?: true;
};

/** From the turn `from` up to, but not including, the turn `to`. */
export type Span = { readonly from: number; readonly to: number };

/** Every failure throws a `StoreError`; a failed read never looks like an empty conversation. */
export interface ConversationStore {
  /** Reads the head and the window's turns, however long the whole log is. A thread never seen is not `joined`. */
  open(thread: ThreadId): Promise<Conversation>;
  /**
   * Writes the turns and the head in one step, and returns the conversation with them at its end. Refuses, as
   * "unwritten", a conversation that was changed after it had been opened.
   */
  append(conversation: Conversation, ...turns: readonly Turn[]): Promise<Conversation>;
  /**
   * The same where others write beside it: what they added meanwhile stands before these turns, and is not in the conversation that
   * is returned. The window's start is never moved back.
   */
  add(conversation: Conversation, ...turns: readonly Turn[]): Promise<Conversation>;
  /** Puts an answer, or nothing, in the place of the pending one that follows this question. False where there is none in the window. */
  answer(thread: ThreadId, question: MessageId, answer: BotTurn | undefined): Promise<boolean>;
  /** The turns that the window has passed and that are still stored. */
  passed(thread: ThreadId): Promise<Span>;
  /** Turns by their numbers, also such as the window has passed. Those that cannot be read are left out. */
  read(thread: ThreadId, span: Span): Promise<readonly Turn[]>;
  /**
   * Rewrites, in one step and in their places, the window's turns that stand in any of these messages. Returns how many were
   * rewritten; a change that returns the turn itself leaves it. Costs what the window does, however long the whole log is.
   */
  amend(thread: ThreadId, messages: readonly MessageId[], change: (turn: Turn) => Turn): Promise<number>;
  /**
   * Starts the memory over: its turns are deleted, and the thread stays joined. Returns how many turns it held, also those
   * that the window had passed. Where it fails the turns may be out of sight and not yet deleted; the next one does that.
   */
  forget(thread: ThreadId): Promise<number>;
  /** Every turn that is kept of the thread, oldest first, also those that the window has passed; read as they are asked for. */
  turnsOf(thread: ThreadId): AsyncIterable<Turn>;
  /** Every thread that is kept and whose id begins so. */
  threads(prefix: string): AsyncIterable<ThreadId>;
  /**
   * Forgets what a person said in every thread: one pass over all that is kept. Their turns go with every word and name, and so
   * do the answers to them and what others quoted of them; their numbers stay, so nothing looks as if it were lost.
   */
  forgetPerson(person: Person, ways: ErasureScheduler): Promise<Forgotten>;
}

/** Somebody, as far as their id reaches. */
export type Person = {
  readonly id: UserId;
  /** Where the id means them and nobody else; everywhere if not set. The ids of its threads begin with it. */
  readonly server?: ServerId;
};

export type ErasureScheduler = {
  /** Runs what touches a thread alone, in its turn. */
  exclusive<T>(thread: ThreadId, task: () => Promise<T>): Promise<T>;
  /** Lets everything else go on for a moment. */
  pause(): Promise<void>;
};

export type Forgotten = {
  /** What the person had said. */
  readonly messages: number;
  /** What the bot had answered to it. */
  readonly answers: number;
  readonly threads: number;
};

/** Small named values beside the conversations (personas). With `ttlMs` a value is gone after so many milliseconds. */
export interface RecordStore<T> {
  /** A value that cannot be understood is left where it is, named in the log, and counts as not there. */
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** All of them that can be understood. */
  entries(): AsyncIterable<readonly [key: string, value: T]>;
}

export type StoreErrorCode =
  /** The store could not be opened: its address, its folder or its rights. */
  | "unopened"
  /** A read failed. */
  | "unread"
  /** A write failed; nothing of it was kept. */
  | "unwritten"
  /** The disk or the quota is full. */
  | "full";

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
