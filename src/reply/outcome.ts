import type { Control } from "../port/index.ts";
import type { Ending } from "../store/conversation-store.ts";

/** Who told a reply to end, before the model was done or before all of it was posted. */
export type StopReason = "person" | "reset" | "newer";

/** The end of the process is nobody's wish. */
export type Interruption = StopReason | "shutdown";

/** What became of the model's answer. */
export type Outcome = {
  readonly text: string;
  readonly ending: Ending;
  readonly notice: string | undefined;
  /** Said more quietly than a notice. */
  readonly aside: string | undefined;
  readonly controls: readonly Control[];
};
