import { presetNamed } from "../persona/presets.ts";
import { type Place, toChoices } from "../port/index.ts";
import { commandNamed } from "./catalog.ts";
import type { Command } from "./command.ts";

/** How people speak of things where the message was said. */
type Spoken = Pick<Place, "commandPrefix" | "serverNoun">;

export type InlineCommand = {
  readonly command: Command;
  readonly options: Readonly<Record<string, string>>;
};

/**
 * The command that a message is, if it is one to the letter. "help" is a command, "help me with SQL" is a question; a persona is
 * chosen by `persona set …`, or by `persona` and one word. What stands before commands where they are typed is allowed: "/", "/parley ".
 */
export function parseInline(text: string, place: Spoken = {}): InlineCommand | undefined {
  const { commandPrefix = "/", serverNoun = "server" } = place;
  const typed = text.trim();
  const words = typed.startsWith(commandPrefix) ? typed.slice(commandPrefix.length).trim() : typed.replace(/^\//, "");
  const plain = words
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/[.!]+$/, "");
  const bare = commandNamed(plain);
  if (bare !== undefined && bare.name !== "persona set") return { command: bare, options: {} };
  const [name, ...chosenWords] = plain.split(" ");
  if (name === "replies" || name === "memory") return choosing(name, chosenWords);
  const [, reset] = new RegExp(`^persona\\s+reset\\s+(${scopeWords(serverNoun)})$`, "i").exec(words) ?? [];
  if (reset !== undefined) return toInline("persona reset", { scope: toScope(reset, serverNoun) });
  const [, set, chosen] = /^persona(?:\s+(set))?(?:\s+(.+))?$/is.exec(words) ?? [];
  if (set !== undefined) return persona(chosen ?? "", serverNoun);
  if (/^persona$/i.test(words)) return toInline("persona show", {});
  if (chosen !== undefined && (presetNamed(chosen) !== undefined || /^\w+$/.test(chosen)))
    return persona(chosen, serverNoun);
  return undefined;
}

/** "replies final", "replies channel live": words that choose, and nothing else. */
function choosing(name: string, words: readonly string[]): InlineCommand | undefined {
  const options = toChoices(words, commandNamed(name)?.options ?? []);
  return options === undefined ? undefined : toInline(name, options);
}

/** "persona set pirate", "persona set channel pirate", "persona set server: You are …". "server admin …" is a text, not a scope. */
function persona(chosen: string, serverNoun: string): InlineCommand | undefined {
  const pattern = new RegExp(`^(${scopeWords(serverNoun)})(?:(:)\\s*|\\s+)(.+)$`, "is");
  const [, scope, colon, rest] = pattern.exec(chosen) ?? [];
  const meant = scope !== undefined && rest !== undefined && (colon !== undefined || presetNamed(rest) !== undefined);
  if (!meant) return toInline("persona set", { persona: chosen });
  return toInline("persona set", { persona: rest, scope: toScope(scope, serverNoun) });
}

const scopeWords = (serverNoun: string): string => `thread|channel|server|${serverNoun}`;

/** The platform's own word for a server means it as well. */
const toScope = (word: string, serverNoun: string): string =>
  word.toLowerCase() === serverNoun ? "server" : word.toLowerCase();

function toInline(name: string, options: Readonly<Record<string, string>>): InlineCommand | undefined {
  const command = commandNamed(name);
  return command === undefined ? undefined : { command, options };
}
