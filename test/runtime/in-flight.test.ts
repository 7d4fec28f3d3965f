import { expect, test } from "vitest";
import { channelId, messageId, threadId } from "../../src/port/index.ts";
import { createInFlight } from "../../src/runtime/in-flight.ts";
import { messageOf, placeOf } from "../conversation/build-event.ts";

const here = placeOf({ thread: threadId("test:1") });
const elsewhere = placeOf({ thread: threadId("test:2") });

test("a reply is in flight from its beginning to its end", () => {
  const inFlight = createInFlight();
  expect(inFlight.has(here.thread)).toBe(false);
  const reply = inFlight.begin(here);
  expect([inFlight.has(here.thread), inFlight.has(elsewhere.thread)]).toEqual([true, false]);
  reply.end();
  expect(inFlight.has(here.thread)).toBe(false);
});

test("stopping ends the thread's reply and no other, and says that a person did it", () => {
  const inFlight = createInFlight();
  const reply = inFlight.begin(here);
  const other = inFlight.begin(elsewhere);
  expect(inFlight.stop(here, "person")).toBe(true);
  expect([reply.signal.aborted, reply.signal.reason]).toEqual([true, "person"]);
  expect(other.signal.aborted).toBe(false);
});

test("where nothing is being written there is nothing to stop", () => {
  const inFlight = createInFlight();
  expect(inFlight.stop(here, "person")).toBe(false);
  inFlight.begin(here).end();
  expect(inFlight.stop(here, "person")).toBe(false);
});

test("stopping all ends every reply for the reason that was given", () => {
  const inFlight = createInFlight();
  const replies = [inFlight.begin(here), inFlight.begin(elsewhere)];
  inFlight.stopAll("shutdown");
  expect(replies.map(({ signal }) => signal.reason)).toEqual(["shutdown", "shutdown"]);
});

test("a stop does not reach the thread's next reply", () => {
  const inFlight = createInFlight();
  const first = inFlight.begin(here);
  inFlight.stop(here, "person");
  first.end();
  expect(inFlight.begin(here).signal.aborted).toBe(false);
});

test("said in a channel, a stop reaches the replies that stand in the channel itself, and none in its threads", () => {
  const inFlight = createInFlight();
  const channel = placeOf({ kind: "channel", thread: threadId("test:channel") });
  const asked = inFlight.begin(placeOf({ kind: "channel", thread: threadId("test:answer") }));
  const inThread = inFlight.begin(here);
  const fresh = inFlight.begin(placeOf({ kind: "fresh", thread: threadId("test:fresh") }));
  expect(inFlight.stop(channel, "person")).toBe(true);
  expect([asked, inThread, fresh].map(({ signal }) => signal.aborted)).toEqual([true, false, false]);
});

test("a wide stop reaches every reply in the channel's threads, and none outside it", () => {
  const inFlight = createInFlight();
  const replies = [inFlight.begin(here), inFlight.begin(elsewhere)];
  const outside = inFlight.begin(placeOf({ thread: threadId("test:3"), channel: channelId("test:other") }));
  expect(inFlight.stop(placeOf({ kind: "channel", thread: threadId("test:channel") }), "person", true)).toBe(true);
  expect(replies.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(outside.signal.aborted).toBe(false);
});

test("tells what is being answered in a thread and where, until it ends", () => {
  const inFlight = createInFlight();
  const question = messageOf("Hello", { place: here });
  const reply = inFlight.begin(here, question);
  reply.writes(() => [messageId("m1")]);
  expect(inFlight.in(here.thread)).toEqual({ question, messages: ["m1"] });
  inFlight.end(elsewhere.thread, "amended");
  expect(reply.signal.aborted).toBe(false);
  inFlight.end(here.thread, "withdrawn");
  expect(reply.signal.reason).toBe("withdrawn");
  reply.end();
  expect(inFlight.in(here.thread)).toBeUndefined();
});
