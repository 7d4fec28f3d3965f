import type { Call } from "./calls.ts";
import { checkBlocks, checkLength, maxMarkdown } from "./limits.ts";
import type { Written } from "./messages.ts";
import type { Json } from "./records.ts";
import { breach, refuse } from "./refusals.ts";
import { isObject, list, text, truth } from "./values.ts";

/** What a call writes. Throws Slack's refusals for texts too long, blocks it does not take, or nothing to show. */
export function readDraft({ args }: Pick<Call, "args">, maxText: number): Written {
  const source = text(args["text"]);
  const markdown = args["markdown_text"] === undefined ? undefined : text(args["markdown_text"]);
  const blocks = readBlocks(args["blocks"]);
  if (markdown !== undefined && (source !== "" || blocks.length > 0))
    breach("markdown_text_conflict", "markdown_text goes with neither text nor blocks");
  checkLength("text", source, maxText);
  checkLength("markdown_text", markdown ?? "", maxMarkdown);
  const attached = list(args["attachments"]).length > 0;
  if (source.trim() === "" && (markdown ?? "").trim() === "" && blocks.length === 0 && !attached)
    breach("no_text", "nothing to show");
  const byName = truth(args["link_names"]) || args["parse"] === "full";
  return { source, blocks, byName, ...(markdown === undefined ? {} : { markdown }) };
}

export function readBlocks(value: unknown): readonly Json[] {
  if (value === undefined || value === "") return [];
  if (!Array.isArray(value) || !value.every(isObject)) breach("invalid_blocks_format", "blocks is no list of objects");
  checkBlocks(value);
  return value;
}

export type Chunks = { readonly markdown: string; readonly blocks: readonly Json[]; readonly tasks: readonly Json[] };

/** What a call adds to a stream, by `markdown_text` or by chunks. */
export function readChunks({ args }: Pick<Call, "args">): Chunks {
  const markdown = text(args["markdown_text"]);
  checkLength("markdown_text", markdown, maxMarkdown);
  if (args["chunks"] === undefined) return { markdown, blocks: [], tasks: [] };
  if (!Array.isArray(args["chunks"])) return refuse("invalid_chunks");
  if (markdown !== "") breach("invalid_chunks", "markdown_text goes with no chunks");
  const chunks = list(args["chunks"]);
  for (const chunk of chunks) {
    if (!chunkTypes.includes(text(chunk["type"])))
      breach("invalid_chunks", `no chunk is of type ${String(chunk["type"])}`);
  }
  const of = (type: string) => chunks.filter((chunk) => chunk["type"] === type);
  const texts = of("markdown_text").map((chunk) => text(chunk["text"]));
  checkLength("chunks", texts.join(""), maxMarkdown);
  return {
    markdown: texts.join(""),
    blocks: readBlocks(of("blocks").flatMap((chunk) => list(chunk["blocks"]))),
    tasks: [...of("task_update"), ...of("plan_update")],
  };
}

const chunkTypes = ["markdown_text", "task_update", "plan_update", "blocks"];
