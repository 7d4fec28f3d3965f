/** A block of a message, as far as its words are read. https://docs.slack.dev/reference/block-kit/blocks */
export type Block = {
  readonly type: string;
  readonly text?: unknown;
  readonly elements?: readonly unknown[];
  readonly rows?: readonly (readonly unknown[])[];
};

/** What apps say in blocks: a heading, a section, a line of small print; paragraphs, lists and code of rich text; the rows of a table. */
export function blockText({ type, text, elements = [], rows = [] }: Block): string {
  if (type === "table") return rows.map((row) => `| ${row.map(richText).join(" | ")} |`).join("\n");
  if (type === "rich_text") return elements.map(richText).join("\n");
  const parts = [text, ...elements] as readonly unknown[];
  return parts.flatMap((part) => (isText(part) ? [part.text] : [])).join(" ");
}

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
function richText(part: unknown): string {
  if (typeof part !== "object" || part === null) return "";
  const { type, elements, text, url, name } = part as RichPart;
  if (elements === undefined) return text ?? url ?? (name === undefined ? "" : `:${name}:`);
  const inner = elements.map(richText);
  switch (type) {
    case "rich_text_list":
      return inner.map((item) => `- ${item}`).join("\n");
    case "rich_text_preformatted":
      return `\`\`\`\n${inner.join("")}\n\`\`\``;
    case "rich_text_quote":
      return `> ${inner.join("").replace(/\n/g, "\n> ")}`;
    default:
      return inner.join(type === "rich_text" ? "\n" : "");
  }
}

type RichPart = {
  readonly type?: string;
  readonly elements?: readonly unknown[];
  readonly text?: string;
  readonly url?: string;
  readonly name?: string;
};

const isText = (part: unknown): part is { readonly text: string } =>
  typeof part === "object" && part !== null && "text" in part && typeof part.text === "string";
