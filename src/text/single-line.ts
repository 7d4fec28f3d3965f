/** A name that comes from people, as one line of a bearable length: fit for a system message, a tag, a log. */
export function singleLine(value: string): string {
  const line = value.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 79).toWellFormed()}…`;
}
