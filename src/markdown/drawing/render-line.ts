import { outsideCode } from "../reading/code-spans.ts";

/** What a line begins with: the signs of a quotation it stands in, and the rest. */
const quotation = /^((?:> ?)*)([\s\S]*)$/;
const heading = /^ {0,3}(#{1,6})[ \t]+(\S[^\n]*)$/;
const listItem = /^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(\[[ xX]\](?=[ \t]))?([^\n]*)$/;
const rule = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*\r?$/;

/** A line that no paragraph goes on in. */
export function beginsBlock(line: string): boolean {
  const rest = quotation.exec(line)?.[2] ?? "";
  return heading.test(rest) || listItem.test(rest) || rule.test(rest);
}

/** How a heading is drawn: up to this depth by the platform, deeper ones as bold lines. */
export function renderHeading(line: string, deepest: number): string {
  const [, quote = "", rest = ""] = quotation.exec(line) ?? [];
  const [, marker = "", text = ""] = heading.exec(rest) ?? [];
  return marker.length > deepest ? quote + bold(titleOf(text)) : line;
}

/** The same for a platform that draws headings, lists and quotations in their plainest form only. */
export function renderPlainest(line: string, deepest: number): string {
  const [, quote = "", rest = ""] = quotation.exec(line) ?? [];
  return quote + (drawPlainHeading(rest, deepest) ?? drawPlainItem(rest) ?? (rule.test(rest) ? drawnRule : rest));
}

/** The heading that a line is by another of `===` or `---` below it. */
export function underlined(title: string, below: string | undefined): string | undefined {
  const [, line] = /^ {0,3}(={3,}|-{3,})[ \t]*\r?$/.exec(below ?? "") ?? [];
  if (line === undefined || beginsBlock(title) || !/^ {0,3}[^\s>|]/.test(title)) return undefined;
  if (line.startsWith("-") && isSentence(title)) return undefined;
  return `${line.startsWith("=") ? "#" : "##"} ${title.trim()}`;
}

/** Markdown makes a heading of it as well, but whoever wrote dashes below it meant a rule. */
const isSentence = (line: string) => line.includes("**") || /[.!?:。！？：]["'”’)*_]*$/.test(line.trimEnd());

const drawnRule = "─".repeat(20);

function drawPlainHeading(line: string, deepest: number): string | undefined {
  const [, marker, text] = heading.exec(line) ?? [];
  if (marker === undefined || text === undefined) return undefined;
  return marker.length > deepest ? bold(titleOf(text)) : `${marker} ${titleOf(text)}`;
}

function drawPlainItem(line: string): string | undefined {
  if (rule.test(line)) return undefined;
  const [, indent, marker, space, box, text] = listItem.exec(line) ?? [];
  if (indent === undefined || marker === undefined || space === undefined || text === undefined) return undefined;
  const drawn = marker === "+" ? "-" : marker.replace(")", ".");
  return `${indent}${drawn}${space}${box === undefined ? "" : box === "[ ]" ? "☐" : "☑"}${text}`;
}

/** A heading may be closed by hashes as well. */
function titleOf(text: string): string {
  const title = text.trimEnd();
  return title.replace(/[ \t]#+$/, "").trimEnd() || title;
}

/** Bold within the title would end it. */
function bold(title: string): string {
  return `**${outsideCode(title, (prose) => prose.replaceAll("**", ""))}**`;
}
