import { expect, test } from "vitest";
import { clipped, textWidth } from "../../../src/markdown/drawing/text-width.ts";

test.each([
  ["letters", "abc", 3],
  ["accents, composed or not", "é e\u0301", 3],
  ["Chinese", "漢字", 4],
  ["Japanese", "カナかな、ー", 12],
  ["halfwidth Japanese", "ｶﾅ", 2],
  ["Korean", "한글", 4],
  ["Korean in parts", "\u1112\u1161\u11ab", 2],
  ["Chinese beyond the first plane", "𠮷x", 3],
  ["fullwidth letters", "ＡＢ", 4],
  ["emoji", "👍🏽👨‍👩‍👧‍👦🇩🇪❤️1️⃣", 10],
  ["signs that are letters as well as emoji", "©™✓", 3],
  ["what has no width", "a\u200b\u2060b", 2],
  ["lines", "─│", 2],
])("%s", (_, text, width) => expect(textWidth(text)).toBe(width));

test.each([
  ["abcdef", 6, "abcdef"],
  ["abcdef", 5, "abcd…"],
  ["abc def", 5, "abc…"],
  ["漢字漢字", 5, "漢字…"],
  ["漢字漢字", 6, "漢字…"],
  ["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3, "👨‍👩‍👧‍👦…"],
])("%j clipped to %i columns is %j", (text, columns, expected) => expect(clipped(text, columns)).toBe(expected));
