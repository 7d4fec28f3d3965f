import { beginningAt } from "../reading/blocks.ts";
import { stablePrefix } from "./stable-prefix.ts";

/**
 * The text of an answer that broke off, with the spans closed that are open there, so that nobody sees their signs. Nothing is taken
 * off but what a growing text does not show either: half an address, and signs at the very end. An open code block is left to
 * whoever writes below it.
 */
export function closeSpans(text: string): string {
  const { until, closers, reading } = stablePrefix(text, beginningAt(0, {}), "edited");
  const rest = text.slice(until);
  // A line that waits ended the paragraph above it.
  if (reading.fence !== undefined || (rest.includes("\n") && rest.trim() !== "")) return text;
  const kept = text.slice(0, until) + shownOf(rest);
  const words = kept.trimEnd();
  return words + (closersBehind(words) ?? closers) + kept.slice(words.length);
}

function shownOf(rest: string): string {
  if (/^[\s*_~`|\\]*$/.test(rest)) return rest.slice(rest.trimEnd().length);
  return /^!?\[/.test(rest) ? rest.replace(/\]\([^\s<>]*$/, "]") : rest;
}

/** With a word behind it, what waited for its next letter is what it is. Undefined for what waits even then. */
function closersBehind(words: string): string | undefined {
  const text = `${words} .`;
  const { until, closers } = stablePrefix(text, beginningAt(0, {}), "edited");
  return until === text.length ? closers : undefined;
}
