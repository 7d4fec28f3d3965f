import fc from "fast-check";
import { expect, test } from "vitest";
import { graphemeCut } from "../../../src/markdown/cutting/grapheme.ts";
import { runs } from "../../support/fuzz.ts";

const family = "👨‍👩‍👧‍👦";

test.each([
  ["plain letters anywhere", "abcdef", 3, "abc"],
  ["a surrogate pair", "ab👍cd", 3, "ab"],
  ["an emoji and its skin colour", "a👍🏽b", 3, "a"],
  ["a family", `a${family}b`, 5, "a"],
  ["a flag", "a🇩🇪b", 3, "a"],
  ["a letter and its accent", "ae\u0301b", 2, "a"],
  ["a carriage return and its line feed", "a\r\nb", 2, "a"],
  ["a text shorter than the limit", "ab", 5, "ab"],
  ["a text as long as the limit", `a${family}`, 12, `a${family}`],
])("keeps together %s", (_, text, limit, before) => {
  expect(text.slice(0, graphemeCut(text, limit))).toBe(before);
});

test("a pile of accents longer than any character is cut, but never inside a surrogate pair", () => {
  const pile = `a${"\u0301".repeat(300)}`;
  expect(graphemeCut(pile, 200)).toBe(200);
  const joined = "👍\u200D".repeat(100);
  for (let limit = 100; limit < 110; limit++) {
    expect(joined.slice(0, graphemeCut(joined, limit)).isWellFormed()).toBe(true);
  }
});

test("property: a cut lies within the limit, moves on, and tears no character", () => {
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 0, max: 40 }), (text, spare) => {
      const first = [...graphemes.segment(text)][0]?.segment.length ?? 0;
      const limit = first + spare;
      const cut = graphemeCut(text, limit);
      expect(cut).toBeLessThanOrEqual(limit);
      expect(cut).toBeGreaterThan(0);
      const starts = [...graphemes.segment(text)].map(({ index }) => index);
      expect([...starts, text.length]).toContain(cut);
    }),
    runs(300, 5),
  );
});
