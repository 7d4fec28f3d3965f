import fc from "fast-check";
import { expect, test } from "vitest";
import { createWellFormed } from "../../src/text/well-formed.ts";
import { runs } from "../support/fuzz.ts";

function joined(...pieces: readonly string[]): string {
  return pieces.map(createWellFormed()).join("");
}

test.each([
  ["keeps a character whole whose halves come apart", ["a\ud83d", "\udc4db"], "a👍b"],
  ["keeps one whole over an empty piece", ["\ud83d", "", "\udc4d"], "👍"],
  ["replaces a first half that stays alone", ["a\ud83d", "b"], "a\ufffdb"],
  ["replaces a second half alone", ["a", "\udc4d"], "a\ufffd"],
  ["replaces one first half after the other", ["\ud83d", "\ud83d", "\ud83d\udc4d"], "\ufffd\ufffd👍"],
  ["leaves out half a character at the very end", ["a", "b\ud83d"], "ab"],
])("%s", (_, pieces, text) => expect(joined(...pieces)).toBe(text));

test("property: what is well-formed comes out as it is, wherever it is cut", () => {
  const pieces = fc.array(fc.string({ unit: "binary", maxLength: 8 }));
  fc.assert(
    fc.property(pieces, fc.nat(), (texts, seed) => {
      const text = texts.join("");
      const at = text === "" ? 0 : seed % text.length;
      expect(joined(text.slice(0, at), text.slice(at))).toBe(text);
    }),
    runs(300, 61),
  );
});

test("a flood of half characters takes no recursion", () => {
  expect(joined("\ud83d".repeat(100_000), ".")).toBe(`${"\ufffd".repeat(100_000)}.`);
});
