import { describe, expect, test } from "vitest";
import type { Entry, Kind } from "../../src/exchange/entry.ts";
import { createExchanges } from "../../src/exchange/exchanges.ts";
import { createQueue } from "../../src/exchange/queue.ts";
import { channelId, type MessageEvent, type Place, threadId, userId } from "../../src/port/index.ts";
import { createTally } from "../../src/runtime/tally.ts";
import { bulkyName, heapGrowth } from "../runtime/heap-growth.ts";
import { bob, messageOf, placeOf } from "../support/build-event.ts";
import { createManualClock, settled } from "../support/manual-clock.ts";
import { gate } from "../support/open-bot.ts";
import { recordingLog } from "../support/recording-log.ts";

const inThread = (name: string, author = messageOf("").author, rest: Partial<Place> = {}) =>
  messageOf(name, { author, place: placeOf({ thread: threadId(`test:${name}`), ...rest }) });

/** A queue whose questions are worked on until they are let go. */
function open() {
  const queue = createQueue();
  const nowhere = { set: async () => undefined, delete: async () => undefined, all: async () => [] };
  const exchanges = createExchanges(nowhere, createManualClock(), recordingLog());
  const begun: string[] = [];
  const join = (message: MessageEvent, kind: Kind = "question", asks = kind === "question") => {
    const held = gate();
    const live = exchanges.add(message, true) ?? expect.fail();
    const work = async (entry: Entry) => {
      if (asks && entry.admit().kind === "wait") return "waits";
      begun.push(message.text);
      await live.happen({ kind: "turn-came" });
      await held.opened;
      return "over";
    };
    const entry = queue.join(live, kind, work as Parameters<typeof queue.join>[2]);
    queue.look(message.place.thread);
    return { entry, end: held.open, live };
  };
  return { queue, join, begun };
}

describe("a person's fourth answer", () => {
  test("waits until one of theirs is done, while others' are begun; the next one after that, in order", async () => {
    const { join, begun } = open();
    const three = ["a", "b", "c"].map((name) => join(inThread(name)));
    for (const name of ["d", "e"]) join(inThread(name));
    join(inThread("d", bob));
    await settled();
    expect(begun).toEqual(["a", "b", "c", "d"]); // the last of them is Bob's
    three[1]?.end();
    await settled();
    // Bob is being answered in that thread, so the one after it goes first.
    expect(begun.slice(4)).toEqual(["e"]);
  });

  test("is not overtaken in its thread by what the person says there later", async () => {
    const { join, begun } = open();
    const three = ["a", "b", "c"].map((name) => join(inThread(name)));
    const [first, second] = ["d", "d"].map((name) =>
      join({ ...inThread(name), text: `${begun.length} ${Math.random()}` }),
    );
    three[0]?.end();
    three[1]?.end();
    await settled();
    expect(begun.slice(3)).toEqual([first?.live.now.question.text]);
    first?.end();
    await settled();
    expect(begun.slice(4)).toEqual([second?.live.now.question.text]);
  });

  test("waits too where it is known to be a question only in its turn", async () => {
    const { join, begun } = open();
    const three = ["a", "b", "c"].map((name) => join(inThread(name)));
    join(inThread("d"), "follow-up", true);
    await settled();
    expect(begun).toEqual(["a", "b", "c"]);
    three[0]?.end();
    await settled();
    expect(begun.slice(3)).toEqual(["d"]);
  });
});

describe("in a channel", () => {
  const channel = { kind: "channel", thread: threadId("test:channel") } as const;
  const by = (id: string) => ({ id: userId(id), name: id });

  test("questions of different people are worked on at the same time, those of one person in their order", async () => {
    const { join, begun } = open();
    const first = join(inThread("a1", by("a"), channel));
    for (const [name, id] of [
      ["a2", "a"],
      ["b1", "b"],
      ["c1", "c"],
    ] as const)
      join(inThread(name, by(id), channel));
    await settled();
    expect(begun).toEqual(["a1", "b1", "c1"]);
    first.end();
    await settled();
    expect(begun.slice(3)).toEqual(["a2"]);
  });

  test("what runs alone waits for all of them, and all that come later wait for it", async () => {
    const { join, begun, queue } = open();
    const two = ["a", "b"].map((id) => join(inThread(id, by(id), channel)));
    const held = gate();
    const alone = queue.exclusive(channel.thread, async () => {
      begun.push("alone");
      await held.opened;
    });
    join(inThread("c", by("c"), channel));
    await settled();
    two[0]?.end();
    await settled();
    expect(begun).toEqual(["a", "b"]);
    two[1]?.end();
    await settled();
    expect(begun).toEqual(["a", "b", "alone"]);
    held.open();
    await alone;
    await settled();
    expect(begun).toEqual(["a", "b", "alone", "c"]);
  });
});

test("what ended is counted no more", async () => {
  const { join, queue } = open();
  const place = { kind: "channel", channel: channelId("test:c") } as const;
  const all = Array.from({ length: 20 }, (_, at) => join(inThread(`t${at}`, undefined, place)));
  for (const { end } of all) {
    end();
    await settled();
  }
  expect(queue.admit(inThread("x"))).toEqual({ kind: "run" });
  expect(queue.all()).toEqual([]);
});

test("fifty wait in one channel, though each question there has a thread of its own", () => {
  const { join, queue } = open();
  const fresh = (at: number, id: string) =>
    messageOf("q", {
      place: placeOf({ kind: "new-thread", thread: threadId(`t${at}`) }),
      author: { id: userId(id), name: "" },
    });
  for (let at = 0; at < 80; at++) join(fresh(at, `u${at % 10}`)); // three of each run
  expect(queue.admit(fresh(80, "u-new"))).toEqual({ kind: "refuse", reason: "place" });
});

test("what runs alone does so in order, and what fails tells its poster alone", async () => {
  const { queue } = open();
  const thread = threadId("test:1");
  const log: string[] = [];
  const first = gate();
  const failing = queue.exclusive(thread, async () => {
    await first.opened;
    throw new Error("broken");
  });
  const next = queue.exclusive(thread, async () => log.push("next"));
  expect(await queue.exclusive(threadId("test:2"), async () => "done")).toBe("done");
  expect(log).toEqual([]);
  first.open();
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe(1);
  await expect(
    queue.exclusive(thread, () => {
      throw new Error("at once");
    }),
  ).rejects.toThrow("at once");
});

test("idle comes when all threads are done, also with what was posted meanwhile; at once where nothing runs", async () => {
  const { queue } = open();
  await queue.idle();
  const [first, second] = [gate(), gate()];
  let idle = false;
  void queue.exclusive(threadId("test:1"), () => first.opened);
  const waiting = queue.idle().then(() => {
    idle = true;
  });
  void queue.exclusive(threadId("test:1"), () => second.opened);
  first.open();
  await settled();
  expect(idle).toBe(false);
  second.open();
  await waiting;
});

test("a thread that fell idle leaves nothing behind", async () => {
  const { queue, join } = open();
  const growth = await heapGrowth(async () => {
    for (let index = 0; index < 10_000; index++) {
      const thread = threadId(bulkyName(index));
      await queue.exclusive(thread, async () => undefined);
      if (index % 10 > 0) continue;
      const { end, entry, live } = join(
        messageOf("q", { place: placeOf({ thread }), author: { id: userId(`${thread}`), name: "" } }),
      );
      end();
      await entry.over;
      await live.happen({ kind: "done" });
    }
    await settled();
  });
  expect(growth).toBeLessThan(5_000_000);
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
