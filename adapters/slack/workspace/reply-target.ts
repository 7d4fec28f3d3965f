import type { Place, ReplySurface } from "../../../src/port/index.ts";
import type { Person } from "./lookups.ts";
import type { Workspace } from "./workspaces.ts";

/** Where an answer goes, and to whom. */
export type ReplyTarget = {
  readonly workspace: Workspace;
  readonly place: Place;
  readonly channel: string;
  /** The message that the thread hangs on. */
  readonly root: string;
  /** The message that is answered: what was lost on the way can only stand after it. */
  readonly question: string;
  /** Who asked. */
  readonly person: Person;
  /** It was begun before a restart: a sign of being at work may stand from then. */
  readonly begun?: true;
  /** The bot's messages after the question that stood when this process came to it: what it loses on the way is none of them. */
  readonly before?: ReadonlySet<string>;
  /** Reaches the person although the bot may not write in the channel: an interaction's own way back. */
  readonly respondPrivately?: ReplySurface["respondPrivately"] | undefined;
};
