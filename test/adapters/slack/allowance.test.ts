import { expect, test } from "vitest";
import { createAllowance } from "../../../adapters/slack/allowance.ts";

function open() {
  let now = 0;
  const allowance = createAllowance(() => now);
  return {
    ...allowance,
    pass: (ms: number) => {
      now += ms;
    },
    /** Takes as many as there are. */
    takeAll: () => {
      let taken = 0;
      while (allowance.take()) taken++;
      return taken;
    },
  };
}

test("twenty streams are begun within a minute, and the next when the first start is more than a minute old", () => {
  const { take, give, pass, takeAll } = open();
  expect(takeAll()).toBe(20);
  for (let ended = 0; ended < 20; ended++) give(true);
  pass(60_000);
  expect(take()).toBe(false);
  pass(1_000);
  expect(takeAll()).toBe(20);
});

test("a stream that was refused counts as a start, but keeps no end for itself", () => {
  const { give, pass, takeAll } = open();
  expect(takeAll()).toBe(20);
  for (let refused = 0; refused < 20; refused++) give(false);
  expect(takeAll()).toBe(0);
  pass(61_000);
  expect(takeAll()).toBe(20);
});

test("streams that are live keep their ends, so that all of them can be ended at once", () => {
  const { give, pass, takeAll } = open();
  expect(takeAll()).toBe(20);
  pass(120_000);
  expect(takeAll()).toBe(0);
  for (let ended = 0; ended < 5; ended++) give(true);
  expect(takeAll()).toBe(0);
  pass(61_000);
  expect(takeAll()).toBe(5);
});

test("a stream that was given up does not count for ever", () => {
  const { pass, takeAll } = open();
  expect(takeAll()).toBe(20);
  pass(10 * 60_000);
  expect(takeAll()).toBe(20);
});
