import type { Context } from "@slack/bolt";
import type { AdapterContext, Place, Receive, ReplySurface } from "../../src/port/index.ts";
import type { Workspace } from "./workspaces.ts";

/** Where an answer is to go; what the surface needs beside it is the same for all. */
export type Spot = {
  readonly workspace: Workspace;
  readonly place: Place;
  readonly channel: string;
  readonly root: string;
  readonly question: string;
  readonly user: string;
  /** The asker's workspace, where it is another. */
  readonly team?: string | undefined;
  readonly whisper?: ((markdown: string) => Promise<void>) | undefined;
  /** The thread has just been begun by the bot: there is nothing to read back. */
  readonly fresh?: true;
};

/** What every listener works with. */
export type Listening = {
  readonly context: AdapterContext;
  readonly receive: Receive;
  workspaceOf(context: Context): Workspace;
  surfaceAt(spot: Spot): ReplySurface;
  /** Runs it beside everything else; a failure in one event must not reach the next. */
  run(task: () => Promise<void>): void;
};
