import { expect, test } from "vitest";
import { eventId } from "../../src/port/index.ts";
import { createSeen } from "../../src/runtime/seen.ts";

test("an id is new once", () => {
  const seen = createSeen();
  expect([seen.first(eventId("a")), seen.first(eventId("b")), seen.first(eventId("a"))]).toEqual([true, true, false]);
});

test("the newest ids are remembered up to the capacity, the oldest goes first", () => {
  const seen = createSeen(3);
  for (const id of ["a", "b", "c", "d"]) seen.first(eventId(id));
  expect(["b", "c", "d"].map((id) => seen.first(eventId(id)))).toEqual([false, false, false]);
  expect(seen.first(eventId("a"))).toBe(true);
});

test("thousands of events between two deliveries are no excuse", () => {
  const seen = createSeen();
  seen.first(eventId("first"));
  for (let index = 0; index < 9_999; index++) seen.first(eventId(`${index}`));
  expect(seen.first(eventId("first"))).toBe(false);
});
