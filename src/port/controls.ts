import type { UserId } from "./ids.ts";

/** The commands that buttons name. Stored with an answer whose last text may be missing. */
export const controlCommands = ["stop", "go-on", "retry", "forget-me", "keep-me"] as const;

/** A button under a reply. Adapters draw it, and report a press as the command it names. */
export type Control = {
  readonly command: (typeof controlCommands)[number];
  readonly label: string;
  /** Whose press counts; anybody's if not set. */
  readonly only?: UserId;
};
