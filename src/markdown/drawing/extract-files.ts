import type { Dialect, TextFile } from "../../port/index.ts";
import { sentences } from "../../sentences/sentences.ts";
import { type CodeBlock, codeBlockAt } from "../reading/code-block.ts";
import { type Table, tableAt } from "../reading/table.ts";
import { createFileNames, type FileNames } from "./file-names.ts";
import { growingPreview, previewOf } from "./preview.ts";
import { isWiderThan, renderWholeTable } from "./render-table.ts";

const { attached } = sentences.answers;

/** A text with what of it goes into files. */
export type Extracted = {
  readonly markdown: string;
  /** `at` is the place in the markdown behind which the file belongs: the end of a line. */
  readonly files: readonly { readonly at: number; readonly file: TextFile }[];
  /** Says how much has come behind the preview that the markdown ends with. It is no part of the text: it counts on. */
  readonly hidden?: string;
};

/**
 * Leaves of a long code block a preview, and puts the whole of it into a file; a table that is too wide stays, and is in a file
 * as well. A line below them says so. Takes a whole reply, also while it grows: until `final`, what is returned for a text begins what is returned for
 * any longer one, and files that are listed stay as they are. Linear in the text.
 */
export function extractFiles(markdown: string, dialect: Dialect, final: boolean): Extracted {
  const { maxCodeLength, tables } = dialect;
  if (maxCodeLength === undefined || !mayNeedFiles(markdown, maxCodeLength)) return { markdown, files: [] };
  const maxWidth = tables === "native" ? Number.POSITIVE_INFINITY : tables.maxWidth;
  const attaching = { lines: markdown.split("\n"), maxCodeLength, maxWidth, final, names: createFileNames() };
  const texts: string[] = [];
  const files: { at: number; file: TextFile }[] = [];
  let hidden: string | undefined;
  for (let start = 0, at = -1; start < attaching.lines.length; ) {
    const piece = pieceAt(start, attaching);
    at += 1 + piece.text.length;
    texts.push(piece.text);
    if (piece.file !== undefined) files.push({ at, file: piece.file });
    hidden = piece.hidden;
    start = piece.end;
  }
  return { markdown: texts.join("\n"), files, ...(hidden === undefined ? {} : { hidden }) };
}

type Attaching = {
  readonly lines: readonly string[];
  readonly maxCodeLength: number;
  readonly maxWidth: number;
  readonly final: boolean;
  readonly names: FileNames;
};

/** Some lines as they are shown, without the break at their end; `end` is the line after them. */
type Piece = {
  readonly text: string;
  readonly file?: TextFile;
  readonly hidden?: string | undefined;
  readonly end: number;
};

const mayNeedFiles = (markdown: string, maxCodeLength: number) =>
  /^ {0,12}\|/m.test(markdown) || (markdown.length > maxCodeLength * 0.8 && /`{3}|~{3}/.test(markdown));

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
  if (!isWiderThan(table, maxWidth)) return { text, end };
  const growing = !final && end >= lines.length - 1;
  if (growing && end === lines.length) return { text, end };
  // Spaces may yet be a row's; otherwise the line below the table comes before them.
  if (growing && /^ {0,12}$/.test(lines[end] ?? "")) return { text: `${text}\n`, end: lines.length };
  const file = tableFile(names.table(), table);
  return { text: `${text}\n${table.indent}_${attached.table}_`, file, end };
}

/** Drawn when it is sent, and not each time that the text is looked at while it grows. */
function tableFile(name: string, table: Table): TextFile {
  let drawn: string | undefined;
  return {
    name,
    get text() {
      drawn ??= `${renderWholeTable(table)}\n`;
      return drawn;
    },
  };
}

function codePiece(start: number, block: CodeBlock, { lines, maxCodeLength, final, names }: Attaching): Piece {
  const { fence, closing } = block;
  const end = closing + 1;
  // A line at the very end that closes the block may yet go on, and then it is code.
  const ended = final || end < lines.length;
  if (!ended) return { ...growing(lines.slice(start), block, maxCodeLength), end: lines.length };
  const code = lines.slice(start + 1, closing).join("\n");
  if (code.length <= maxCodeLength) return { text: lines.slice(start, end).join("\n"), end };
  const opening = lines[start] ?? "";
  const preview = previewOf(code, maxCodeLength);
  const indent = indentOf(opening, block);
  const note = `_… ${counted(moreIn(code, preview))}. ${attached.code}_`;
  const closed = `${lines[closing] ?? indent + fence.marker}\n${indent}${note}`;
  const language = fence.opening.slice(fence.marker.length).trim();
  return {
    text: [opening, preview.replace(/\n$/, ""), closed].join("\n"),
    file: { name: names.code(language), text: unindented(code, indent.length) },
    end,
  };
}

const indentOf = (opening: string, { fence }: CodeBlock) =>
  opening.slice(0, opening.indexOf(fence.marker)).replace(/\S/g, " ");

/** A block that is not over. Its first line may not be over either. */
function growing(
  [opening = "", ...lines]: readonly string[],
  block: CodeBlock,
  maxCodeLength: number,
): Pick<Piece, "text" | "hidden"> {
  if (lines.length === 0) return { text: opening };
  const code = lines.join("\n");
  const preview = growingPreview(code, maxCodeLength);
  const text = `${opening}\n${preview}`;
  const { count, unit } = moreIn(code, preview);
  // A line counts once it is over; the end of a long one may yet be shown.
  const more = unit === "line" ? count - 1 : code.length > maxCodeLength ? count : 0;
  if (more < 1) return { text };
  return { text, hidden: `${indentOf(opening, block)}_… ${attached.soFar(counted({ count: more, unit }))}_` };
}

type More = { readonly count: number; readonly unit: "line" | "character" };

/** How much of the code its preview leaves out. */
function moreIn(code: string, preview: string): More {
  return preview.endsWith("\n")
    ? { count: linesIn(code) - linesIn(preview.slice(0, -1)), unit: "line" }
    : { count: code.length - preview.length, unit: "character" };
}

const linesIn = (text: string) => text.split("\n").length;

const counted = ({ count, unit }: More) => attached.more(count, unit);

/** Code in a list is indented with it; in a file it is not. */
function unindented(code: string, depth: number): string {
  const text = depth === 0 ? code : code.replace(new RegExp(`^[ \\t]{1,${depth}}`, "gm"), "");
  return text.endsWith("\n") ? text : `${text}\n`;
}
