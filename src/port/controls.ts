import type { UserId } from "./ids.ts";

/** A button under a reply. Adapters draw it, and report a press as the command it names. */
export type Control = {
  readonly command: "stop" | "go-on" | "retry" | "forget-me" | "keep-me";
  readonly label: string;
  /** Whose press counts; anybody's if not set. */
  readonly only?: UserId;
};
