import { describe, expect, test } from "vitest";
import { type DeletedEvent, eventId, type MessageEvent, noSurface, userId } from "../../src/port/index.ts";
import { bob, messageOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";

const cy = { id: userId("u-cy"), name: "Cy" };

const deletedOf = ({ place, message }: MessageEvent): DeletedEvent => ({
  kind: "deleted",
  id: eventId(`deleted ${message}`),
  threads: [place.thread],
  messages: [message],
});

/** "First" is being answered, with one word shown, while "Second" and "Third" come. */
async function pileUp(bot: OpenedBot, first = "One ") {
  const held = gate();
  bot.model.script([first, { until: held.opened }, "two."], ["Both."], ["Last."]);
  const received = [bot.receive(messageOf("First"), bot.surface)];
  await bot.clock.pass(3_000);
  for (const message of [messageOf("Second", { author: bob }), messageOf("Third")])
    received.push(bot.receive(message, bot.surface));
  await bot.clock.pass(3_000);
  held.open();
  await bot.clock.pass(30_000);
  await Promise.all(received);
}

test("queue: each message is answered in its turn", async () => {
  const bot = await openBot();
  await pileUp(bot);
  expect(bot.surface.texts).toEqual(["One two.", "Both.", "Last."]);
  expect(await bot.memory()).toEqual([
    "Ada: First",
    "bot (whole): One two.",
    "Bob: Second",
    "bot (whole): Both.",
    "Ada: Third",
    "bot (whole): Last.",
  ]);
});

test("merge: what has piled up is answered together, after the answer that was being written", async () => {
  const bot = await openBot({ settings: { whileAnswering: "merge" } });
  await pileUp(bot);
  expect(bot.surface.texts).toEqual(["One two.", "Both."]);
  expect(await bot.memory()).toEqual([
    "Ada: First",
    "bot (whole): One two.",
    "Bob: Second",
    "Ada: Third",
    "bot (whole): Both.",
  ]);
});

describe("interrupt", () => {
  test("the answer ends where it stands, and the newest message is answered with everything in view", async () => {
    const bot = await openBot({ settings: { whileAnswering: "interrupt" } });
    await pileUp(bot);
    expect(bot.surface.texts).toEqual(["One \n\n*Stopped, because a newer message came.*", "Both."]);
    expect(await bot.memory()).toEqual([
      "Ada: First",
      "bot (stopped): One ",
      "Bob: Second",
      "Ada: Third",
      "bot (whole): Both.",
    ]);
    expect(bot.surface.contents.flatMap(({ controls }) => controls)).toEqual([]);
  });

  test("whoever has used their limit up ends nobody's answer", async () => {
    const bot = await openBot({ settings: { whileAnswering: "interrupt", limits: { user: { requests: 1 } } } });
    bot.model.script(["Bob's only one."]);
    const earlier = bot.receive(messageOf("Earlier", { author: bob }), bot.surface);
    await bot.clock.pass(60_000);
    await earlier;
    const held = gate();
    bot.model.script(["One ", { until: held.opened }, "two."]);
    const received = [bot.receive(messageOf("First"), bot.surface)];
    await bot.clock.pass(3_000);
    received.push(bot.receive(messageOf("Second", { author: bob }), bot.surface));
    await bot.clock.pass(3_000);
    held.open();
    await bot.clock.pass(60_000);
    await Promise.all(received);
    expect(bot.surface.texts).toContain("One two.");
  });

  test("an answer without a word leaves nothing behind", async () => {
    const bot = await openBot({ settings: { whileAnswering: "interrupt" } });
    await pileUp(bot, "");
    expect(bot.surface.texts).toEqual(["Both."]);
    expect(await bot.memory()).toEqual(["Ada: First", "Bob: Second", "Ada: Third", "bot (whole): Both."]);
  });
});

test("a burst of fifty messages at once of three people is answered in its order, each once", async () => {
  const bot = await openBot();
  const names = Array.from({ length: 50 }, (_, index) => `Q${index}`);
  bot.model.script(...names.map((name) => [`A of ${name}`]));
  const people = [messageOf("").author, bob, cy];
  const received = names.map((name, at) =>
    bot.receive(messageOf(name, { author: people[at % 3] ?? bob }), bot.surface),
  );
  await bot.clock.pass(600_000);
  await Promise.all(received);
  expect(await bot.memory()).toHaveLength(100);
  expect(bot.surface.texts).toEqual(names.map((name) => `A of ${name}`));
});

describe("where the newest of a pile gets no answer, the one before it does", () => {
  /** "First" is being answered while Bob and then Cy ask; `meanwhile` happens before the first answer is done. */
  async function pileUpWithCy(bot: OpenedBot, first: string, meanwhile: (cys: MessageEvent) => Promise<void>) {
    const held = gate();
    bot.model.script([first, { until: held.opened }, "two."], ["To Bob."]);
    const cys = messageOf("Third", { author: cy });
    const received = [bot.receive(messageOf("First"), bot.surface)];
    await bot.clock.pass(3_000);
    for (const message of [messageOf("Second", { author: bob }), cys]) received.push(bot.receive(message, bot.surface));
    await meanwhile(cys);
    await bot.clock.pass(3_000);
    held.open();
    await bot.clock.pass(60_000);
    await Promise.all(received);
  }

  test.each(["merge", "interrupt"] as const)("because it was deleted while it waited (%s)", async (whileAnswering) => {
    const bot = await openBot({ settings: { whileAnswering } });
    await pileUpWithCy(bot, "One ", async (cys) => {
      void bot.receive(deletedOf(cys), bot.surface);
    });
    expect(bot.surface.texts.at(-1)).toBe("To Bob.");
    expect(await bot.left()).toEqual([]);
  });

  test("because its author's limit is used up", async () => {
    const bot = await openBot({ settings: { whileAnswering: "merge", limits: { user: { requests: 1 } } } });
    bot.model.script(["Cy's only one."]);
    await bot.receive(messageOf("Earlier", { author: cy }), bot.surface);
    await bot.clock.pass(60_000);
    await pileUpWithCy(bot, "One ", async () => undefined);
    expect(bot.surface.texts).toContain("To Bob.");
    expect(bot.surface.texts.filter((text) => text.includes("To Bob."))).toHaveLength(1);
  });

  test("because it was deleted while it was answered, and had broken off another before its first word", async () => {
    const bot = await openBot({ settings: { whileAnswering: "interrupt" } });
    const held = [gate(), gate()] as const;
    bot.model.script([{ until: held[0].opened }], ["Half ", { until: held[1].opened }], ["To Ada."]);
    const received = [bot.receive(messageOf("First"), bot.surface)];
    await bot.clock.pass(3_000);
    const bobs = messageOf("Second", { author: bob });
    received.push(bot.receive(bobs, bot.surface));
    await bot.clock.pass(3_000);
    received.push(bot.receive(deletedOf(bobs), bot.surface));
    await bot.clock.pass(60_000);
    await Promise.all(received);
    expect(bot.surface.texts).toEqual(["To Ada."]);
    expect(await bot.left()).toEqual([]);
  });
});

test("merge: what waits is answered also where the newest of it was deleted", async () => {
  const bot = await openBot({ settings: { whileAnswering: "merge" } });
  const held = gate();
  bot.model.script(["One ", { until: held.opened }, "two."], ["To the second."]);
  const received = [bot.receive(messageOf("First"), bot.surface)];
  await bot.clock.pass(3_000);
  const third = messageOf("Third");
  for (const message of [messageOf("Second"), third]) received.push(bot.receive(message, bot.surface));
  const { thread } = third.place;
  const deletion = { kind: "deleted", id: messageOf("").id, messages: [third.message], threads: [thread] } as const;
  received.push(bot.receive(deletion, noSurface));
  await bot.clock.pass(3_000);
  held.open();
  await bot.clock.pass(30_000);
  await Promise.all(received);
  expect(bot.surface.texts).toEqual(["One two.", "To the second."]);
});
