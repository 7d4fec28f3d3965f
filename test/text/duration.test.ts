import { expect, test } from "vitest";
import { duration } from "../../src/text/duration.ts";

test.each([
  [0, "0 s"],
  [1, "1 s"],
  [12_000, "12 s"],
  [59_999, "1 min"],
  [60_000, "1 min"],
  [125_000, "2 min 5 s"],
  [3_599_999, "1 h"],
  [3_600_000, "1 h"],
  [3_600_001, "1 h 1 min"],
  [12_000_000, "3 h 20 min"],
  [90_000_000, "25 h"],
])("%i ms are %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});
