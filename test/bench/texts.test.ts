import { expect, test } from "vitest";
import { endsOf, lettersOf } from "./reading.ts";
import { numberedText, richText, toNumber, toWord } from "./texts.ts";

test("a word says its number", () => {
  for (const number of [0, 1, 25, 26, 17_575, 456_975]) expect(toNumber(toWord(number))).toBe(number);
  expect(toNumber("...")).toBeUndefined();
});

test("each token of a numbered text is a word of its own, wherever one reads", () => {
  const text = numberedText(1_000, 300);
  expect(new Set(lettersOf(text.join("")).match(/.{4}/g)).size).toBe(300);
  expect(endsOf(text).at(-1)).toBe(1_200);
});

test("300 tokens fit one message of Discord, 4,000 do not", () => {
  expect(numberedText(0, 300).join("").length).toBeLessThan(2_000);
  expect(numberedText(0, 4_000).join("").length).toBeGreaterThan(2_000);
});

test("the ends of Markdown's pieces never exceed its letters", () => {
  const pieces = richText();
  expect(endsOf(pieces).at(-1)).toBe(lettersOf(pieces.join("")).length);
});
