import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DayUsage, type Limits, noUsage, toLimitHit, toLimits } from "../../src/limits/limits.ts";
import { limitNotice } from "../../src/reply/refusal-notices.ts";
import { runs } from "../support/fuzz.ts";

const price = { input: 1, output: 10 };
const used = (requests: number, input = 0, output = 0): DayUsage => ({ requests, input, output });

describe("one more question", () => {
  test.each<[string, Limits, DayUsage, DayUsage, DayUsage, object | undefined]>([
    ["has room without limits", {}, used(9, 9e9), noUsage, used(1, 9e9), undefined],
    ["may take the last of it", { requests: 3 }, used(2), noUsage, used(1), undefined],
    ["finds none of it left", { requests: 3 }, used(3), noUsage, used(1), { measure: "requests", kind: "reached" }],
    [
      "waits for those before it",
      { requests: 3 },
      used(2),
      used(1),
      used(1),
      { measure: "requests", kind: "reserved" },
    ],
    ["counts both kinds of tokens", { tokens: 100 }, used(1, 30, 30), noUsage, used(1, 20, 20), undefined],
    ["finds too few tokens left", { tokens: 99 }, used(1, 30, 30), noUsage, used(1, 20, 20), { kind: "reached" }],
    ["is more than a whole day's", { tokens: 99 }, noUsage, noUsage, used(1, 60, 60), { kind: "too-large" }],
    // 0.00003 + 0.0003 dollars are used, as much is needed
    ["costs what the model costs", { dollars: 0.00066 }, used(1, 30, 30), noUsage, used(1, 30, 30), undefined],
    ["costs too much", { dollars: 0.00065 }, used(1, 30, 30), noUsage, used(1, 30, 30), { measure: "dollars" }],
    ["meets the first limit", { requests: 1, tokens: 1 }, used(1), noUsage, used(1, 5), { measure: "requests" }],
  ])("%s", (_, limits, before, held, need, shortage) => {
    const found = toLimitHit(limits, { used: before, reserved: held }, need, price);
    if (shortage === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(shortage);
  });

  test("is refused exactly where it would break a limit", () => {
    const amount = fc.record({ requests: fc.nat(5), input: fc.nat(50), output: fc.nat(50) });
    const limit = fc.record({ requests: fc.integer({ min: 1, max: 15 }), tokens: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(amount, amount, amount, limit, (before, held, need, limits) => {
        const tokens = [before, held, need].reduce((all, one) => all + one.input + one.output, 0);
        const fits = before.requests + held.requests + need.requests <= limits.requests && tokens <= limits.tokens;
        expect(toLimitHit(limits, { used: before, reserved: held }, need, price) === undefined).toBe(fits);
      }),
      runs(300, 51),
    );
  });
});

test.each([
  ["50 questions", { requests: 50 }],
  ["200000 tokens, 0.5 dollars", { tokens: 200_000, dollars: 0.5 }],
  ["1 dollars,2 tokens,3 questions", { requests: 3, tokens: 2, dollars: 1 }],
  ["50 requests", { requests: 50 }],
])("“%s” are limits", (text, limits) => expect(toLimits(text)).toEqual(limits));

test.each([
  "",
  "50",
  "questions",
  "50 answers",
  "0 questions",
  "1.5 questions",
  "1.5 requests",
  "-1 tokens",
  "1 tokens, 2 tokens",
  "50 questions, 50 requests",
  "$1",
])("“%s” are no limits", (text) => expect(toLimits(text)).toBeUndefined());

test.each([
  [12_000_000, "in 3 h 20 min"],
  [10_800_000, "in 3 h"],
  [119_000, "in 2 min"],
  [1, "in 1 min"],
  [86_400_000, "in 24 h"],
])("%d ms before the day ends it says %s", (waitMs, words) => {
  const shortage = { measure: "requests", limit: 50, kind: "reached" } as const;
  expect(limitNotice({ scope: "user", serverNoun: "server", limitHit: shortage, waitMs })).toBe(
    `You've reached your daily limit of 50 questions. You can ask again ${words} (at 00:00 UTC).`,
  );
});

test("a workspace's limit in dollars is called so", () => {
  const shortage = { measure: "dollars", limit: 0.5, kind: "reached" } as const;
  const notice = limitNotice({ scope: "server", serverNoun: "workspace", limitHit: shortage, waitMs: 60_000 });
  expect(notice).toContain("This workspace has reached its daily limit of $0.50");
});
