import { expect, test } from "vitest";
import { createTokenRatios } from "../../src/model/token-ratio.ts";

function ratioAfter(prompts: readonly (readonly [counted: number, measured: number])[], model = "m"): number {
  const ratios = createTokenRatios();
  for (const [counted, measured] of prompts) ratios.learn("m", counted, measured);
  return ratios.of(model);
}

const often = (counted: number, measured: number, times = 30) =>
  Array.from({ length: times }, () => [counted, measured] as const);

test("a model that nothing is known of counts as we do", () => {
  expect(ratioAfter([])).toBe(1);
  expect(ratioAfter(often(1_000, 2_000), "another")).toBe(1);
});

test.each([
  [1_000, 1_300, 1.3],
  [1_000, 700, 0.7],
])("a server that counts %d of ours as %d is known after some prompts", (counted, measured, ratio) => {
  expect(ratioAfter(often(counted, measured))).toBeCloseTo(ratio, 2);
});

test("one prompt moves it a part of the way, a long one further than a short one", () => {
  expect(ratioAfter([[100, 200]])).toBeLessThan(1.25);
  expect(ratioAfter([[10_000, 20_000]])).toBeGreaterThan(1.9);
});

test("a single odd prompt is soon made up for", () => {
  expect(ratioAfter([...often(1_000, 1_100), [1_000, 3_000], ...often(1_000, 1_100)])).toBeCloseTo(1.1, 1);
});

test("it is never more than 3, whatever a server says", () => {
  expect(ratioAfter(often(1_000, 1_000_000))).toBeCloseTo(3, 2);
  expect(ratioAfter([[1_000, Number.POSITIVE_INFINITY]])).toBeLessThan(3);
});

test.each([0, -5, 499, Number.NaN])("a count that leaves most out (%d of 1,000) teaches nothing", (measured) => {
  expect(ratioAfter(often(1_000, measured))).toBe(1);
});

test("a prompt that was not counted teaches nothing", () => {
  expect(ratioAfter(often(0, 1_000))).toBe(1);
});
