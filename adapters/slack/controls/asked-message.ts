import type { types } from "@slack/bolt";
import { truncate } from "../../../src/port/index.ts";
import { escaped } from "../workspace/format.ts";

/** Slack shows no more of a message at once. Characters. */
const longestQuestion = 3_000;

/**
 * A question that was asked by a command, as everybody sees it under the bot's name: a quotation in which nothing is markup. In the
 * text of rich text Slack draws nothing. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export function toAskedMessage(author: string, question: string) {
  const asks = `${author.replace(/\s+/g, " ")} asks:`;
  const words = truncate(question, longestQuestion);
  const block: types.RichTextBlock = {
    type: "rich_text",
    elements: [
      { type: "rich_text_section", elements: [{ type: "text", text: asks }] },
      { type: "rich_text_quote", elements: [{ type: "text", text: words }] },
    ],
  };
  return { text: escaped(`${asks} ${words}`), mrkdwn: false, blocks: [block] };
}
