import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLengthMeter, type Render } from "../../../src/markdown/cutting/rendered-length.ts";
import {
  beginning,
  type Cut,
  livePart,
  nextCut,
  type Page,
  rendered,
  shownUntil,
  split,
} from "../../../src/markdown/cutting/split.ts";
import { openFence } from "../../../src/markdown/reading/fence.ts";
import { runs } from "../../support/fuzz.ts";
import { beginningsOf, chunkSizes, nastyMarkdown, widened } from "../../support/nasty-markdown.ts";

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
    ["an item rather than one below it", `${filler} b\n- c\n  - d and ${words(20)}`, `${filler} b\n`],
    ["a word outside of bold", `${filler} bb **${"c ".repeat(100)}**`, `${filler} bb `],
    ["a paragraph, but not the end of a heading", `${filler} b.\n\n## T\n\n${"c".repeat(100)}`, `${filler} b.\n\n`],
    ["a word that begins no list", `${"a".repeat(183)} bb cc - ${"d".repeat(100)}`, `${"a".repeat(183)} bb `],
    ["a sentence", `${filler} b. And more${"c".repeat(100)}`, `${filler} b. `],
    ["a word", `${filler} bb ${"c".repeat(100)}`, `${filler} bb `],
  ])("%s", (_, text, first) => expect(split(text, 200)[0]).toBe(first));
});

test("without any good place no character is torn", () => {
  const family = "👨‍👩‍👧‍👦";
  for (const one of split(family.repeat(60), 200)) expect(one.replaceAll(family, "")).toBe("");
});

/** The cuts between the messages, the beginning first. */
function cutsOf(text: string, maxLength: number, draw: Render = same, final = false): readonly Cut[] {
  return [beginning, ...cutsFrom(text, beginning, { maxLength, ruler: createLengthMeter(draw) }, final)];
}

function cutsFrom(text: string, from: Cut, page: Page, final: boolean): readonly Cut[] {
  const to = nextCut(text, from, page, final);
  return to === undefined ? [] : [to, ...cutsFrom(text, to, page, final)];
}

const same: Render = (markdown) => markdown;
const draws = fc.constantFrom(same, widened);
const maxLengths = fc.integer({ min: 100, max: 400 });

test("property: no message is too long, drawn as it is sent, and the parts joined are the text", () => {
  fc.assert(
    fc.property(nastyMarkdown, maxLengths, draws, (text, maxLength, draw) => {
      const cuts = cutsOf(text, maxLength, draw, true);
      expect(cuts.map(({ at }, index) => text.slice(at, cuts[index + 1]?.at)).join("")).toBe(text);
      expect(cuts.every(({ at }, index) => at > (cuts[index - 1]?.at ?? -1))).toBe(true);
      for (const one of split(text, maxLength, draw)) expect(one.length).toBeLessThanOrEqual(maxLength);
    }),
    runs(500, 41),
  );
});

test("property: text appended later moves no earlier cut, and the same text has the same cuts however it came", () => {
  fc.assert(
    fc.property(nastyMarkdown, chunkSizes, maxLengths, draws, (text, sizes, maxLength, draw) => {
      const final = cutsOf(text, maxLength, draw, true);
      const page: Page = { maxLength, ruler: createLengthMeter(draw) };
      const cuts: Cut[] = [beginning];
      for (const known of beginningsOf(text, sizes)) {
        cuts.push(...cutsFrom(known, cuts.at(-1) ?? beginning, page, known === text));
        expect(cuts).toEqual(final.slice(0, cuts.length));
      }
      expect(cuts).toEqual(final);
    }),
    runs(500, 42),
  );
});

test("property: what was shown in a message is not taken back, never moves to the next one, and is never too long", () => {
  fc.assert(
    fc.property(nastyMarkdown, chunkSizes, maxLengths, draws, (text, sizes, maxLength, draw) => {
      const page: Page = { maxLength, ruler: createLengthMeter(draw) };
      let from = beginning;
      let shown = 0;
      for (const known of beginningsOf(text, sizes)) {
        const cuts = cutsFrom(known, from, page, false);
        expect(cuts[0]?.at ?? shown).toBeGreaterThanOrEqual(shown);
        from = cuts.at(-1) ?? from;
        const now = shownUntil(known, from, { ...page, maxLength: maxLength - 4, growth: "edited" });
        expect(now.until).toBeGreaterThanOrEqual(Math.max(shown, from.at));
        const sent = rendered(livePart(known, from, now), maxLength - 4, draw);
        expect(sent.length).toBeLessThanOrEqual(maxLength - 4);
        shown = now.until;
      }
    }),
    runs(500, 43),
  );
});

describe("a table", () => {
  const header = "| n | word |\n|---|---|\n";
  const rows = Array.from({ length: 40 }, (_, index) => `| ${index} | word${index} |\n`);

  test("is cut between its rows, and each message repeats its header", () => {
    const parts = split(`Words:\n\n${header}${rows.join("")}`, 300);
    expect(parts.length).toBeGreaterThan(2);
    for (const one of parts.slice(1)) expect(one.startsWith(header)).toBe(true);
    expect(parts.flatMap((one) => one.split("\n").filter((line) => /^\| \d/.test(line)))).toEqual(
      rows.map((row) => row.trimEnd()),
    );
  });

  test("drawn longer than it is makes messages that are all drawn, each with its header", () => {
    const parts = split(`Words:\n\n${header}${rows.join("")}`, 500, widened);
    for (const one of parts) {
      expect(one.length).toBeLessThanOrEqual(500);
      expect(one).toMatch(/^(Words:\n\n)?```\n\| n \| word \|/);
    }
  });

  test("that is over leaves no header behind in the next message", () => {
    const text = `${header}${rows.slice(0, 14).join("")}\n${words(60)}`;
    for (const one of split(text, 300).slice(1)) expect(one).not.toContain("|---|");
  });

  test("whose first rows do not fit goes on as it was written, and ends", () => {
    const wide = `| n | ${"word ".repeat(60)}|\n`;
    const parts = split(`${header}${wide}${wide}`, 200, widened);
    for (const one of parts) expect(one.length).toBeLessThanOrEqual(200);
    expect(parts.join("").replaceAll(/[\s|`]/g, "")).toContain("word".repeat(60));
  });

  test("is measured once a line, not once a look", () => {
    let drawings = 0;
    const draw: Render = (markdown) => {
      drawings++;
      return widened(markdown);
    };
    const text = `${header}${rows.slice(0, 9).join("")}${words(20)}`;
    const page: Page = { maxLength: 1_000, ruler: createLengthMeter(draw) };
    for (let length = 1; length <= text.length; length++) {
      nextCut(text.slice(0, length), beginning, page, false);
      shownUntil(text.slice(0, length), beginning, { ...page, maxLength: 990, growth: "edited" });
    }
    expect(drawings).toBeLessThanOrEqual(2 * text.split("\n").length);
  });
});

describe("while a text arrives letter by letter, what was shown is not taken back", () => {
  const page: Page = { maxLength: 197, ruler: createLengthMeter(same) };
  const shown = (text: string) => shownUntil(text, beginning, { ...page, growth: "edited" }).until;
  test.each([
    ["a line in a code block that looks like its end at first", `\`\`\`ts\n${"x".repeat(150)}\n\`\`\`ts\nmore code`],
    ["a character of several parts", `${"x".repeat(170)}\u{1D158}\u{1D165}\u{1D16E}xxxxxx`],
    ["a thumb that gets its colour", `${"x".repeat(170)}👍🏽xxxxxx`],
  ])("%s", (_, text) => {
    const ends = Array.from(text.split(""), (_, index) => shown(text.slice(0, index + 1)));
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });
});
