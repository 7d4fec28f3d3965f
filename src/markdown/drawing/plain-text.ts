import { codeSign, outsideCode } from "../reading/code-spans.ts";
import { formulasAsCode } from "../reading/formulas.ts";
import { toUrl } from "../reading/links.ts";

/** The words of a piece of Markdown on one line, for where its signs would be shown as they are. Links keep their address. */
export function plainText(markdown: string): string {
  const text = hasSigns.test(markdown) ? withoutSigns(markdown) : markdown;
  return text.replace(/\s+/g, " ").trim();
}

/** Most cells of tables have none of them. */
const hasSigns = new RegExp(`[\`$\\\\<\\[*_~${codeSign}]`);

function withoutSigns(markdown: string): string {
  return outsideCode(formulasAsCode(markdown), (prose) => withoutEmphasis(withoutTags(toUrl(prose))), codeOf);
}

function withoutTags(text: string): string {
  return text.replace(/<br\s*\/?>/gi, " ").replace(/<(https?:\/\/[^<>\s]*)>/g, "$1");
}

/** What stands between the backticks. One space on both sides belongs to them. */
function codeOf(span: string): string {
  const ticks = span.search(/[^`]/);
  const code = span.slice(ticks, -ticks);
  return code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "" ? code.slice(1, -1) : code;
}

type Run = { readonly index: number; left: number };

/** Takes signs in pairs: those without a partner are no markup, and stay. A sign behind a backslash is a sign. */
function withoutEmphasis(text: string): string {
  const runs: Run[] = [];
  const open = new Map<string, Run[]>();
  for (const { index, 0: signs } of text.matchAll(signPattern)) {
    const sign = signs.charAt(0);
    const isWord = /[a-z]/.test(signs);
    const run = { index, left: sign === "\\" ? 1 : signs.length };
    runs.push(run);
    if (sign === "\\" || isWord) continue;
    const waiting = open.get(sign) ?? [];
    open.set(sign, waiting);
    const { opens, closes } = sidesOf(text, index, signs);
    if (closes) pair(run, waiting);
    if (opens && run.left > 0) waiting.push(run);
  }
  let next = 0;
  return text.replace(signPattern, (signs) => signs.slice(signs.length - (runs[next++]?.left ?? 0)));
}

/** `__init__` is a name that code has, rather than a bold word. */
const signPattern = /\\[!-/:-@[-`{-~]|(?<![\p{L}\p{N}_])__[a-z][a-z0-9_]*[a-z0-9]__(?![\p{L}\p{N}_])|\*+|_+|~~/gu;

function pair(closing: Run, waiting: Run[]): void {
  for (let opening = waiting.at(-1); opening !== undefined && closing.left > 0; opening = waiting.at(-1)) {
    const count = Math.min(opening.left, closing.left);
    opening.left -= count;
    closing.left -= count;
    if (opening.left === 0) waiting.pop();
  }
}

/** Signs open before a word and close behind one; underscores and single stars within a word (`2*3*4`) do neither. */
function sidesOf(text: string, index: number, signs: string): { readonly opens: boolean; readonly closes: boolean } {
  const before = text.charAt(index - 1);
  const after = text.charAt(index + signs.length);
  const between = signs === "*" && /[A-Za-z0-9]/.test(before) && /[A-Za-z0-9]/.test(after);
  const inWord = (sign: string) => between || (signs.startsWith("_") && /[\p{L}\p{N}]/u.test(sign));
  return {
    opens: /\S/.test(after) && !inWord(before),
    closes: /\S/.test(before) && !inWord(after),
  };
}
