import { singleLine } from "../text/single-line.ts";

/** What a persona's text can name. */
export type Facts = {
  /** A day, not a moment: a system message that changes each minute would miss the provider's prompt cache each minute. */
  readonly date: string;
  readonly user: string;
  readonly server: string;
  readonly channel: string;
  readonly bot: string;
  readonly model: string;
};

/** Fills in {date}, {user}, {server}, {channel}, {bot} and {model}; any other braces stay as they are. */
export function fillPlaceholders(text: string, facts: Facts): string {
  return text.replace(/\{(date|user|server|channel|bot|model)\}/g, (_, name: keyof Facts) => singleLine(facts[name]));
}
