import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openFence } from "../../src/markdown/fence.ts";
import { beginning, type Cut, nextCut, part, shownUntil, split } from "../../src/markdown/split.ts";

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(" ");

test("a text that fits is one message, to the last character", () => {
  const text = "x".repeat(2_000);
  expect(split(text, 2_000)).toEqual([text]);
});

test("a text one character longer is two messages", () => {
  expect(split(`${words(300).slice(0, 2_000)}!`, 2_000)).toHaveLength(2);
});

test("a code block is closed at the cut and reopened with its language", () => {
  const code = Array.from({ length: 60 }, (_, index) => `const value${index} = ${index};`).join("\n");
  const parts = split(`Here:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThat is all.`, 500);
  expect(parts.length).toBeGreaterThan(2);
  for (const one of parts) expect(openFence(one)).toBeUndefined();
  expect(parts[1]?.startsWith("```ts\nconst value")).toBe(true);
  expect(parts.join("\n")).not.toContain("```ts\n```");
});

describe("the cut is taken at the best place near the end", () => {
  const filler = "a".repeat(165);
  test.each([
    ["a paragraph", `${filler} b.\n\nNext. And more ${words(20)}`, `${filler} b.\n\n`],
    ["a line", `${filler} b\n- item c. And more ${words(20)}`, `${filler} b\n`],
    ["a sentence", `${filler} b. And more${"c".repeat(100)}`, `${filler} b. `],
    ["a word", `${filler} bb ${"c".repeat(100)}`, `${filler} bb `],
  ])("%s", (_, text, first) => expect(split(text, 200)[0]).toBe(first));
});

test("without any good place no character is torn", () => {
  const family = "👨‍👩‍👧‍👦";
  for (const one of split(family.repeat(60), 200)) expect(one.replaceAll(family, "")).toBe("");
});

/** Text with all that makes splitting hard. */
const markdown = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.constantFrom(
        "\n",
        "\n\n",
        "```\n",
        "\n```ts\n",
        "\n~~~\n",
        "````",
        " ",
        ". ",
        "| a | b |\n",
        "- item\n",
        "é漢字",
        "👍🏽",
      ),
      fc.integer({ min: 1, max: 300 }).map((length) => "x".repeat(length)),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(""));

/** The text between the cuts, without the lines that close and reopen code blocks. */
function slices(text: string, maxLength: number): readonly string[] {
  const found: string[] = [];
  let from: Cut = beginning;
  for (;;) {
    const to = nextCut(text, from, maxLength, true);
    found.push(text.slice(from.at, to?.at));
    if (to === undefined) return found;
    from = to;
  }
}

const maxLengths = fc.integer({ min: 100, max: 400 });

test("property: no message is too long and the parts joined are the text", () => {
  fc.assert(
    fc.property(markdown, maxLengths, (text, maxLength) => {
      expect(slices(text, maxLength).join("")).toBe(text);
      for (const one of split(text, maxLength)) expect(one.length).toBeLessThanOrEqual(maxLength);
    }),
    { numRuns: 500 },
  );
});

test("property: text appended later moves no earlier cut", () => {
  fc.assert(
    fc.property(markdown, markdown, maxLengths, (text, more, maxLength) => {
      const before = cutsOf(text, maxLength);
      expect(cutsOf(text + more, maxLength).slice(0, before.length)).toEqual(before);
    }),
    { numRuns: 500 },
  );
});

test("property: what was shown in a message never moves to the next one", () => {
  fc.assert(
    fc.property(markdown, maxLengths, (text, maxLength) => {
      let shown = 0;
      for (let length = 1; length <= text.length; length += 7) {
        const live = text.slice(0, length);
        const cuts = [beginning, ...cutsOf(live, maxLength)];
        const from = cuts.at(-1) ?? beginning;
        const until = shownUntil(live, from, maxLength - 3);
        expect(until.at).toBeGreaterThanOrEqual(shown);
        expect(part(live, from, until).length).toBeLessThanOrEqual(maxLength - 3);
        shown = until.at;
      }
    }),
    { numRuns: 300 },
  );
});

describe("while a text arrives letter by letter, what was shown is not taken back", () => {
  test.each([
    ["a line in a code block that looks like its end at first", `\`\`\`ts\n${"x".repeat(150)}\n\`\`\`ts\nmore code`],
    ["a character of several parts", `${"x".repeat(170)}\u{1D158}\u{1D165}\u{1D16E}xxxxxx`],
    ["a thumb that gets its colour", `${"x".repeat(170)}👍🏽xxxxxx`],
  ])("%s", (_, text) => {
    const ends = Array.from(text.split(""), (_, index) => shownUntil(text.slice(0, index + 1), beginning, 197).at);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });
});

function cutsOf(text: string, maxLength: number): readonly Cut[] {
  const cuts: Cut[] = [];
  for (let from: Cut = beginning; ; ) {
    const to = nextCut(text, from, maxLength, false);
    if (to === undefined) return cuts;
    cuts.push(to);
    from = to;
  }
}
