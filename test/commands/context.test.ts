import { expect, test } from "vitest";
import { costOf } from "../../src/model/price.ts";
import { commandOf, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { type OpenBotOptions, type OpenedBot, openBot } from "../support/open-bot.ts";

async function ask(bot: OpenedBot, text: string) {
  const received = bot.receive(messageOf(text), bot.surface);
  await bot.clock.pass(10_000);
  await received;
  await bot.core.summaries.idle();
}

async function contextOf(bot: OpenedBot, rest: Parameters<typeof commandOf>[1] = {}): Promise<string> {
  const told = bot.surface.responses.length;
  await bot.receive(commandOf("context", rest), bot.surface);
  return bot.surface.responses.slice(told).join("\n");
}

/** A bot that was asked so often that some of it has left the window. */
async function openLong(options: OpenBotOptions["settings"] = {}) {
  const bot = await openBot({ settings: { windowTokens: 1_000, ...options } });
  for (let count = 0; count < 25; count++) await ask(bot, `Question ${count} ${"x".repeat(250)}`);
  return bot;
}

const numberIn = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]?.replaceAll(",", ""));

test("it says who speaks by which model, and how much is told", async () => {
  const bot = await openBot();
  await ask(bot, "Hello");
  const text = await contextOf(bot);
  expect(text).toContain("Persona **Assistant**, model `scripted-1`.");
  expect(text).toMatch(/- word for word: 2 messages, about \d+ tokens/);
  expect(text).toContain("- summarized: 0 messages\n");
  expect(text).toContain("- not sent: 0 messages\n");
  expect(text).toContain("The messages and the summary may take up to 4,000.");
  expect(text).not.toContain("$");
});

test("without summaries, what has left the window is left out, and nothing is counted twice", async () => {
  const bot = await openLong();
  const text = await contextOf(bot);
  const sent = numberIn(text, /word for word: (\d+) messages/);
  expect(sent).toBe((await bot.turns()).length);
  expect(numberIn(text, /not sent: (\d+) messages, about [\d,]+ tokens/)).toBe(50 - sent);
  expect(text).toContain("- summarized: 0 messages\n");
});

test("with summaries, what has left the window is summed up, and nothing is counted twice", async () => {
  const bot = await openLong({ summaries: true });
  const text = await contextOf(bot);
  const sent = numberIn(text, /word for word: (\d+) messages/);
  expect(sent).toBe((await bot.turns()).length);
  expect(numberIn(text, /summarized: (\d+) messages, in about \d+ tokens/)).toBe(50 - sent);
  expect(text).toContain("- not sent: 0 messages\n");
});

test("what it says together is what such a prompt has, as the server counts, and what it costs", async () => {
  const bot = await openLong({ summaries: true, price: { input: 2, output: 8 } });
  for (let count = 0; count < 40; count++) bot.core.tokenRatios.learn("scripted-1", 1_000, 1_500);
  const text = await contextOf(bot);
  const parts = [
    "persona and rules: about",
    "word for word: \\d+ messages, about",
    "summarized: \\d+ messages, in about",
  ];
  const tokens = parts.map((part) => numberIn(text, new RegExp(`${part} ([\\d,]+) tokens`)));
  const together = numberIn(text, /Together about ([\d,]+) tokens/);
  expect(together).toBe(tokens.reduce((sum, one) => sum + one));
  expect(text).toContain(`about $${costOf({ input: together, output: 0 }, { input: 2, output: 8 }).toPrecision(2)},`);
  const counted = (await bot.turns()).reduce((sum, turn) => sum + turn.tokens, 0);
  expect(tokens[1]).toBe(Math.round(counted * bot.core.tokenRatios.of("scripted-1")));
});

test.each([
  ["where a mention begins a thread", { place: placeOf({ kind: "new-thread" }) }],
  ["where direct conversations begin", { place: directPlace({ isInbox: true }) }],
  ["meant for a whole channel", { channelWide: true }],
] as const)("%s it says where to ask", async (_, rest) => {
  const text = await contextOf(await openBot(), rest);
  expect(text).toContain("Persona **Assistant**");
  expect(text).toContain("say `context` inside one");
});

test("after its channel was reset a thread has nothing to tell, though it was not opened since", async () => {
  const bot = await openLong();
  await bot.core.channelResets.reset(placeOf().channel);
  const text = await contextOf(bot);
  expect(text).toContain("- word for word: 0 messages");
  expect(text).toContain("- not sent: 0 messages");
  expect((await bot.turns()).length).toBeGreaterThan(0); // asking alone changes nothing
});
