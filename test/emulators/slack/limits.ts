import { elementsOf } from "./reading.ts";
import type { Json } from "./records.ts";
import { breach } from "./refusals.ts";
import { list, text } from "./values.ts";

export const maxText = 40_000;
export const maxUpdateText = 4000;
export const maxMarkdown = 12_000;

/** Throws `msg_too_long` on a text over the limit. */
export function checkLength(name: string, value: string, max: number): void {
  if (value.length > max) breach("msg_too_long", `${name} has ${value.length} characters, at most ${max} fit`);
}

/** Throws on blocks Slack would refuse: too many, unknown, or too long in one of their parts. */
export function checkBlocks(blocks: readonly Json[]): void {
  if (blocks.length > 50) breach("invalid_blocks", `${blocks.length} blocks, at most 50 fit`);
  const markdown = blocks.filter((block) => block["type"] === "markdown").map((block) => text(block["text"]));
  if (markdown.join("").length > maxMarkdown)
    breach(
      "msg_blocks_too_long",
      `markdown blocks of ${markdown.join("").length} characters, at most ${maxMarkdown} fit`,
    );
  for (const block of blocks) checkBlock(block);
  for (const { element } of elementsOf(blocks)) checkElement(element);
}

/** https://docs.slack.dev/reference/block-kit/blocks */
const blockTypes: readonly unknown[] = [
  "actions",
  "alert",
  "card",
  "carousel",
  "container",
  "context",
  "context_actions",
  "data_table",
  "divider",
  "file",
  "header",
  "image",
  "input",
  "markdown",
  "plan",
  "rich_text",
  "section",
  "table",
  "task_card",
  "video",
];

function checkBlock(block: Json): void {
  const { type } = block as { readonly type?: unknown };
  if (!blockTypes.includes(type)) breach("invalid_blocks", `no block is of type ${String(type)}`);
  const elements = list(block["elements"]);
  const most = type === "actions" ? 25 : type === "context" ? 10 : type === "context_actions" ? 5 : 1000;
  if (elements.length > most)
    breach("invalid_blocks", `${elements.length} elements in ${String(type)}, at most ${most}`);
  if (type === "actions" && elements.length === 0) breach("invalid_blocks", "actions without elements");
  if (text(block["block_id"]).length > 255) breach("invalid_blocks", "a block_id over 255 characters");
  if (type === "section") checkSection(block);
  if (type === "markdown" && text(block["text"]) === "") breach("invalid_blocks", "a markdown block without text");
  if (type === "header") checkPart("header", list([block["text"]])[0], 150);
  if (type === "context") for (const part of elements) if (part["type"] !== "image") checkPart("context", part, 2000);
}

function checkSection(block: Json): void {
  if (block["text"] === undefined && list(block["fields"]).length === 0)
    breach("invalid_blocks", "a section without text or fields");
  if (block["text"] !== undefined) checkPart("section", list([block["text"]])[0], 3000);
  for (const field of list(block["fields"])) checkPart("field", field, 2000);
}

function checkElement(element: Json): void {
  if (text(element["action_id"]).length > 255) breach("invalid_blocks", "an action_id over 255 characters");
  if (element["type"] === "button") checkPart("button", list([element["text"]])[0], 75);
  const buttons = [element, ...list([element["positive_button"], element["negative_button"]])];
  if (buttons.some((button) => text(button["value"]).length > 2000))
    breach("invalid_blocks", "a button's value over 2000 characters");
}

function checkPart(name: string, part: Json | undefined, max: number): void {
  const { length } = text(part?.["text"]);
  if (length < 1 || length > max)
    breach("invalid_blocks", `the text of a ${name} has ${length} characters, 1 to ${max} fit`);
}
