import type { Context } from "@slack/bolt";
import type { AdapterContext, Receive, ReplySurface } from "../../src/port/index.ts";
import type { Target } from "./target.ts";
import type { Workspace } from "./workspaces.ts";

/** What every listener works with. */
export type Listening = {
  readonly context: AdapterContext;
  readonly receive: Receive;
  workspaceOf(context: Context): Workspace;
  surfaceAt(target: Target): ReplySurface;
  /** Runs it beside everything else; a failure in one event must not reach the next. */
  run(task: () => Promise<void>, failure?: string): void;
};
