import { sentences } from "../sentences/sentences.ts";

const { code, table } = sentences.answers.attached;

/** The same text where its file may not be attached: what the line below a preview promises is replaced by why it is not there. */
export function withoutFile(markdown: string, why: string): string {
  return markdown.replaceAll(code, why).replaceAll(table, why);
}
