import type { Context } from "@slack/bolt";
import type { AdapterContext, EditedEvent, MessageEvent, Receive, ReplySurface } from "../../../src/port/index.ts";
import type { Seal } from "../install/seal.ts";
import type { ReplyTarget } from "../workspace/reply-target.ts";
import type { Authorization, Workspace } from "../workspace/workspaces.ts";
import type { Respond } from "./interaction-surface.ts";

/** What every listener works with. */
export type ListenerContext = {
  readonly context: AdapterContext;
  readonly receive: Receive;
  workspaceOf(context: Context): Workspace;
  workspaceBy(authorization: Authorization): Workspace;
  /** The way back that an interaction names. */
  respondAt(url: string): Respond;
  /** For what Slack keeps for the bot. */
  readonly seal: Seal;
  surfaceAt(target: ReplyTarget): ReplySurface;
  /** Hands on a question, in a form in which it can be found again after a restart. */
  ask(event: MessageEvent | EditedEvent, target: ReplyTarget): Promise<void>;
  /** Runs it beside everything else; a failure in one event must not reach the next. */
  run(task: () => Promise<void>, failure?: string): void;
};
