import type { Clock } from "./clock.ts";
import type { CommandSpec } from "./commands.ts";
import type { Author, BotEvent, MessageEvent, Place } from "./events.ts";
import type { ServerId, UserId } from "./ids.ts";
import type { RateLimiter } from "./rate-limit.ts";
import type { ReplySurface } from "./surface.ts";

/** The core's one door. Never rejects, and may take as long as the whole answer: acknowledge first, do not wait for it. */
export type Receive = (event: BotEvent, surface: ReplySurface) => Promise<void>;

/** One platform. */
export interface Adapter {
  readonly platform: string;
  /** Resolves when events arrive. Rejects with a `StartError` when it never can. */
  start(receive: Receive): Promise<void>;
  /** The way back to a question that was heard before a restart; undefined where there is none any more. Missing where no question has a `recallKey`. */
  recall?(event: MessageEvent): Promise<Recalled | undefined>;
  /** After this nothing is reported any more. */
  stop(): Promise<void>;
}

export type Recalled = {
  readonly surface: ReplySurface;
  /** The question itself was deleted meanwhile. */
  readonly withdrawn: boolean;
};

/** What every adapter is given. */
export type AdapterContext = {
  readonly commands: readonly CommandSpec[];
  /** Names that fit what is typed into an option that completes, best first. */
  readonly complete: (typed: string) => readonly string[];
  readonly log: AdapterLog;
  /** What the adapter itself must not forget, such as the workspaces it was installed in. */
  readonly notes: AdapterNotes;
  /** False for a person of whose words nothing may be kept, not even until they are answered. */
  readonly mayKeep: (author: UserId, server: ServerId) => Promise<boolean>;
  /** For what the platform says of its limits, and for requests that no reply makes. */
  readonly budget: RateLimiter;
  readonly clock: Clock;
  /**
   * Whether this person may talk to the bot there. The core asks it of every event itself; an adapter only before it would do
   * something in public for them.
   */
  readonly admits: (event: { readonly place: Place; readonly author: Author }) => boolean;
  /** Whether anybody may talk to the bot in that server. Where nobody may, the bot has nothing to do there. */
  readonly admitsServer: (server: ServerId) => boolean;
  /** Ends the whole bot: the person at the keyboard is done, or there is a problem that only a person can mend. */
  readonly quit: (problem?: string) => void;
};

/** Texts under names, kept over restarts. */
export interface AdapterNotes {
  get(name: string): Promise<string | undefined>;
  set(name: string, text: string): Promise<void>;
  delete(name: string): Promise<void>;
  /** Those that begin so, in the order of their letters. */
  names(prefix: string): Promise<readonly string[]>;
}

/** The part of the log that adapters use: facts as fields, a sentence that says what to do. */
export type AdapterLog = {
  debug(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
};

/** An adapter cannot start until a person changes something. The message says what, and where. */
export class StartError extends Error {
  override readonly name = "StartError";
}
