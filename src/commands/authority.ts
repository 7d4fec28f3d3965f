import type { Place, Scope } from "../port/index.ts";

/** Why this person may not do something as wide as that here; undefined where they may. */
export function refusalOf(place: Place, scope: Scope, act: string): string | undefined {
  if (place.authority.includes(scope)) return undefined;
  const inside =
    place.kind === "channel" || place.kind === "fresh" ? " Inside a thread you can do that for the thread." : "";
  return `Only ${place.holders?.[scope] ?? `people who may manage this ${scope}`} can ${act}.${inside}`;
}
