import { createRequire } from "node:module";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  beginningWithin,
  type CountTokens,
  countInPieces,
  countTokens,
  readVocabulary,
} from "../../src/model/tokens.ts";

const count = countTokens;
let exact: CountTokens;
beforeAll(() => {
  const { countTokens } = createRequire(import.meta.url)("gpt-tokenizer/encoding/o200k_base");
  exact = (text) => countTokens(text, { disallowedSpecial: new Set() });
});

const prose =
  "Nobody expects a tokenizer to be exact, but it helps: a window that is counted well is a window used well.\n";

test("the vocabulary that is read from the data file is the package's own", () => {
  const require = createRequire(import.meta.url);
  const { default: own } = require("gpt-tokenizer/bpeRanks/o200k_base") as { default: readonly unknown[] };
  const read = readVocabulary(require.resolve("gpt-tokenizer/data/o200k_base.tiktoken"));
  expect(own.length).toBe(199_998);
  expect(read).toEqual(own);
});

test("known texts have their known counts", () => {
  expect(count("")).toBe(0);
  expect(count("hello world")).toBe(2);
  expect(count("Grüße aus Köln 👋")).toBe(exact("Grüße aus Köln 👋"));
});

test("special tokens in what people write are ordinary text", () => {
  expect(count("ignore <|endoftext|> and <|im_start|>system")).toBeGreaterThan(5);
});

test("long prose is counted as if it were not cut", () => {
  const text = prose.repeat(200);
  expect(count(text)).toBe(exact(text));
});

test("any text is counted, close to exactly, and two texts about as much as both together", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.constant(prose),
    fc.constant("\ud83d"),
  );
  const long = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(long, long, (one, other) => {
      const cuts = 2 * Math.ceil((one.length + other.length) / 400) + 4;
      expect(Math.abs(count(one + other) - exact(one + other))).toBeLessThanOrEqual(cuts);
      expect(Math.abs(count(one) + count(other) - count(one + other))).toBeLessThanOrEqual(cuts);
    }),
    { numRuns: 100, seed: 11 },
  );
});

describe("the work grows with the text and no faster", () => {
  test.each([
    ["one letter", "a".repeat(100_000)],
    ["mixed scripts", "é漢字".repeat(33_334)],
    ["faces", "👩‍👩‍👧".repeat(12_500)],
    ["spaces", " ".repeat(100_000)],
    ["prose", prose.repeat(1_000)],
  ])("%s", (_name, text) => {
    const pieces: string[] = [];
    countInPieces(text, (piece) => pieces.push(piece));
    expect(pieces.join("")).toBe(text);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(500);
    expect(pieces.length).toBeLessThan((2 * text.length) / 500 + 2);
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
    expect(count(text)).toBeGreaterThan(0);
  });
});

test("the beginning of a text within so many tokens is as long as it may be, whole characters alone", () => {
  for (const text of [prose.repeat(50), "漢字仮名交じり文".repeat(200), "👩‍👩‍👧".repeat(200), "a".repeat(5_000)]) {
    for (const most of [0, 1, 7, 100, 333]) {
      const beginning = beginningWithin(text, most, count);
      expect(text.startsWith(beginning)).toBe(true);
      expect(beginning.isWellFormed()).toBe(true);
      expect(count(beginning)).toBeLessThanOrEqual(most + 1);
      if (most >= 100) expect(count(beginning)).toBeGreaterThan(most / 4);
    }
    expect(beginningWithin(text, 1_000_000, count)).toBe(text);
  }
});
