import { type FullReason, mostCommands, mostWaiting, mostWaitingHere } from "../limits/backlog.ts";
import type { LimitHit, LimitScope } from "../limits/limits.ts";
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
  readonly scope: LimitScope;
  /** What people here call a server. */
  readonly serverNoun: string;
  readonly limitHit: LimitHit;
  readonly waitMs: number;
};

/** A day's limit has no room for a question. */
export function limitNotice({ scope: holder, serverNoun, limitHit: shortage, waitMs }: Refusal): string {
  const { measure, limit, kind } = shortage;
  const noun = holder === "user" ? undefined : serverNoun;
  const amount = refusals.limits[measure](limit);
  switch (kind) {
    case "reached":
      return refusals.reached(noun, amount, duration(Math.ceil(waitMs / 60_000) * 60_000));
    case "reserved":
      return refusals.reserved(noun, amount);
    case "too-large":
      return refusals.tooLarge(noun, amount);
  }
}
