import fc from "fast-check";
import { expect, test } from "vitest";
import { createReplyHandle } from "../../src/reply/reply-handle.ts";
import { runs } from "../support/fuzz.ts";
import { beginningsOf, chunkSizes } from "../support/nasty-markdown.ts";
import { createRecordingSurface, testLimits } from "../support/recording-surface.ts";

const limits = {
  ...testLimits,
  maxLength: 2_000,
  cursor: "",
  dialect: { tables: "native", headings: 6, math: "code" },
} as const;

const pieces = fc.constantFrom(
  ...[
    "$a = 1$",
    "$x_1$",
    "$x$",
    "$5",
    "$1,000",
    "$20/month",
    "$",
    "$$",
    "$$$",
    "$$y^2$$",
    "$$ z $$",
    "\n$$\na^2\n$$\n",
  ],
  ...[
    "\\(a\\)",
    "\\[b^2\\]",
    "\\[Your Name\\]",
    "\\(",
    "$HOME",
    " ",
    " ",
    "word",
    ",",
    ".",
    "(",
    ")",
    "–",
    "\n",
    "\n\n",
  ],
  ...["\n- ", "`c`", "**b**", "2*3", "\\$3"],
);
/** Pieces stand apart, as people write them. */
const texts = fc
  .array(fc.tuple(pieces, fc.constantFrom(" ", ", ", " word ", "\n", ") ")), { maxLength: 20 })
  .map((parts) => parts.flat().join(""));

test("property: a text with dollars grows by appending to its end, and nothing that was drawn is drawn anew", async () => {
  await fc.assert(
    fc.asyncProperty(texts, chunkSizes, async (text, sizes) => {
      const surface = createRecordingSurface(limits, [], "controls-go");
      const reply = createReplyHandle(surface, []);
      for (const known of beginningsOf(text, sizes)) await reply.show(known);
      await reply.settle(text, []);
      const shown = surface.writes.map(({ content }) => content.markdown);
      for (const [index, one] of shown.entries()) expect(one.startsWith(shown[index - 1] ?? "")).toBe(true);
      expect(surface.writes.slice(1).some(({ kind }) => kind === "edit")).toBe(false);
    }),
    runs(1_000, 61),
  );
});
