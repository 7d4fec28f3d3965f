import type { Ending } from "../store/conversation-store.ts";

/** What was not said to its end, and can be gone on with. A refusal and a filtered answer are ends. */
export function isIncomplete(ending: Ending): boolean {
  return ending === "length" || ending === "broken" || ending === "stopped";
}
