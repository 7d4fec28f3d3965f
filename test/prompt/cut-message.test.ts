import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type CountTokens, countTokens } from "../../src/model/tokens.ts";
import { cutMessage } from "../../src/prompt/cut-message.ts";
import { counted } from "../../src/prompt/turns.ts";
import type { PersonTurn } from "../../src/store/conversation-store.ts";
import { said } from "../store/build-turn.ts";
import { placeOf } from "../support/build-event.ts";

let count: CountTokens;
beforeAll(async () => {
  count = countTokens;
});

const place = placeOf();
const turnOf = (text: string, rest: Partial<PersonTurn> = {}) => counted(said(text, rest), place, count);
const fileOf = (text: string) => ({
  name: "a.txt",
  mediaType: "text/plain",
  bytes: 1,
  url: "https://example.org",
  text,
});

test("a message that fits is left as it is, and nothing is said", () => {
  const turn = turnOf("Hello");
  expect(cutMessage(turn, place, 300, count)).toEqual({ turn, notice: undefined });
});

test("a message that does not fit keeps its beginning, and the model and the person are told", () => {
  const { turn, notice } = cutMessage(turnOf("word ".repeat(5_000)), place, 300, count);
  expect(turn.tokens).toBeLessThanOrEqual(300);
  expect(turn.tokens).toBeGreaterThan(200);
  expect(turn.text).toMatch(/^(word )+\S*\n\[cut here: the message goes on\]$/);
  expect(notice).toMatch(/I got the first [\d,]+ of 25,000 characters\./);
});

test("what a short question points at is cut, not the question", () => {
  const long = "word ".repeat(5_000);
  const quote = { author: "Bob", text: long, own: false };
  const { turn } = cutMessage(turnOf("Why?", { quote, attachments: [fileOf(long)] }), place, 300, count);
  expect(turn.text).toBe("Why?");
  expect(turn.quote?.text).toContain("[cut here: the quotation goes on]");
  expect(turn.attachments[0]?.text).toContain("[cut here: the file goes on]");
  expect(turn.tokens).toBeLessThanOrEqual(330);
});

test("property: whatever the text, it ends up within its limit and well-formed", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.constantFrom("漢字仮名", "👩‍👩‍👧", "<message>", "</message>", "word ", "aaaaaaaa"),
  );
  const text = fc.array(fc.tuple(piece, fc.integer({ min: 1, max: 60 })), { maxLength: 30 });
  fc.assert(
    fc.property(text, fc.integer({ min: 120, max: 2_000 }), (parts, most) => {
      const whole = parts.map(([one, times]) => one.repeat(times)).join("");
      const { turn, notice } = cutMessage(turnOf(whole.toWellFormed()), place, most, count);
      expect(turn.tokens).toBeLessThanOrEqual(most + 20);
      expect(turn.text.isWellFormed()).toBe(true);
      expect(notice === undefined).toBe(turn.text === whole.toWellFormed());
    }),
    { numRuns: 60, seed: 12 },
  );
});

test.each([
  ["letters", "a"],
  ["mixed scripts", "é漢字"],
  ["faces", "👩‍👩‍👧"],
])("an unbroken run of %s is looked at piece by piece, and each piece a few times only", (_, unit) => {
  const text = unit.repeat(Math.ceil(100_000 / unit.length));
  const seen: number[] = [];
  const watching: CountTokens = (piece) => {
    seen.push(piece.length);
    return piece.length;
  };
  const turn = { ...said(text), tokens: text.length };
  cutMessage(turn, place, 60_000, watching);
  // The pieces once, what was kept once more, and the turn that comes of it; the tokenizer cuts the last two into pieces itself.
  expect(seen.reduce((sum, length) => sum + length, 0)).toBeLessThan(4 * text.length);
  expect(seen.filter((length) => length > 500).length).toBeLessThanOrEqual(2);
});
