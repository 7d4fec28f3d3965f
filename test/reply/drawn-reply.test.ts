import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { createLengthMeter } from "../../src/markdown/cutting/rendered-length.ts";
import { split } from "../../src/markdown/cutting/split.ts";
import type { Dialect, TextFile } from "../../src/port/index.ts";
import { createReplyHandle } from "../../src/reply/reply-handle.ts";
import { runs } from "../support/fuzz.ts";
import { beginningsOf, chunkSizes, nastyMarkdown, widened } from "../support/nasty-markdown.ts";
import { createRecordingSurface, testLimits } from "../support/recording-surface.ts";

// What the platform's dialect makes of a text is tested elsewhere; here it only has to be longer than its source, and have files.
vi.mock("../../src/markdown/drawing/render.ts", () => ({
  render: (markdown: string, { tables }: Dialect) => (tables === "native" ? markdown : widened(markdown)),
}));
vi.mock("../../src/markdown/drawing/extract-files.ts", () => ({
  extractFiles: (markdown: string) => ({ markdown, files: markedFiles(markdown) }),
}));

/** A file belongs behind each `📎`. */
const markedFiles = (markdown: string) =>
  Array.from(markdown.matchAll(/📎/gu), ({ index }, count) => ({ at: index + 2, file: fileOf(count) }));
const fileOf = (count: number): TextFile => ({ name: `${count}.txt`, text: "text" });

const drawnLimits = {
  ...testLimits,
  maxLength: 200,
  dialect: { ...testLimits.dialect, tables: { maxWidth: 60 } },
} as const;
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(" ");

test("property: however a text arrives, the messages that are drawn are the same in the end, and none is ever too long", async () => {
  await fc.assert(
    fc.asyncProperty(nastyMarkdown, chunkSizes, fc.boolean(), async (text, sizes, streams) => {
      const surface = createRecordingSurface(drawnLimits, [], streams ? "controls-go" : "none");
      const reply = createReplyHandle(surface, []);
      for (const known of beginningsOf(text, sizes)) await reply.show(known);
      await reply.settle(text, []);
      expect(surface.texts).toEqual(split(text, 200, widened).filter((one) => one.trim() !== ""));
    }),
    runs(300, 51),
  );
});

test("each file goes once, with the message it belongs to, when that is whole", async () => {
  const surface = createRecordingSurface({ ...testLimits, maxLength: 200 });
  const reply = createReplyHandle(surface, []);
  const text = `First 📎 ${words(40)} second 📎 third 📎`;
  for (let length = 10; length < text.length; length += 10) await reply.show(text.slice(0, length));
  await reply.settle(text, []);
  for (const { content } of surface.writes) if (content.live) expect(content.files).toBeUndefined();
  const sent = surface.writes.flatMap(({ content }) => (content.files ?? []).map(({ name }) => name));
  expect(sent).toEqual(["0.txt", "1.txt", "2.txt"]);
  for (const { markdown, files = [] } of surface.contents) {
    expect(files).toHaveLength((markdown.match(/📎/gu) ?? []).length);
  }
});

test("a ruler draws a text that drawing leaves alone once a line", () => {
  let drawings = 0;
  const ruler = createLengthMeter((markdown) => {
    drawings++;
    return markdown;
  });
  const text = "A line.\n".repeat(50);
  for (let end = 8; end <= text.length; end += 8) {
    for (let look = 0; look < 5; look++) expect(ruler.plain({ at: 0, head: "", text }, end)).toBe(true);
  }
  expect(drawings).toBe(50);
});
