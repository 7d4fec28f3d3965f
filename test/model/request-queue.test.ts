import { expect, test } from "vitest";
import type { ModelError } from "../../src/model/model-client.ts";
import { createRequestQueue, mostQueued, type Slot } from "../../src/model/request-queue.ts";
import { never } from "../../src/runtime/clock.ts";
import { settled } from "../support/manual-clock.ts";

/** A server with one slot that somebody holds, and everybody's names in the order in which they are served. */
function open(most = 1) {
  const queue = createRequestQueue(most);
  const order: string[] = [];
  const slots = new Map<string, Slot>();
  const errors: ModelError[] = [];
  const current: string[] = [];
  /** "ann 2" is Ann's; "-" is the bot's own work. */
  const join = (name: string, signal = never): Slot => {
    const slot = queue.join(name.startsWith("-") ? undefined : name.split(" ")[0]);
    slots.set(name, slot);
    void slot
      .turn(signal)
      .then(() => {
        if (signal.aborted) return;
        order.push(name);
        current.push(name);
      })
      .catch((error: ModelError) => errors.push(error));
    return slot;
  };
  return {
    join,
    order,
    errors,
    before: (name: string) => slots.get(name)?.before(),
    /** The one that is served, or the first of them, is done. */
    async done() {
      await settled();
      slots.get(current.shift() ?? "")?.leave();
      await settled();
    },
  };
}

const orders: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["each in their turn", ["ann", "ben", "cleo"], ["ann", "ben", "cleo"]],
  [
    "one each, then the next of each",
    ["ann 1", "ann 2", "ann 3", "ben 1", "ben 2"],
    ["ann 1", "ben 1", "ann 2", "ben 2", "ann 3"],
  ],
  ["the bot's own work last", ["- 1", "- 2", "ann 1", "ben", "ann 2"], ["- 1", "ann 1", "ben", "ann 2", "- 2"]],
];

test.each(orders)("%s", async (_, joining, served) => {
  const { join, order, done } = open();
  for (const name of joining) join(name);
  for (const _ of served) await done();
  expect(order).toEqual(served);
});

test("whoever comes while another has twenty waiting is served next, however many of those were served", async () => {
  const { join, order, done, before } = open();
  for (let index = 0; index < 20; index++) join(`ann ${index}`);
  for (let index = 0; index < 5; index++) await done();
  join("ben");
  expect(before("ben")).toBe(0);
  await done();
  expect(order.at(-1)).toBe("ben");
});

test("whoever asks again and again does not keep another's second question waiting", async () => {
  const { join, order, done } = open();
  for (const name of ["ann 1", "ann 2", "ben 1"]) join(name);
  await done();
  join("cleo");
  await done();
  for (let again = 2; again < 6; again++) {
    join(`ben ${again}`);
    await done();
  }
  expect(order.indexOf("ann 2")).toBeLessThan(order.indexOf("ben 2"));
});

test("so many are served at once, and the place of the others counts only those who wait", () => {
  const { join, before } = open(2);
  expect(["ann", "ben", "cleo", "dan"].map((name) => join(name).free)).toEqual([true, true, false, false]);
  expect([before("cleo"), before("dan")]).toEqual([0, 1]);
});

test("where nobody else comes, the place told is how many are served before", async () => {
  let seed = 7;
  const dice = (sides: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * sides);
  };
  for (let round = 0; round < 30; round++) {
    const { join, order, done, before } = open();
    const names = Array.from({ length: 12 }, (_, index) => `${["ann", "ben", "cleo", "-"][dice(4)]} ${index}`);
    for (const name of names) join(name);
    for (let index = dice(4); index > 0; index--) await done();
    await settled();
    const served = order.length;
    const told = names.filter((name) => !order.includes(name)).map((name) => [name, before(name)]);
    for (let index = 0; index < names.length; index++) await done();
    expect(told).toEqual(
      names.filter((name) => order.indexOf(name) >= served).map((name) => [name, order.indexOf(name) - served]),
    );
  }
});

test("whoever leaves the queue lets the others move up, and is not served", async () => {
  const { join, order, done, before } = open();
  const stop = new AbortController();
  join("ann");
  const ben = join("ben", stop.signal);
  join("cleo");
  stop.abort();
  await settled();
  ben.leave();
  ben.leave();
  expect(before("cleo")).toBe(0);
  await done();
  expect(order).toEqual(["ann", "cleo"]);
});

test("a full queue turns away the bot's own work first, then what would be served last: a flood's own, not a newcomer", async () => {
  const { join, errors, before } = open();
  join("zoe");
  join("- 1");
  for (let index = 0; index < mostQueued; index++) join(`ann ${index}`);
  await settled();
  expect(errors.map(({ code }) => code)).toEqual(["busy"]);
  expect(before("ann 999")).toBe(999);
  join("ben");
  await settled();
  expect(errors).toHaveLength(2);
  expect([before("ben"), before("ann 1")]).toEqual([1, 2]);
  join("ann 1000");
  await settled();
  expect(errors).toHaveLength(3);
});

test("nobody is remembered when nothing runs any more", async () => {
  const { join, order, done } = open();
  join("ann 1");
  await done();
  for (const name of ["zoe", "ann 2", "ben"]) join(name);
  for (let index = 0; index < 3; index++) await done();
  expect(order).toEqual(["ann 1", "zoe", "ann 2", "ben"]);
});
