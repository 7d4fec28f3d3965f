import type { Place, Scope } from "../port/index.ts";

/** Why this person may not do something as wide as that here; undefined where they may. */
export function refusalOf(place: Place, scope: Scope, act: string): string | undefined {
  if (place.authority.includes(scope)) return undefined;
  const inside =
    place.kind === "channel" || place.kind === "fresh" ? " Inside a thread you can do that for the thread." : "";
  return `Only ${whoMay(place, scope)} can ${act}.${inside}`;
}

function whoMay({ serverNoun }: Place, scope: Scope): string {
  if (serverNoun === undefined) return `people who may manage this ${scope}`;
  return scope === "channel" ? `who created this channel and the ${serverNoun}'s admins` : `the ${serverNoun}'s admins`;
}
