import { describe, expect, test } from "vitest";
import { toAccessEntry } from "../../src/limits/access.ts";
import { mostAnswers } from "../../src/limits/loop-guard.ts";
import type { ReplySurface } from "../../src/port/index.ts";
import { withAside } from "../../src/reply/notices.ts";
import { sentences } from "../../src/sentences/sentences.ts";
import { ada, bob, commandOf, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";

type Event = Parameters<OpenedBot["receive"]>[0];

async function arrive(bot: OpenedBot, event: Event, surface: ReplySurface = bot.surface) {
  const received = bot.receive(event, surface);
  await bot.clock.pass(1_000);
  await received;
}

const overheard = { via: "ambient" } as const;
const refusal = withAside("", sentences.refusals.notAllowed);
const minutes = (count: number) => count * 60_000;

describe("somebody who is denied", () => {
  const denying = () =>
    openBot({ settings: { access: { allow: [], deny: [toAccessEntry("user:u-ada") ?? expect.fail()] } } });

  test("is told so, once in a while, and nothing is asked or remembered", async () => {
    const bot = await denying();
    await arrive(bot, messageOf("Hello"));
    await arrive(bot, messageOf("Hello?"));
    expect(bot.surface.responses).toEqual([refusal]);
    await bot.clock.pass(minutes(10));
    await arrive(bot, messageOf("Hello??"));
    expect(bot.surface.responses).toEqual([refusal, refusal]);
    expect([bot.model.prompts, await bot.memory()]).toEqual([[], []]);
  });

  test("is told so for their eyes alone where the surface can", async () => {
    const bot = await denying();
    const whispers: string[] = [];
    bot.surface.respondPrivately = async (markdown) => void whispers.push(markdown);
    await arrive(bot, messageOf("Hello"));
    expect([whispers, bot.surface.responses]).toEqual([[refusal], []]);
  });

  test("is told so each time where the platform waits for an answer", async () => {
    const bot = await denying();
    for (let time = 0; time < 2; time++)
      await arrive(bot, commandOf("help"), { ...bot.surface, expectsResponse: true });
    expect(bot.surface.responses).toEqual([refusal, refusal]);
  });

  test("is not heard in a thread that the bot follows, and the others are", async () => {
    const bot = await denying();
    await arrive(bot, messageOf("Hello", { author: bob }));
    await arrive(bot, messageOf("Me too", overheard));
    await arrive(bot, messageOf("reset", overheard));
    expect(bot.surface.responses).toEqual([]);
    expect(await bot.memory()).toEqual(["Bob: Hello", "bot (whole): Answer."]);
  });

  test.each(["persona set", "reset", "stop", "help"])("has no command either: %s", async (name) => {
    const bot = await denying();
    await arrive(bot, messageOf("Hello", { author: bob }));
    await arrive(bot, commandOf(name, { options: { persona: "pirate" } }));
    expect(bot.surface.responses).toEqual([refusal]);
    expect((await bot.core.personas.at(placeOf())).persona.name).toBe("assistant");
    expect(await bot.turns()).toHaveLength(2);
  });

  test("can still have what was kept of them deleted, and not be remembered, in words too", async () => {
    const bot = await denying();
    await arrive(bot, messageOf("forget me"));
    await arrive(bot, messageOf("memory off"));
    expect(bot.surface.responses).toEqual([
      expect.stringContaining("Shall I forget everything"),
      expect.stringContaining("From now on memory is off for you"),
    ]);
  });

  test("has none in words, nor can they stop another's answer", async () => {
    const bot = await denying();
    const { opened, open } = gate();
    bot.model.script(["Answer", { until: opened }, "."]);
    const asked = bot.receive(messageOf("Hello", { author: bob }), bot.surface);
    await bot.clock.pass(1_000);
    for (const text of ["persona pirate", "reset", "stop"]) await arrive(bot, messageOf(text));
    open();
    await bot.clock.pass(10_000);
    await asked;
    expect(await bot.memory()).toEqual(["Bob: Hello", "bot (whole): Answer."]);
    expect((await bot.core.personas.at(placeOf())).persona.name).toBe("assistant");
  });
});

describe("a person whose limit is used up", () => {
  const limited = () => openBot({ settings: { limits: { user: { requests: 1 } } } });
  const spent = "You've reached your daily limit of 1 question. You can ask again in 12 h (at 00:00 UTC).";

  test("is told when they can ask again, what they say stays part of the talk, and others go on", async () => {
    const bot = await limited();
    await arrive(bot, messageOf("One"));
    await arrive(bot, messageOf("Two"));
    await arrive(bot, messageOf("Three", { author: bob }));
    expect(bot.surface.responses).toEqual([withAside("", spent)]);
    expect(await bot.memory()).toEqual([
      "Ada: One",
      "bot (whole): Answer.",
      "Ada: Two",
      "Bob: Three",
      "bot (whole): Answer.",
    ]);
  });

  test("is answered again on the next day", async () => {
    const bot = await limited();
    await arrive(bot, messageOf("One"));
    await bot.clock.pass(minutes(12 * 60));
    await arrive(bot, messageOf("Two"));
    expect([bot.surface.texts, bot.surface.responses]).toEqual([["Answer.", "Answer."], []]);
  });

  test("is told once in a while where they only go on talking", async () => {
    const bot = await limited();
    await arrive(bot, messageOf("One"));
    for (const text of ["Two", "Three"]) await arrive(bot, messageOf(text, overheard));
    expect(bot.surface.responses).toHaveLength(1);
    expect(bot.model.prompts).toHaveLength(1);
  });

  test("is told once in a while where others see it, and each time where nobody else does", async () => {
    const bot = await limited();
    const whispers: string[] = [];
    const unseen = { ...bot.surface, respondPrivately: async (markdown: string) => void whispers.push(markdown) };
    for (const text of ["One", "Two", "Three"]) await arrive(bot, messageOf(text));
    for (const text of ["Four", "Five"]) await arrive(bot, messageOf(text), unseen);
    await arrive(bot, messageOf("Six", overheard), unseen);
    expect([bot.surface.responses.length, whispers.length]).toEqual([1, 2]);
    await bot.clock.pass(minutes(10));
    await arrive(bot, messageOf("Seven"));
    expect(bot.surface.responses).toHaveLength(2);
  });

  test("does not bring the bot into a thread by asking there", async () => {
    const bot = await limited();
    await arrive(bot, messageOf("One", { place: directPlace() }));
    const question = messageOf("Two", { place: placeOf({ thread: "test:elsewhere" as never }) });
    await arrive(bot, question);
    expect(bot.surface.responses).toHaveLength(1);
    expect((await bot.store.open(question.place.thread)).joined).toBe(false);
    expect(await bot.core.known.isDone(question.id)).toBe(true);
  });

  test("still has the commands", async () => {
    const bot = await limited();
    await arrive(bot, messageOf("One"));
    await arrive(bot, messageOf("reset"));
    expect(await bot.memory()).toEqual([]);
  });

  test("gets back what an answer that failed had kept", async () => {
    const bot = await limited();
    bot.model.script([{ fails: new Error("no") }]);
    await arrive(bot, messageOf("One"));
    await arrive(bot, messageOf("Two"));
    expect(bot.surface.responses).toEqual([]);
    expect(bot.model.prompts).toHaveLength(2);
  });
});

test("a machine that poses as a person is answered so often in a minute, told once, and then met with silence", async () => {
  const bot = await openBot();
  const fast = { ...bot.surface, limits: { ...bot.surface.limits, count: 1_000, periodMs: 1 } };
  const say = async (event: Event) => {
    const received = bot.receive(event, fast);
    await bot.clock.pass(100);
    await received;
  };
  for (let time = 0; time < mostAnswers + 3; time++) await say(messageOf("Hello", { author: ada }));
  expect(bot.model.prompts).toHaveLength(mostAnswers);
  expect(bot.surface.responses).toEqual([withAside("", sentences.refusals.loop)]);
  await bot.clock.pass(minutes(1));
  await say(messageOf("Hello"));
  expect(bot.model.prompts).toHaveLength(mostAnswers + 1);
});
