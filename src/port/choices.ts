import type { OptionSpec } from "./commands.ts";

/**
 * What each word chooses, in any order: "channel final" or "final channel". Undefined where a word chooses nothing, or something
 * that another word chose already: then the words are another sentence.
 */
export function parseChoices(
  words: readonly string[],
  options: readonly OptionSpec[],
): Readonly<Record<string, string>> | undefined {
  const chosen = new Map<string, string>();
  for (const word of words) {
    const value = word.toLowerCase();
    const option = options.find(({ name, choices = [] }) => choices.includes(value) && !chosen.has(name));
    if (option === undefined) return undefined;
    chosen.set(option.name, value);
  }
  return Object.fromEntries(chosen);
}
