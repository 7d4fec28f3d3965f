import { expect, test } from "vitest";
import { createCount, createStreamQuota, type Slot } from "../../../../adapters/slack/workspace/stream-quota.ts";

function open() {
  let now = 0;
  const allowance = createStreamQuota(() => now);
  return {
    ...allowance,
    pass: (ms: number) => {
      now += ms;
    },
    /** Takes as many as there are. */
    takeAll: () => {
      const taken: Slot[] = [];
      for (let slot = allowance.take(); slot !== undefined; slot = allowance.take()) taken.push(slot);
      return taken;
    },
  };
}

test("twenty streams are begun within a minute, and the next when the first start is more than a minute old", () => {
  const { take, pass, takeAll } = open();
  const slots = takeAll();
  expect(slots).toHaveLength(20);
  for (const slot of slots) slot.end();
  pass(60_000);
  expect(take()).toBeUndefined();
  pass(1_000);
  expect(takeAll()).toHaveLength(20);
});

test("a stream that was refused counts as a start, but keeps no end for itself", () => {
  const { pass, takeAll } = open();
  for (const slot of takeAll()) slot.drop();
  expect(takeAll()).toEqual([]);
  pass(61_000);
  expect(takeAll()).toHaveLength(20);
});

test("streams that are live keep their ends, so that all of them can be ended at once", () => {
  const { pass, takeAll } = open();
  const slots = takeAll();
  pass(120_000);
  expect(takeAll()).toEqual([]);
  for (const slot of slots.slice(0, 5)) slot.end();
  expect(takeAll()).toEqual([]);
  pass(61_000);
  expect(takeAll()).toHaveLength(5);
});

test("a stream that was given up does not count for ever", () => {
  const { pass, takeAll } = open();
  const slots = takeAll();
  pass(10 * 60_000);
  expect(takeAll()).toHaveLength(20);
  for (const slot of slots) slot.end(); // late: it takes nobody else's place
  pass(61_000);
  expect(takeAll()).toEqual([]);
});

test("a workspace without streams is asked again after an hour", () => {
  const { refuse, take, pass } = open();
  refuse();
  pass(59 * 60_000);
  expect(take()).toBeUndefined();
  pass(60_000);
  expect(take()).toBeDefined();
});

test("looks are counted for a minute, and the ones too many are not made", () => {
  let now = 0;
  const may = createCount(() => now, 2);
  expect([may(), may(), may()]).toEqual([true, true, false]);
  now = 60_999;
  expect(may()).toBe(false);
  now = 61_000;
  expect([may(), may(), may()]).toEqual([true, true, false]);
});
