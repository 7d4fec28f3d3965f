/** A long question would push its own answer out of sight. Characters. */
const longestHeading = 300;

/** The question above an answer that stands where the question does not. */
export function toHeading(question: string): string {
  return `> ${shortened(question.replace(/\s+/g, " ").trim(), longestHeading)}`;
}

/** The text, or its beginning; never cut inside a surrogate pair. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}
