import { type CommandSpec, type OptionSpec, parseChoices } from "../../../src/port/index.ts";

/** What somebody typed behind the slash command. */
export type Typed =
  | { readonly kind: "command"; readonly spec: CommandSpec; readonly options: Readonly<Record<string, string>> }
  /** A persona is to be set, but no word says which: Slack has room to write one. */
  | { readonly kind: "compose" }
  | { readonly kind: "unknown" };

type Complete = (typed: string) => readonly string[];

/** Slack calls a server a workspace. */
const synonyms: ReadonlyMap<string, string> = new Map([["workspace", "server"]]);

/**
 * Slack has one command with whatever behind it: the catalog's name, then its options. An option with choices may come first,
 * with a colon before a text of one's own: `persona set channel: You are …`, `persona set channel pirate`, `persona reset channel`.
 * Words that a command has no use for make it another sentence: “reset my password” resets nothing.
 */
export function parseTyped(typed: string, specs: readonly CommandSpec[], complete: Complete): Typed {
  const words = natural(typed.trim().replace(/^\//, ""));
  for (const spec of specs) {
    const rest = restOf(words, spec.name);
    if (rest === undefined) continue;
    const options = optionsOf(spec, rest, complete);
    if (options === undefined) return { kind: "unknown" };
    const isBare = spec.name === composed && (rest === "" || isChoice(rest, spec));
    return isBare ? { kind: "compose" } : { kind: "command", spec, options };
  }
  return { kind: "unknown" };
}

const composed = "persona set";

/** What people type in place of a command's whole name. */
function natural(words: string): string {
  if (words === "") return "help";
  if (/^persona$/i.test(words)) return "persona show";
  if (/^personas$/i.test(words)) return "persona list";
  return words.replace(/^persona(?:\s*:\s*|\s+)(?!\s|(?:set|show|list|reset)\b)/i, `${composed} `);
}

/** What stands behind the command's name; undefined where another command, or none, is meant. */
function restOf(words: string, name: string): string | undefined {
  let rest = ` ${words}`;
  for (const word of name.split(" ")) {
    const [space = ""] = /^\s+/.exec(rest) ?? [];
    const end = space.length + word.length;
    if (space === "" || rest.slice(space.length, end).toLowerCase() !== word) return undefined;
    rest = rest.slice(end);
  }
  const [sign] = /^(?:[.!]+$|\s*:|\s|$)/.exec(rest) ?? [];
  return sign === undefined ? undefined : rest.slice(sign.length).trim();
}

const isChoice = (rest: string, { options }: CommandSpec): boolean =>
  options.some(({ choices = [] }) => choices.includes(toChoice(rest.replace(/:$/, "").trimEnd())));

const toChoice = (word: string): string => synonyms.get(word.toLowerCase()) ?? word.toLowerCase();

/** Undefined where something is left that no option takes. */
function optionsOf(
  { options }: CommandSpec,
  rest: string,
  complete: Complete,
): Readonly<Record<string, string>> | undefined {
  const text = options.find(({ choices }) => choices === undefined);
  if (text === undefined) return parseChoices(wordsOf(rest), options);
  const choice = options.find(({ choices }) => choices !== undefined);
  const [chosen, left] = choice === undefined ? [undefined, rest] : splitChoice(rest, choice, complete);
  return {
    ...(choice === undefined || chosen === undefined ? {} : { [choice.name]: chosen }),
    ...(left === "" ? {} : { [text.name]: left }),
  };
}

const wordsOf = (rest: string): readonly string[] =>
  rest
    .split(/[\s:.!]+/)
    .filter(Boolean)
    .map(toChoice);

/** “server admin of a small company” is a persona's text, not a scope: a text of one's own needs the colon. */
function splitChoice(
  rest: string,
  { choices = [] }: OptionSpec,
  complete: Complete,
): readonly [string | undefined, string] {
  const [, word = "", colon, left = ""] = /^([a-z]+)(\s*:)?\s*(.*)$/is.exec(rest) ?? [];
  const chosen = choices.find((value) => value === toChoice(word));
  const isMeant = colon !== undefined || complete(left).includes(left.toLowerCase());
  return chosen === undefined || !isMeant || left === "" ? [undefined, rest] : [chosen, left];
}
