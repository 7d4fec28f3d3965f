import { describe, expect, test } from "vitest";
import { decodeHead, decodeTurn, encodeHead, encodeTurn } from "../../src/store/codec.ts";
import { answered, said } from "./build-turn.ts";

describe("a stored turn", () => {
  test.each([
    said("why?"),
    said("", { quote: { author: "Bo", text: "x", own: true } }),
    answered("", { ending: "broken" }),
  ])("is read as it was written: %o", (turn) => {
    expect(decodeTurn(encodeTurn(turn))).toEqual({ kind: "read", value: turn });
  });

  test("names its version", () => {
    expect(JSON.parse(encodeTurn(said("why?")))).toMatchObject({ v: 1, kind: "person" });
  });

  test.each(["", "null", "[]", "{}", "my secret", '{"v":1}', '{"v":1,"kind":"pirate","text":"my secret"}'])(
    "that reads %s is unreadable, and the reason repeats nothing of it",
    (text) => {
      const turn = decodeTurn(text);
      expect(turn.kind).toBe("unreadable");
      expect(JSON.stringify(turn)).not.toContain("secret");
    },
  );

  test("of another version, or with a field amiss, is unreadable", () => {
    const record = JSON.parse(encodeTurn(said("why?")));
    for (const change of [{ v: 2 }, { author: "Ada" }, { text: null }, { attachments: undefined }, { tokens: -1 }]) {
      expect(decodeTurn(JSON.stringify({ ...record, ...change })).kind).toBe("unreadable");
    }
  });

  test("may hold more than this version knows", () => {
    const record = JSON.stringify({ ...JSON.parse(encodeTurn(said("why?"))), mood: "curious" });
    expect(decodeTurn(record)).toEqual({ kind: "read", value: said("why?") });
  });

  test("is refused where it could not be read back", () => {
    expect(() => encodeTurn(said("why?", { at: Number.NaN }))).toThrow(/could not be read back: at/);
  });
});

describe("a stored head", () => {
  test("is read as it was written", () => {
    const head = { first: 1, start: 2, next: 3 };
    expect(decodeHead(encodeHead(head))).toEqual({ kind: "read", value: head });
  });

  test.each([
    { first: 1, start: 0, next: 2 },
    { first: 0, start: 3, next: 2 },
    { first: 0, start: 0, next: 1.5 },
  ])("whose numbers cannot be is neither written nor read: %o", (head) => {
    expect(() => encodeHead(head)).toThrow(/could not be read back/);
    expect(decodeHead(JSON.stringify({ v: 1, ...head })).kind).toBe("unreadable");
  });
});
