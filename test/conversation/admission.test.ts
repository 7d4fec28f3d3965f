import { describe, expect, test } from "vitest";
import { admit, type Load } from "../../src/conversation/admission.ts";
import { createBacklog } from "../../src/conversation/backlog.ts";
import { channelId, threadId } from "../../src/port/index.ts";
import { createTally } from "../../src/runtime/tally.ts";
import { bob, messageOf, placeOf } from "./build-event.ts";

const load = (running: number, waiting: number, waitingHere: number): Load => ({ running, waiting, waitingHere });

test.each([
  [load(0, 0, 0), { kind: "run" }],
  [load(2, 19, 49), { kind: "run" }],
  [load(3, 0, 0), { kind: "wait" }],
  [load(3, 19, 49), { kind: "wait" }],
  [load(400, 0, 0), { kind: "wait" }],
  [load(0, 20, 0), { kind: "refuse", reason: "person" }],
  [load(3, 20, 0), { kind: "refuse", reason: "person" }],
  [load(0, 0, 50), { kind: "refuse", reason: "place" }],
  [load(3, 19, 50), { kind: "refuse", reason: "place" }],
  [load(3, 20, 50), { kind: "refuse", reason: "person" }],
] as const)("%j: %j", (given, admission) => {
  expect(admit(given)).toEqual(admission);
});

const inThread = (name: string, author = messageOf("").author) =>
  messageOf(name, { author, place: placeOf({ thread: threadId(`test:${name}`) }) });

describe("a person's fourth answer", () => {
  test("waits until one of theirs is done, while others' are begun; the next one after that, in order", async () => {
    const backlog = createBacklog();
    const three = ["a", "b", "c"].map((name) => backlog.join(inThread(name), "question"));
    expect(three.map((one) => one.begin().kind)).toEqual(["run", "run", "run"]);
    const [fourth, fifth] = ["d", "e"].map((name) => backlog.join(inThread(name), "question"));
    const allowed: string[] = [];
    for (const one of [fourth, fifth]) {
      expect(one?.begin()).toEqual({ kind: "wait" });
      void one?.allowed().then(() => allowed.push(one.message.text));
    }
    expect(backlog.join(inThread("d", bob), "question").begin()).toEqual({ kind: "run" });
    three[1]?.end();
    await Promise.resolve();
    await Promise.resolve();
    expect(allowed).toEqual(["d"]);
    // What comes meanwhile finds no place: it is kept for the one that waits.
    expect(backlog.join(inThread("f"), "question").begin()).toEqual({ kind: "wait" });
    expect(fourth?.begin()).toEqual({ kind: "run" });
  });

  test("is not overtaken in its thread by what the person says there later", async () => {
    const backlog = createBacklog();
    const three = ["a", "b", "c"].map((name) => backlog.join(inThread(name), "question"));
    for (const one of three) one.begin();
    const [first, second] = [backlog.join(inThread("d"), "question"), backlog.join(inThread("d"), "question")];
    first.begin();
    three[0]?.end();
    three[1]?.end();
    expect(second.begin()).toEqual({ kind: "wait" });
    expect(first.begin()).toEqual({ kind: "run" });
    await second.allowed();
    expect(second.begin()).toEqual({ kind: "run" });
  });
});

test("what ended is counted no more, in whichever state it was", () => {
  const backlog = createBacklog();
  const place = placeOf({ kind: "channel", channel: channelId("test:c") });
  const all = Array.from({ length: 20 }, (_, at) => {
    const one = backlog.join(messageOf("q", { place: { ...place, thread: threadId(`t${at}`) } }), "question");
    if (at % 2 === 0) one.begin();
    return one;
  });
  for (const one of [...all, ...all]) one.end();
  const [first] = Array.from({ length: 3 }, (_, at) => backlog.join(inThread(`n${at}`), "question").begin().kind);
  expect(first).toBe("run");
  expect(backlog.admit(inThread("x"))).toEqual({ kind: "wait" });
  expect(backlog.waitingFor(() => true).filter((one) => all.includes(one))).toEqual([]);
});

test("fifty wait in one channel, though each question there has a thread of its own", () => {
  const backlog = createBacklog();
  const fresh = (at: number) => ({
    ...messageOf("q", { place: placeOf({ kind: "fresh", thread: threadId(`t${at}`) }) }),
    author: { ...bob, id: `u${at % 10}` as typeof bob.id },
  });
  for (let at = 0; at < 50; at++) backlog.join(fresh(at), "question");
  expect(backlog.admit({ ...fresh(50), author: { ...bob, id: "u-new" as typeof bob.id } })).toEqual({
    kind: "refuse",
    reason: "place",
  });
});

test("a tally forgets what is not there any more, and takes nothing away twice", () => {
  const tally = createTally();
  const [first, second] = [tally.add("a"), tally.add("a")];
  first();
  first();
  expect(tally.count("a")).toBe(1);
  second();
  expect(tally.count("a")).toBe(0);
});
