import type { Place, Scope } from "../port/index.ts";
import { unverifiedNotice } from "../reply/refusal-notices.ts";

/** Why this person may not do something as wide as that here, and what they can do instead; undefined where they may. */
export function refusalOf(
  place: Place,
  scope: Scope,
  act: string,
  instead: string = insideThread(place),
): string | undefined {
  if (place.authority.includes(scope)) return undefined;
  if (place.unverified?.scopes.includes(scope)) return unverifiedNotice(place.unverified.by);
  return `Only ${place.holders?.[scope] ?? `people who may manage this ${scope}`} can ${act}.${instead}`;
}

const insideThread = ({ kind }: Place): string =>
  kind === "channel" || kind === "fresh" ? " Inside a thread you can do that for the thread." : "";
