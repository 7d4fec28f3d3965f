import { type Fence, fenceAfter } from "./fence.ts";

export type CodeBlock = {
  readonly fence: Fence;
  /** The line that closes it; where none does, the line after the last. */
  readonly closing: number;
};

/** The code block that this line opens, if it opens one. */
export function codeBlockAt(lines: readonly string[], start: number): CodeBlock | undefined {
  const fence = fenceAfter(lines[start] ?? "", undefined);
  if (fence === undefined) return undefined;
  let closing = start + 1;
  while (closing < lines.length && fenceAfter(lines[closing] ?? "", fence) !== undefined) closing++;
  return { fence, closing };
}

/** The line after a code block that a quotation holds, if this line opens one. It ends with the quotation, if not before. */
export function quotedCodeEnd(lines: readonly string[], start: number): number | undefined {
  const [quote, rest = ""] = quoted.exec(lines[start] ?? "")?.slice(1) ?? [];
  let fence = quote === undefined ? undefined : fenceAfter(rest, undefined);
  if (quote === undefined || fence === undefined) return undefined;
  const within = new RegExp(`^(?:> ?){${quote.split(">").length - 1}}`);
  let end = start + 1;
  for (; end < lines.length && fence !== undefined && within.test(lines[end] ?? ""); end++) {
    fence = fenceAfter((lines[end] ?? "").replace(within, ""), fence);
  }
  return end;
}

const quoted = /^((?:> ?)+)([\s\S]*)$/;
