// Models write one kind of Markdown, and each platform shows another, which its dialect describes.
// Drawing turns the first into the second: a table becomes aligned text where there are no tables, long code becomes a file.
// It is the last step before a message is sent, and what a platform can show by itself is left as it is.

import type { Dialect } from "../../port/index.ts";
import { type CodeBlock, codeBlockAt, quotedCodeEnd } from "../reading/code-block.ts";
import { outsideCode } from "../reading/code-spans.ts";
import { createFindFormula, type FindFormula, type FormulaBlock } from "../reading/formula-block.ts";
import { formulasAsCode } from "../reading/formulas.ts";
import { picturesAsLinks } from "../reading/links.ts";
import { tableAt } from "../reading/table.ts";
import { beginsBlock, renderHeading, renderPlainest, underlined } from "./render-line.ts";
import { renderTable } from "./render-table.ts";

/**
 * One message as its platform is to get it: what the platform does not draw is drawn with what it does. Pure, in one pass, and
 * the same text where there is nothing to draw. Code is left as it is. The message must be complete in itself, as `part` makes it.
 */
export function render(markdown: string, dialect: Dialect): string {
  if (!needsDrawing(markdown, dialect)) return markdown;
  const lines = markdown.split("\n");
  const formulaAt = createFindFormula(lines);
  const drawn: string[] = [];
  for (let start = 0; start < lines.length; ) {
    const block = blockAt(lines, start, { dialect, formulaAt });
    drawn.push(block.drawn);
    start = block.end;
  }
  return drawn.join("\n");
}

type Drawing = { readonly dialect: Dialect; readonly formulaAt: FindFormula };
type Block = { readonly drawn: string; readonly end: number };

/** A platform that draws no tables draws none of Markdown's other additions: boxes of tasks, pictures, tags, `+` and `1)`. */
const isPlain = ({ tables }: Dialect) => tables !== "native";

/** Cheap, and right when in doubt: most texts hold none of these signs. */
function needsDrawing(markdown: string, dialect: Dialect): boolean {
  if (isPlain(dialect)) return /[|#$\\<!]|^[> ]*(?:[-*_=+~ ]|\d+\)|```)/m.test(markdown);
  return (dialect.headings < 6 && markdown.includes("#")) || (dialect.math === "code" && /[$\\]/.test(markdown));
}

function blockAt(lines: readonly string[], start: number, { dialect, formulaAt }: Drawing): Block {
  const code = codeBlockAt(lines, start);
  if (code !== undefined) return drawCode(lines, start, code, dialect);
  const quotedEnd = quotedCodeEnd(lines, start);
  if (quotedEnd !== undefined) return { drawn: lines.slice(start, quotedEnd).join("\n"), end: quotedEnd };
  const table = dialect.tables === "native" ? undefined : tableAt(lines, start);
  if (table !== undefined && dialect.tables !== "native") {
    return { drawn: inFence(renderTable(table, dialect.tables.maxWidth), table.indent), end: table.end };
  }
  const formula = dialect.math === "code" ? formulaAt(start) : undefined;
  if (formula !== undefined) return { drawn: drawFormula(formula), end: formula.end };
  return drawParagraph(lines, start, { dialect, formulaAt });
}

/** A paragraph, a heading, an item of a list, or an empty line. */
function drawParagraph(lines: readonly string[], start: number, drawing: Drawing): Block {
  const { dialect } = drawing;
  const line = lines[start] ?? "";
  const title = isPlain(dialect) && isBlank(lines[start - 1]) ? underlined(line, lines[start + 1]) : undefined;
  if (title !== undefined) return { drawn: drawText(renderPlainest(title, dialect.headings), dialect), end: start + 2 };
  let end = start + 1;
  if (!isBlank(line)) while (end < lines.length && goesOn(lines, end, drawing)) end++;
  const first = isPlain(dialect) ? renderPlainest(line, dialect.headings) : renderHeading(line, dialect.headings);
  return { drawn: drawText([first, ...lines.slice(start + 1, end)].join("\n"), dialect), end };
}

function goesOn(lines: readonly string[], at: number, { dialect, formulaAt }: Drawing): boolean {
  const line = lines[at] ?? "";
  if (isBlank(line) || beginsBlock(line)) return false;
  if (codeBlockAt([line], 0) !== undefined || quotedCodeEnd([line], 0) !== undefined) return false;
  if (dialect.tables !== "native" && tableAt(lines.slice(at, at + 2), 0) !== undefined) return false;
  return dialect.math === "native" || formulaAt(at) === undefined;
}

const isBlank = (line: string | undefined) => line === undefined || line.trim() === "";

/** What stands within lines. */
function drawText(text: string, dialect: Dialect): string {
  const formulas = dialect.math === "code" ? formulasAsCode(text) : text;
  return isPlain(dialect) ? outsideCode(formulas, (prose) => withBreaks(picturesAsLinks(prose))) : formulas;
}

/** A break keeps to the quotation that it stands in, as deep as anybody quotes: it is written anew for each break. */
function withBreaks(text: string): string {
  const quote = /^(?:> ?){0,9}/.exec(text)?.[0] ?? "";
  return text.replace(/<br\s*\/?>/gi, `\n${quote}`);
}

/** Where only ``` opens a code block and the next three backticks end it, other fences are written so, and those within are parted. */
function drawCode(lines: readonly string[], start: number, { fence, closing }: CodeBlock, dialect: Dialect): Block {
  const end = Math.min(closing + 1, lines.length);
  const block = lines.slice(start, end);
  const asIs = !isPlain(dialect) || (fence.marker === "```" && !lines.slice(start + 1, closing).some(hasFence));
  const isEdge = (index: number) => index === 0 || start + index === closing;
  const drawn = asIs ? block : block.map((line, index) => (isEdge(index) ? inBackticks(line) : parted(line)));
  return { drawn: drawn.join("\n"), end };
}

const inBackticks = (line: string) => line.replace(/`{3,}|~{3,}/, "```");

function drawFormula({ before, lines, after }: FormulaBlock): string {
  const indent = before.replace(/\S/g, " ");
  return [
    `${before}\`\`\`tex`,
    ...lines,
    `${indent}\`\`\``,
    ...(after === "" ? [] : [indent + drawBehind(after)]),
  ].join("\n");
}

/** Double dollars open a formula more easily where a line begins, which this one does only once it is drawn. */
const drawBehind = (after: string) => formulasAsCode(`. ${after}`).slice(2);

function inFence(text: string, indent: string): string {
  return `\`\`\`\n${parted(text)}\n\`\`\``.replace(/^/gm, indent);
}

const hasFence = (line: string) => line.includes("```");

/** Three backticks within would end the block; a word joiner parts them, which nobody sees. */
const parted = (text: string) => text.replace(/`{3,}/g, (run) => [...run].join("\u2060"));
