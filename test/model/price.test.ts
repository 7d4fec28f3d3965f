import { expect, test } from "vitest";
import { costOf, toPrice } from "../../src/model/price.ts";

test("a price is what a million tokens cost, in and out", () => {
  expect(toPrice("0.25/2")).toEqual({ input: 0.25, output: 2 });
  expect(toPrice(" 3 / 15 ")).toEqual({ input: 3, output: 15 });
  expect(costOf({ input: 10_000, output: 1_000 }, { input: 0.25, output: 2 })).toBeCloseTo(0.0045, 10);
});

test.each(["", "3", "3/", "-1/2", "a/b", "1/2/3", "$1/$2"])("%j is no price", (text) => {
  expect(toPrice(text)).toBeUndefined();
});
