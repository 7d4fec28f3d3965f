/** A long question would push its own answer out of sight. Characters. */
const longestHeading = 300;

/** The question above an answer that stands where the question does not. */
export function toHeading(question: string): string {
  return `> ${shortened(question.replace(/\s+/g, " ").trim(), longestHeading)}`;
}

/** Longer quotes crowd out the question. Characters. */
export const longestQuote = 2_000;

/** The text, or its beginning, as well-formed Unicode: never cut inside a surrogate pair, and without halves of one. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text.toWellFormed() : `${text.slice(0, most - 1).toWellFormed()}…`;
}
