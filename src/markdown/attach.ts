import { type Dialect, fileBelow, type TextFile } from "../port/index.ts";
import { type CodeBlock, codeBlockAt } from "./code-block.ts";
import { drawWholeTable, tableWidth } from "./draw-table.ts";
import { createFileNames, type FileNames } from "./file-names.ts";
import { growingPreview, previewOf } from "./preview.ts";
import { type Table, tableAt } from "./table.ts";

/** A text with what of it goes into files. */
export type Attached = {
  readonly markdown: string;
  /** `at` is the place in the markdown behind which the file belongs: the end of a line. */
  readonly files: readonly { readonly at: number; readonly file: TextFile }[];
};

/**
 * Leaves of a long code block a preview, and puts the whole of it into a file; a table that is too wide stays, and is in a file
 * as well. Takes a whole reply, also while it grows: until `final`, what is returned for a text begins what is returned for
 * any longer one, and files that are listed stay as they are. Linear in the text.
 */
export function attach(markdown: string, dialect: Dialect, final: boolean): Attached {
  const { maxCodeLength, tables } = dialect;
  if (maxCodeLength === undefined || !mayNeedFiles(markdown, maxCodeLength)) return { markdown, files: [] };
  const maxWidth = tables === "native" ? Number.POSITIVE_INFINITY : tables.maxWidth;
  const attaching = { lines: markdown.split("\n"), maxCodeLength, maxWidth, final, names: createFileNames() };
  const texts: string[] = [];
  const files: { at: number; file: TextFile }[] = [];
  for (let start = 0, at = -1; start < attaching.lines.length; ) {
    const { text, file, end } = pieceAt(start, attaching);
    at += 1 + text.length;
    texts.push(text);
    if (file !== undefined) files.push({ at, file });
    start = end;
  }
  return { markdown: texts.join("\n"), files };
}

type Attaching = {
  readonly lines: readonly string[];
  readonly maxCodeLength: number;
  readonly maxWidth: number;
  readonly final: boolean;
  readonly names: FileNames;
};

/** Some lines as they are shown, without the break at their end; `end` is the line after them. */
type Piece = { readonly text: string; readonly file?: TextFile; readonly end: number };

const mayNeedFiles = (markdown: string, maxCodeLength: number) =>
  /^ {0,3}\|/m.test(markdown) || (markdown.length > maxCodeLength * 0.8 && /`{3}|~{3}/.test(markdown));

function pieceAt(start: number, attaching: Attaching): Piece {
  const { lines } = attaching;
  const code = codeBlockAt(lines, start);
  if (code !== undefined) return codePiece(start, code, attaching);
  const table = tableAt(lines, start);
  if (table !== undefined) return tablePiece(start, table, attaching);
  return { text: lines[start] ?? "", end: start + 1 };
}

function tablePiece(start: number, table: Table, { lines, maxWidth, final, names }: Attaching): Piece {
  const { end } = table;
  const text = lines.slice(start, end).join("\n");
  const ended = final || end < lines.length - 1;
  if (!ended || tableWidth(table) <= maxWidth) return { text, end };
  return { text, file: { name: names.table(), text: `${drawWholeTable(table)}\n` }, end };
}

function codePiece(start: number, block: CodeBlock, { lines, maxCodeLength, final, names }: Attaching): Piece {
  const { fence, closing } = block;
  const end = closing + 1;
  // A line at the very end that closes the block may yet go on, and then it is code.
  const ended = final || end < lines.length;
  if (!ended) return { text: growing(lines.slice(start), maxCodeLength), end: lines.length };
  const code = lines.slice(start + 1, closing).join("\n");
  if (code.length <= maxCodeLength) return { text: lines.slice(start, end).join("\n"), end };
  const opening = lines[start] ?? "";
  const preview = previewOf(code, maxCodeLength);
  const indent = opening.slice(0, opening.indexOf(fence.marker)).replace(/\S/g, " ");
  const closed = `${lines[closing] ?? indent + fence.marker}\n${indent}${noteOn(code, preview)}`;
  const language = fence.opening.slice(fence.marker.length).trim();
  return {
    text: [opening, preview.replace(/\n$/, ""), closed].join("\n"),
    file: { name: names.code(language), text: unindented(code, indent.length) },
    end,
  };
}

/** A block that is not over. Its first line may not be over either. */
function growing([opening = "", ...code]: readonly string[], maxCodeLength: number): string {
  return code.length === 0 ? opening : `${opening}\n${growingPreview(code.join("\n"), maxCodeLength)}`;
}

/** The line that ends a preview: how much more there is, and where. */
function noteOn(code: string, preview: string): string {
  const more = preview.endsWith("\n")
    ? counted(linesIn(code) - linesIn(preview.slice(0, -1)), "line")
    : counted(code.length - preview.length, "character");
  return `_… ${more}: ${fileBelow}._`;
}

const linesIn = (text: string) => text.split("\n").length;

const counted = (count: number, unit: string) => `${count.toLocaleString("en")} more ${unit}${count === 1 ? "" : "s"}`;

/** Code in a list is indented with it; in a file it is not. */
function unindented(code: string, depth: number): string {
  const text = depth === 0 ? code : code.replace(new RegExp(`^[ \\t]{1,${depth}}`, "gm"), "");
  return text.endsWith("\n") ? text : `${text}\n`;
}
