import { cells, isDelimiterRow, isTableRow, mayBeginTable } from "./table-lines.ts";

export type Align = "left" | "right" | "center";

export type Table = {
  /** The header first. A row that is still being written may have fewer cells. */
  readonly rows: readonly (readonly string[])[];
  readonly aligns: readonly Align[];
  /** The spaces before its header. */
  readonly indent: string;
  /** The line after its last one. */
  readonly end: number;
};

/** The table that begins in this line, if one does. */
export function tableAt(lines: readonly string[], start: number): Table | undefined {
  const [header, delimiter] = [lines[start], lines[start + 1]];
  if (header === undefined || delimiter === undefined) return undefined;
  if (!mayBeginTable(header) || !isDelimiterRow(delimiter, header)) return undefined;
  let end = start + 2;
  while (end < lines.length && isTableRow(lines[end] ?? "")) end++;
  const rows = [header, ...lines.slice(start + 2, end)].map(cells);
  const indent = header.slice(0, header.indexOf("|"));
  return { rows, aligns: cells(delimiter).map(toAlign), indent, end };
}

function toAlign(dashes: string): Align {
  if (!dashes.endsWith(":")) return "left";
  return dashes.startsWith(":") ? "center" : "right";
}
