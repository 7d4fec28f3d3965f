import { expect, test } from "vitest";
import { threadId } from "../../src/port/index.ts";
import { createInFlight } from "../../src/runtime/in-flight.ts";

const thread = threadId("test:1");
const other = threadId("test:2");

test("a reply is in flight from its beginning to its end", () => {
  const inFlight = createInFlight();
  expect(inFlight.has(thread)).toBe(false);
  const reply = inFlight.begin(thread);
  expect([inFlight.has(thread), inFlight.has(other)]).toEqual([true, false]);
  reply.end();
  expect(inFlight.has(thread)).toBe(false);
});

test("stopping ends the thread's reply and no other, and says that a person did it", () => {
  const inFlight = createInFlight();
  const reply = inFlight.begin(thread);
  const elsewhere = inFlight.begin(other);
  expect(inFlight.stop(thread)).toBe(true);
  expect([reply.signal.aborted, reply.signal.reason]).toEqual([true, "person"]);
  expect(elsewhere.signal.aborted).toBe(false);
});

test("where nothing is being written there is nothing to stop", () => {
  const inFlight = createInFlight();
  expect(inFlight.stop(thread)).toBe(false);
  inFlight.begin(thread).end();
  expect(inFlight.stop(thread)).toBe(false);
});

test("stopping all ends every reply for the reason that was given", () => {
  const inFlight = createInFlight();
  const replies = [inFlight.begin(thread), inFlight.begin(other)];
  inFlight.stopAll("shutdown");
  expect(replies.map(({ signal }) => signal.reason)).toEqual(["shutdown", "shutdown"]);
});

test("a stop does not reach the thread's next reply", () => {
  const inFlight = createInFlight();
  const first = inFlight.begin(thread);
  inFlight.stop(thread);
  first.end();
  expect(inFlight.begin(thread).signal.aborted).toBe(false);
});
