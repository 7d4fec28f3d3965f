import { type FullReason, mostCommands, mostWaiting, mostWaitingHere } from "../limits/admission.ts";
import type { Holder, Shortage } from "../limits/limits.ts";
import { sentences } from "../sentences/sentences.ts";
import { duration } from "../text/duration.ts";

const { refusals } = sentences;

/** Somebody has so much waiting that one more would only pile up. */
export function fullNotice(what: FullReason | "commands"): string {
  switch (what) {
    case "person":
      return refusals.fullPerson(mostWaiting);
    case "place":
      return refusals.fullPlace(mostWaitingHere);
    case "commands":
      return refusals.fullCommands(mostCommands);
  }
}

export type Refusal = {
  readonly holder: Holder;
  /** What people here call a server. */
  readonly serverNoun: string;
  readonly shortage: Shortage;
  readonly waitMs: number;
};

/** A day's limit has no room for a question. */
export function limitNotice({ holder, serverNoun, shortage, waitMs }: Refusal): string {
  const { measure, limit, kind } = shortage;
  const noun = holder === "user" ? undefined : serverNoun;
  const amount = refusals.limits[measure](limit);
  switch (kind) {
    case "spent":
      return refusals.spent(noun, amount, duration(Math.ceil(waitMs / 60_000) * 60_000));
    case "pending":
      return refusals.reserved(noun, amount);
    case "large":
      return refusals.tooLarge(noun, amount);
  }
}
