import { expect, test } from "vitest";
import { median, quantile } from "./statistics.ts";
import { withResults } from "./write-results.ts";

test("a median is the middle, or what lies between the two middle ones", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeUndefined();
});

test("a quantile is the least value that so many do not exceed", () => {
  const values = Array.from({ length: 40 }, (_, index) => index + 1);
  expect(quantile(values, 0.95)).toBe(38);
  expect(quantile([7], 0.95)).toBe(7);
});

test("the figures of a case replace its own and leave the others", () => {
  const first = withResults("# Figures\n", "A", "a1");
  const both = withResults(first, "B", "b1");
  expect(withResults(both, "A", "a2")).toBe(both.replace("a1", "a2"));
  expect(both.indexOf("a1")).toBeLessThan(both.indexOf("b1"));
});
