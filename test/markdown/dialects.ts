import fc from "fast-check";
import type { Dialect } from "../../src/port/index.ts";

/** What Discord draws. */
export const plain: Dialect = { tables: { maxWidth: 40 }, headings: 3, math: "code", maxCodeLength: 400 };
/** What Slack draws. */
export const slack: Dialect = { tables: "native", headings: 6, math: "code" };
export const native: Dialect = { tables: "native", headings: 6, math: "native" };

/** Texts of Markdown with all that makes drawing hard, whole and broken. */
export const markdown = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.constantFrom(
        ...[
          "\n",
          "\n\n",
          "```\n",
          "\n```ts\n",
          "\n~~~\n",
          "````",
          "`",
          "``",
          " ",
          "漢字👍🏽",
          "| a | b |\n|--|:-:|\n",
          "| c |\n",
        ],
        ...[
          "|",
          "\\|",
          "$",
          "$x^2$",
          "$$",
          "\n$$\n",
          "\\(x\\)",
          "\\(",
          "\n\\[\n",
          "\n\\]\n",
          "\n# Title #\n",
          "\n#### Deep **x**\n",
        ],
        ...[
          "\n---\n",
          "\nTitle\n===\n",
          "\n- [ ] task\n",
          "\n+ item\n",
          "\n2) item\n",
          "> ",
          "![a](b)",
          "[l](http://u)",
          "<br>",
        ],
        ...["**", "_", "~~", "word", "\r\n"],
      ),
      fc.integer({ min: 1, max: 300 }).map((length) => "x".repeat(length)),
      fc.integer({ min: 1, max: 60 }).map((count) => "line of code\n".repeat(count)),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));
