import { codeSpans } from "./code-spans.ts";

/** Longer lines are never taken for a table's beginning, so that a growing text need not wait for long. UTF-16 units. */
export const longestTableLine = 1_000;

/**
 * A line that may begin a table: it depends on the next one. Only those with a bar at their start count; prose has bars as well. In a list
 * they are indented with their item.
 */
export function mayBeginTable(line: string): boolean {
  return line.length <= longestTableLine && /^ {0,12}\|.*\S/.test(line);
}

/** The line of dashes below a table's header, which makes it one. It must have as many cells. */
export function isDelimiterRow(line: string, header: string): boolean {
  if (!/^ {0,12}\|[ \t:|-]*\r?$/.test(line)) return false;
  const dashes = cells(line);
  return dashes.every((cell) => /^:?-+:?$/.test(cell)) && dashes.length === cells(header).length;
}

/** A further row of a table that has begun. */
export function isTableRow(line: string): boolean {
  return /^ {0,12}\|/.test(line);
}

/** The texts of a row's cells, without the spaces around them. A bar behind a backslash, or in code, belongs to its cell. */
export function cells(row: string): readonly string[] {
  const inner = row.trim().replace(/^\|/, "");
  const bars = separators(inner);
  const closed = bars.length > 0 && bars.at(-1) === inner.length - 1;
  const ends = closed ? bars : [...bars, inner.length];
  return ends.map((end, index) => {
    const start = index === 0 ? 0 : (ends[index - 1] ?? 0) + 1;
    return inner.slice(start, end).trim().replaceAll("\\|", "|");
  });
}

/** Where the bars stand that part two cells. */
function separators(text: string): readonly number[] {
  const spans = codeSpans(text);
  const bars: number[] = [];
  let span = 0;
  for (const { index, 0: sign } of text.matchAll(/\\.|\|/g)) {
    while ((spans[span]?.end ?? text.length) <= index) span++;
    const inCode = (spans[span]?.start ?? text.length) < index;
    if (sign === "|" && !inCode) bars.push(index);
  }
  return bars;
}
