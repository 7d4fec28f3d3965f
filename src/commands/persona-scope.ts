import { presetNamed } from "../choices/presets.ts";
import type { Place, Scope } from "../port/index.ts";

/** The narrowest first. */
export const scopes = ["thread", "channel", "server"] as const;

/** What somebody wrote behind `persona set`. `unclear`: its first word says where the persona applies, or begins its text. */
export type Written =
  | { readonly kind: "clear"; readonly persona: string; readonly scope?: Scope }
  | { readonly kind: "unclear"; readonly word: string };

/** "pirate", "channel pirate", "channel: You are …": a text of one's own needs the colon between. */
export function readWritten(written: string, { serverNoun }: Pick<Place, "serverNoun">): Written {
  const text = written.trim();
  const [, word = "", colon, persona = ""] = /^(\w+)(?:(\s*:)\s*|\s+|$)(.*)$/s.exec(text) ?? [];
  const scope = toScope(word, serverNoun);
  if (scope === undefined) return { kind: "clear", persona: text };
  const isScope = colon !== undefined || persona === "" || presetNamed(persona) !== undefined;
  return isScope ? { kind: "clear", persona, scope } : { kind: "unclear", word: word.toLowerCase() };
}

/** The platform's own word for a server means it as well. */
export function toScope(word: string, serverNoun = "server"): Scope | undefined {
  const lower = word.toLowerCase();
  return scopes.find((scope) => scope === (lower === serverNoun ? "server" : lower));
}
