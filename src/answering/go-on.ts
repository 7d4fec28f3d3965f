import { isBlank } from "../model/is-blank.ts";
import type { Control } from "../port/index.ts";
import { isIncomplete } from "../prompt/is-incomplete.ts";
import type { Interruption, Outcome } from "../reply/outcome.ts";
import { sentences } from "../sentences/sentences.ts";

/**
 * The button under an answer that was cut. None where the next question will not know of the answer (`kept`), or where somebody wanted
 * it gone.
 */
export function goOnControls(
  { text, ending }: Pick<Outcome, "text" | "ending">,
  kept: boolean,
  stopped?: Interruption,
): readonly Control[] {
  const isWanted = stopped !== "reset" && stopped !== "newer";
  return kept && isWanted && isIncomplete(ending) && !isBlank(text) ? [goOn] : [];
}

const goOn: Control = { command: "go-on", label: sentences.answers.buttons.goOn };
