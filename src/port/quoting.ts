/** A long question would push its own answer out of sight. Characters. */
const longestHeading = 300;

/** The question above an answer that stands where the question does not. */
export function quoteHeading(question: string): string {
  return `> ${withoutMarkup(truncate(question.replace(/\s+/g, " ").trim(), longestHeading))}`;
}

/** Longer quotes crowd out the question. Characters. */
export const longestQuote = 2_000;

/** Somebody's words, to be put into the bot's own Markdown: each sign is shown as it was written. */
export const withoutMarkup = (text: string): string => text.replace(/[\\`*~|<>#\]]|(?<!\w)_|_(?!\w)/g, "\\$&");

/** A text as a quotation in Markdown: every line of it, whatever a platform takes for the end of a line. */
export const quoted = (text: string): string =>
  text.replace(/^/, "> ").replace(/\r\n?|[\n\v\f\u0085\u2028\u2029]/g, "\n> ");

/** The text, or its beginning, as well-formed Unicode: never cut inside a surrogate pair, and without halves of one. */
export function truncate(text: string, most: number): string {
  return text.length <= most ? text.toWellFormed() : `${text.slice(0, most - 1).toWellFormed()}…`;
}
