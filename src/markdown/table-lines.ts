/** Longer lines are never taken for a table's beginning, so that a growing text need not wait for long. UTF-16 units. */
export const longestTableLine = 1_000;

/** A line that may begin a table: it depends on the next one. Only those with a bar at their start count; prose has bars as well. */
export function mayBeginTable(line: string): boolean {
  return line.length <= longestTableLine && /^ {0,3}\|.*\S/.test(line);
}

/** The line of dashes below a table's header, which makes it one. It must have as many cells. */
export function isDelimiterRow(line: string, header: string): boolean {
  return (
    /^ {0,3}\|(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*\r?$/.test(line) &&
    cells(line).length === cells(header).length
  );
}

/** A further row of a table that has begun. */
export function isTableRow(line: string): boolean {
  return /^ {0,3}\|/.test(line);
}

/** The texts of a row's cells, without the spaces around them. A bar behind a backslash, or in code, belongs to its cell. */
export function cells(row: string): readonly string[] {
  const inner = row
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  const texts = inner.match(/(?:\\.|`[^`]*`|[^|\\`]|[\\`])+|(?<=\|)(?=\|)|^(?=\|)|(?<=\|)$/g) ?? [""];
  return texts.map((text) => text.trim().replace(/\\\|/g, "|"));
}
