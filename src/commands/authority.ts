import type { Place, Scope } from "../port/index.ts";
import { joined } from "../reply/notices.ts";
import { sentences } from "../sentences/sentences.ts";

const { refusals } = sentences;

/** Why this person may not do something as wide as that here, and what they can do instead; undefined where they may. */
export function refusalOf(
  place: Place,
  scope: Scope,
  act: string,
  instead: string | undefined = insideThread(place),
): string | undefined {
  if (place.authority.includes(scope)) return undefined;
  if (place.unverified?.scopes.includes(scope)) return refusals.unverified(place.unverified.by);
  return joined(refusals.mayNot(place.whoMay?.[scope] ?? refusals.whoMay[scope], act), instead);
}

const insideThread = ({ kind }: Place): string | undefined =>
  kind === "channel" || kind === "new-thread" ? refusals.insideThread : undefined;
