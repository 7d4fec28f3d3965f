import type { Control } from "../port/index.ts";
import type { Ending } from "../store/conversation-store.ts";

/** What became of the model's answer. */
export type Outcome = {
  readonly text: string;
  readonly ending: Ending;
  readonly notice: string | undefined;
  /** Said more quietly than a notice. */
  readonly aside: string | undefined;
  readonly controls: readonly Control[];
};
