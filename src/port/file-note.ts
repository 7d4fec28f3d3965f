/** How the line that ends a preview points at the file. It is the same in every reply, so that an adapter finds it. */
export const fileBelow = "the whole code is in the file below";
/** The same below a table that was clipped. */
export const tableBelow = "The whole table is in the file below";

/** The same text where the file may not be attached: what the line promises is replaced by why it is not there. */
export function withoutFile(markdown: string, why: string): string {
  return markdown.replaceAll(fileBelow, why).replaceAll(tableBelow, why);
}
