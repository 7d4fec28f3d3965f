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
