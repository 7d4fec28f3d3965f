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
  readonly asker: { readonly user: string; readonly team: string };
};
