import type { Place } from "../../src/port/index.ts";
import type { Workspace } from "./workspaces.ts";

/** Where an answer goes, and to whom. */
export type Target = {
  readonly workspace: Workspace;
  readonly place: Place;
  readonly channel: string;
  /** The message that the thread hangs on. */
  readonly root: string;
  /** The message that is answered: what was lost on the way can only stand after it. */
  readonly question: string;
  readonly user: string;
  /** The asker's workspace, where it may be another. */
  readonly team?: string | undefined;
  /** Reaches the person although the bot may not write in the channel: an interaction's own way back. */
  readonly whisper?: ((markdown: string) => Promise<void>) | undefined;
};
