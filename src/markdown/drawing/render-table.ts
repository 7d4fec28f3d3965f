import type { Align, Table } from "../reading/table.ts";
import { plainText } from "./plain-text.ts";
import { clipped, textWidth } from "./text-width.ts";

const gap = "  ";
/** A column is never clipped to less: two letters and the sign that says there was more. */
const narrowest = 3;
/** No column is padded to more, or one long cell would blow up all rows. */
const widestPadding = 120;

type Texts = readonly (readonly string[])[];

/** True where a table takes more columns as aligned text. */
export function isWiderThan(table: Table, maxWidth: number): boolean {
  const widths: number[] = [];
  for (const row of table.rows) {
    widen(widths, row.map(plainText));
    if (total(widths) > maxWidth) return true;
  }
  return false;
}

/**
 * A table as aligned text with a rule below its header, for a font of equal widths. Wider than `maxWidth`, its widest columns
 * are clipped, and its lines where that does not do.
 */
export function renderTable(table: Table, maxWidth: number): string {
  const texts = textsOf(table);
  const widths = fitted(widthsOf(texts), maxWidth);
  const fitting = texts.map((row) => row.map((text, index) => clipped(text, widths[index] ?? 0)));
  return drawRows(fitting, widths, table.aligns)
    .map((line) => clipped(line, maxWidth))
    .join("\n");
}

/** The same, as wide as it is. */
export function renderWholeTable(table: Table): string {
  const texts = textsOf(table);
  return drawRows(texts, capped(widthsOf(texts), widestPadding), table.aligns).join("\n");
}

const textsOf = ({ rows }: Table): Texts => rows.map((row) => row.map(plainText));

function drawRows(texts: Texts, widths: readonly number[], aligns: readonly Align[]): readonly string[] {
  const [header = "", ...body] = texts.map((row) =>
    row
      .map((text, index) => padded(text, widths[index] ?? 0, aligns[index] ?? "left"))
      .join(gap)
      .trimEnd(),
  );
  return [header, widths.map((width) => "─".repeat(width)).join(gap), ...body];
}

function padded(text: string, width: number, align: Align): string {
  const room = Math.max(0, width - textWidth(text));
  switch (align) {
    case "left":
      return text + " ".repeat(room);
    case "right":
      return " ".repeat(room) + text;
    case "center":
      return " ".repeat(Math.floor(room / 2)) + text + " ".repeat(Math.ceil(room / 2));
  }
}

function widthsOf(rows: Texts): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) widen(widths, row);
  return widths;
}

function widen(widths: number[], row: readonly string[]): void {
  for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, textWidth(text));
}

/** The widths with the widest clipped to a common one, the greatest that fits. */
function fitted(widths: readonly number[], maxWidth: number): readonly number[] {
  if (total(widths) <= maxWidth) return widths;
  let [least, most] = [narrowest, Math.max(narrowest, maxWidth)];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (total(capped(widths, middle)) <= maxWidth) least = middle;
    else most = middle - 1;
  }
  return capped(widths, least);
}

const capped = (widths: readonly number[], cap: number) => widths.map((width) => Math.min(width, cap));

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap.length * Math.max(0, widths.length - 1);
}
