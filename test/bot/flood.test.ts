import { describe, expect, test } from "vitest";
import { eventId, type MessageEvent, noSurface, threadId, userId } from "../../src/port/index.ts";
import { fullNotice } from "../../src/reply/refusal-notices.ts";
import { ada, bob, commandOf, messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";
import { createRecordingSurface } from "../support/recording-surface.ts";

const inThread = (at: number) => placeOf({ thread: threadId(`test:thread-${at}`) });

/** Each of the next answers is held until it is let go. */
function hold(bot: OpenedBot, count: number) {
  const gates = Array.from({ length: count }, gate);
  bot.model.script(...gates.map(({ opened }, at) => [{ until: opened }, `A${at}`]));
  return (at: number) => gates[at]?.open();
}

describe("300 questions of one person in fifty threads", () => {
  async function flood() {
    const bot = await openBot();
    const release = hold(bot, 40);
    const surface = createRecordingSurface();
    const received = Array.from({ length: 300 }, (_, at) =>
      bot.receive(messageOf(`Q${at}`, { place: inThread(at % 50), recallKey: "o" }), surface),
    );
    await bot.clock.pass(1_000);
    return { bot, release, surface, received };
  }

  test("have three asked at once and twenty more kept, and the person is told once", async () => {
    const { bot, surface } = await flood();
    expect(bot.model.prompts).toHaveLength(3);
    expect(await bot.left()).toHaveLength(23);
    expect(surface.responses).toEqual([expect.stringContaining(fullNotice("person"))]);
  });

  test("do not keep somebody else waiting, who is answered in the same thread meanwhile", async () => {
    const { bot } = await flood();
    const theirs = createRecordingSurface();
    bot.receive(messageOf("Mine", { author: bob, place: inThread(10) }), theirs);
    await bot.clock.pass(1_000);
    expect(bot.model.prompts).toHaveLength(4);
    expect(bot.model.prompts.at(-1)?.messages.at(-1)?.content).toContain("Mine");
  });

  test("that were accepted are all answered, never more than three at once, and then there is room again", async () => {
    const { bot, release, surface } = await flood();
    for (let at = 0; at < 23; at++) {
      expect(bot.model.prompts.length).toBeLessThanOrEqual(at + 3);
      release(at);
      await bot.clock.pass(5_000);
    }
    await bot.clock.pass(60_000);
    expect(surface.texts).toHaveLength(23);
    expect(await bot.left()).toEqual([]);
    const more = bot.receive(messageOf("Another", { place: inThread(3) }), surface);
    release(23);
    await bot.clock.pass(5_000);
    await more;
    expect(surface.texts).toHaveLength(24);
  });

  test("are taken up after a restart three at a time", async () => {
    const { bot } = await flood();
    const next = await openBot();
    hold(next, 40);
    for (const { question } of await bot.left()) await next.leave(question);
    const surface = createRecordingSurface();
    await next.recover(async () => ({ surface, withdrawn: false }));
    await next.clock.pass(1_000);
    expect(next.model.prompts).toHaveLength(3);
  });
});

test("twenty quick messages of one person are all answered, in order", async () => {
  const bot = await openBot();
  const names = Array.from({ length: 20 }, (_, at) => `Q${at}`);
  bot.model.script(...names.map((name) => [`A of ${name}`]));
  const received = names.map((name) => bot.receive(messageOf(name), bot.surface));
  await bot.clock.pass(300_000);
  await Promise.all(received);
  expect(bot.surface.texts).toEqual(names.map((name) => `A of ${name}`));
  expect(bot.surface.responses).toEqual([]);
});

test("of twenty-five the last ones are left out, which the person is told once and which nobody remembers", async () => {
  const bot = await openBot();
  const received = Array.from({ length: 25 }, (_, at) => bot.receive(messageOf(`Q${at}.`), bot.surface));
  await bot.clock.pass(300_000);
  await Promise.all(received);
  expect(bot.surface.texts).toHaveLength(21);
  expect(bot.surface.responses).toEqual([expect.stringContaining(fullNotice("person"))]);
  expect((await bot.memory()).join()).not.toContain("Q21.");
});

test("fifty questions wait in one thread, whoever asks them", async () => {
  const bot = await openBot();
  const received = Array.from({ length: 60 }, (_, at) =>
    bot.receive(messageOf(`Q${at}.`, { author: { id: userId(`u${at % 6}`), name: "N" } }), bot.surface),
  );
  await bot.clock.pass(900_000);
  await Promise.all(received);
  expect(bot.surface.texts).toHaveLength(51);
  expect(bot.surface.responses[0]).toContain(fullNotice("place"));
});

test("of a flood of remarks behind an answer only so many are kept, with one line in the log", async () => {
  const bot = await openBot({ settings: { followThreads: false } });
  const held = gate();
  bot.model.script(["One ", { until: held.opened }, "two."]);
  const received = [bot.receive(messageOf("First"), bot.surface)];
  await bot.clock.pass(1_000);
  for (let at = 0; at < 3_000; at++) received.push(bot.receive(messageOf(`r${at}`, { via: "ambient" }), noSurface));
  held.open();
  await bot.clock.pass(60_000);
  await Promise.all(received);
  const kept = await bot.memory();
  expect(kept.at(-1)).toBe("Ada: r199");
  expect(bot.log.lines.filter((line) => JSON.stringify(line).includes("too many messages at once"))).toHaveLength(1);
});

test("twenty commands of one person are carried out at once, the rest is told once, and stop is always heard", async () => {
  const bot = await openBot();
  const held = gate();
  bot.model.script(["One ", { until: held.opened }, "two."]);
  const received = [bot.receive(messageOf("First"), bot.surface)];
  await bot.clock.pass(1_000);
  const commands = createRecordingSurface();
  for (let at = 0; at < 300; at++) received.push(bot.receive(commandOf("context"), commands));
  received.push(bot.receive(commandOf("stop"), bot.surface));
  await bot.clock.pass(60_000);
  await Promise.all(received);
  expect(bot.surface.texts).toEqual([expect.stringContaining("Stopped.")]);
  expect(commands.responses).toHaveLength(21);
  expect(commands.responses.filter((text) => text.includes(fullNotice("commands")))).toHaveLength(1);
});

describe("a question that waits for another answer to its author to be done", () => {
  async function openWaiting() {
    const bot = await openBot();
    const release = hold(bot, 3);
    const received = [0, 1, 2].map((at) => bot.receive(messageOf(`Q${at}`, { place: inThread(at) }), bot.surface));
    const fourth = messageOf("Fourth", { place: inThread(3), recallKey: "o" });
    received.push(bot.receive(fourth, bot.surface));
    await bot.clock.pass(1_000);
    const finish = async () => {
      for (const at of [0, 1, 2]) release(at);
      await bot.clock.pass(60_000);
      await Promise.all(received);
    };
    return { bot, fourth, received, finish };
  }

  test("is answered as it reads by then", async () => {
    const { bot, fourth, received, finish } = await openWaiting();
    const { id, kind: _, ...rest } = fourth;
    const edit = { ...rest, kind: "edited", id: eventId("edit"), of: id, text: "Edited" } as const;
    received.push(bot.receive(edit, bot.surface));
    await bot.clock.pass(1_000);
    await finish();
    expect(await bot.memory(inThread(3).thread)).toEqual(["Ada: Edited", "bot (whole): Answer."]);
    expect(bot.model.prompts).toHaveLength(4);
  });

  test.each([
    ["thread", 1],
    ["new-thread", 0],
  ] as const)(
    "in a %s place has %i signs that it was heard: no thread is opened for one alone",
    async (kind, signs) => {
      const { bot, received, finish } = await openWaiting();
      const surface = createRecordingSurface();
      received.push(bot.receive(messageOf("Fifth", { place: { ...inThread(4), kind } }), surface));
      await bot.clock.pass(1_000);
      expect(surface.busyCalls).toBe(signs);
      await finish();
      expect(surface.texts).toEqual(["Answer."]);
    },
  );

  test("is not answered once it is deleted", async () => {
    const { bot, fourth, received, finish } = await openWaiting();
    const { thread } = fourth.place;
    received.push(
      bot.receive({ kind: "deleted", id: eventId("gone"), threads: [thread], messages: [fourth.message] }, bot.surface),
    );
    await bot.clock.pass(1_000);
    await finish();
    expect(await bot.memory(thread)).toEqual([]);
    expect(bot.model.prompts).toHaveLength(3);
    expect(await bot.left()).toEqual([]);
  });

  test("is left to the next run where the process ends", async () => {
    const { bot, finish } = await openWaiting();
    void bot.close();
    await bot.clock.pass(1_000);
    void finish();
    await bot.clock.pass(1_000);
    expect((await bot.left()).map(({ question }) => question.text)).toContain("Fourth");
    expect(bot.model.prompts).toHaveLength(3);
  });
});

test("a hundred presses of “Try again” are one", async () => {
  const bot = await openBot();
  const held = gate();
  bot.model.script(["One ", { until: held.opened }, "two."]);
  const received = [bot.receive(messageOf("First"), bot.surface)];
  await bot.clock.pass(1_000);
  const presses = createRecordingSurface();
  for (let at = 0; at < 100; at++) received.push(bot.receive(commandOf("retry"), presses));
  held.open();
  await bot.clock.pass(60_000);
  await Promise.all(received);
  expect(presses.responses).toHaveLength(1);
});

test("a thousand edits of a message that waits have one turn", async () => {
  const bot = await openBot();
  const held = gate();
  bot.model.script(["One ", { until: held.opened }, "two."], ["To the newest."]);
  const received = [bot.receive(messageOf("First"), bot.surface)];
  await bot.clock.pass(1_000);
  const second = messageOf("Second");
  received.push(bot.receive(second, bot.surface));
  const { id, kind: _, ...rest } = second;
  let opened = 0;
  const open = bot.core.channelResets.openAfterReset;
  const counting = (place: MessageEvent["place"]) => {
    opened++;
    return open(place);
  };
  Object.assign(bot.core.channelResets, { openAfterReset: counting });
  for (let at = 0; at < 1_000; at++)
    received.push(
      bot.receive({ ...rest, kind: "edited", id: `edit-${at}` as typeof id, of: id, text: `Edit ${at}` }, bot.surface),
    );
  held.open();
  await bot.clock.pass(60_000);
  await Promise.all(received);
  expect((await bot.memory()).slice(2)).toEqual(["Ada: Edit 999", "bot (whole): To the newest."]);
  expect(opened).toBeLessThan(10);
});

describe("stop, while others wait behind an answer", () => {
  /** Ada is being answered; Bob and Ada wait. */
  async function queue(bot: OpenedBot) {
    const held = gate();
    bot.model.script(["One ", { until: held.opened }, "two."]);
    const received = [bot.receive(messageOf("First", { recallKey: "o" }), bot.surface)];
    await bot.clock.pass(1_000);
    for (const author of [bob, ada, bob])
      received.push(bot.receive(messageOf("Waiting", { author, recallKey: "o" }), bot.surface));
    await bot.clock.pass(1_000);
    return received;
  }

  test.each([
    ["in a word", () => messageOf("stop", { via: "ambient" as const })],
    ["as a command", () => commandOf("stop")],
    ["by a reset", () => commandOf("reset")],
  ])(
    "%s ends it and leaves out what waits there, told once with the count; what comes after is answered",
    async (_, stop) => {
      const bot = await openBot();
      const received = await queue(bot);
      received.push(bot.receive(stop(), bot.surface));
      await bot.clock.pass(1_000);
      received.push(bot.receive(messageOf("After"), bot.surface));
      await bot.clock.pass(60_000);
      await Promise.all(received);
      expect(bot.surface.texts).toEqual([expect.stringContaining("One"), "Answer."]);
      expect(bot.surface.responses.filter((text) => text.includes("3 questions that waited"))).toHaveLength(1);
      expect(bot.model.prompts).toHaveLength(2);
      expect(await bot.left()).toEqual([]);
    },
  );

  test("keeps what was said as a part of the thread", async () => {
    const bot = await openBot();
    const received = await queue(bot);
    received.push(bot.receive(commandOf("stop"), bot.surface));
    await bot.clock.pass(60_000);
    await Promise.all(received);
    expect(await bot.memory()).toEqual([
      "Ada: First",
      "bot (stopped): One ",
      "Bob: Waiting",
      "Ada: Waiting",
      "Bob: Waiting",
    ]);
  });

  test("by the button under it ends that answer alone", async () => {
    const bot = await openBot();
    const received = await queue(bot);
    received.push(bot.receive(commandOf("stop", { button: "stop" }), bot.surface));
    await bot.clock.pass(60_000);
    await Promise.all(received);
    expect(bot.surface.texts).toHaveLength(4);
  });

  test("is true of a crash right after it as well: nothing of what waited is left to be answered", async () => {
    const bot = await openBot();
    await queue(bot);
    bot.surface.gate = new Promise(() => undefined); // the answer's end is never written
    await bot.receive(commandOf("stop"), bot.surface);
    await bot.clock.pass(1_000);
    expect((await bot.left()).map(({ stage }) => stage.kind)).toEqual(["settling", "stopped", "stopped", "stopped"]);
    expect((await bot.left())[0]?.stage).toMatchObject({ outcome: { ending: "stopped" } });
  });

  test("reaches also a question whose turn has come just now, and whose memory is being looked up", async () => {
    const bot = await openBot();
    const held = gate();
    const { isDone } = bot.core.known;
    Object.assign(bot.core.known, { isDone: (id: MessageEvent["id"]) => held.opened.then(() => isDone(id)) });
    const received = bot.receive(messageOf("First"), bot.surface);
    await bot.clock.pass(1_000);
    const stopped = bot.receive(messageOf("stop"), bot.surface);
    await bot.clock.pass(1_000);
    held.open();
    await bot.clock.pass(60_000);
    await Promise.all([received, stopped]);
    expect(bot.model.prompts).toEqual([]);
  });

  test("reaches also what was left by a run before", async () => {
    const bot = await openBot();
    hold(bot, 9);
    for (const text of ["First", "Second", "Third"]) await bot.leave(messageOf(text, { recallKey: "o" }));
    await bot.recover(async () => ({ surface: bot.surface, withdrawn: false }));
    await bot.clock.pass(1_000);
    await bot.receive(commandOf("stop"), bot.surface);
    await bot.clock.pass(60_000);
    expect(bot.model.prompts).toHaveLength(1);
    expect(await bot.left()).toEqual([]);
    expect(await bot.memory()).toEqual(["Ada: First", "bot (stopped): ", "Ada: Second", "Ada: Third"]);
  });

  test("reaches what waits for another answer to its author to be done", async () => {
    const bot = await openBot();
    hold(bot, 9);
    const received = [0, 1, 2, 3].map((at) => bot.receive(messageOf(`Q${at}`, { place: inThread(at) }), bot.surface));
    await bot.clock.pass(1_000);
    expect(bot.model.prompts).toHaveLength(3);
    await bot.receive(commandOf("stop", { place: inThread(3) }), bot.surface);
    await bot.clock.pass(1_000);
    await received[3];
    for (const at of [0, 1, 2]) await bot.receive(commandOf("stop", { place: inThread(at) }), bot.surface);
    await bot.clock.pass(60_000);
    await Promise.all(received);
    expect(bot.model.prompts).toHaveLength(3);
  });
});
