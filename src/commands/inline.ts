import { presetNamed } from "../choices/presets.ts";
import { type Place, parseChoices } from "../port/index.ts";
import { commandNamed } from "./catalog.ts";
import type { Command } from "./command.ts";
import { toScope } from "./persona-scope.ts";

/** How people speak of things where the message was said. */
type Spoken = Pick<Place, "commandPrefix" | "serverNoun">;

export type InlineCommand = {
  readonly command: Command;
  readonly options: Readonly<Record<string, string>>;
};

/** No command is longer but `persona set` with a text, however it is spelled. UTF-16 units. */
const longestCommand = 100;

/**
 * The command that a message is, if it is one to the letter. "help" is a command, "help me with SQL" is a question; a persona is
 * chosen by `persona set …`, or by `persona` and one word. What stands before commands where they are typed is allowed: "/", "/parley ".
 * Every message that is heard passes here, so nothing longer than a command is read as one.
 */
export function parseInline(text: string, place: Spoken = {}): InlineCommand | undefined {
  const { commandPrefix = "/", serverNoun = "server" } = place;
  const typed = text.trim();
  const words = typed.startsWith(commandPrefix) ? typed.slice(commandPrefix.length).trim() : typed.replace(/^\//, "");
  return (words.length <= longestCommand ? named(words, serverNoun) : undefined) ?? setting(words);
}

function named(words: string, serverNoun: string): InlineCommand | undefined {
  const plain = withoutEnd(words.toLowerCase().replace(/\s+/g, " "));
  const bare = commandNamed(plain);
  if (bare !== undefined && bare.name !== "persona set") return { command: bare, options: {} };
  const [name, ...chosenWords] = plain.split(" ");
  if (name === "replies" || name === "memory" || name === "help") return choosing(name, chosenWords);
  if (/^persona$/i.test(words)) return toInline("persona show", {});
  const [, reset = ""] = /^persona\s+reset\s+(\w+)$/i.exec(words) ?? [];
  const scope = toScope(reset, serverNoun);
  if (scope !== undefined) return toInline("persona reset", { scope });
  const [, chosen = ""] = /^persona\s+(?!set(?:\s|$))(.+)$/is.exec(words) ?? [];
  const isName = presetNamed(chosen) !== undefined || /^\w+$/.test(chosen);
  return isName ? toInline("persona set", { persona: chosen }) : undefined;
}

/** "Stop!" and "help." */
function withoutEnd(words: string): string {
  let end = words.length;
  while (end > 0 && ".!".includes(words.charAt(end - 1))) end--;
  return words.slice(0, end);
}

function setting(words: string): InlineCommand | undefined {
  const [match, text = ""] = /^persona\s+set(?:\s+(.+))?$/is.exec(words) ?? [];
  return match === undefined ? undefined : toInline("persona set", { persona: text });
}

/** "replies final", "replies channel live": words that choose, and nothing else. */
function choosing(name: string, words: readonly string[]): InlineCommand | undefined {
  const options = parseChoices(words, commandNamed(name)?.options ?? []);
  return options === undefined ? undefined : toInline(name, options);
}

function toInline(name: string, options: Readonly<Record<string, string>>): InlineCommand | undefined {
  const command = commandNamed(name);
  return command === undefined ? undefined : { command, options };
}
