import { describe, expect, test } from "vitest";
import { type Attachment, type BotEvent, eventId, messageId } from "../../src/port/index.ts";
import { arrived, arrivedEarlier } from "../../src/prompt/arrived.ts";
import { ada, bob, commandOf, messageOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";
import { createRecordingSurface } from "../support/recording-surface.ts";

const half = "a\ud83d";
const long = half.repeat(1_500_000);
const fileOf = (name: string): Attachment => ({ name, mediaType: name, bytes: 5, url: `https://example.org/${name}` });
const who = (text: string) => ({
  place: placeOf({ bot: text, channelName: text, serverName: text }),
  author: { id: ada.id, name: text },
});
const words = (text: string) => ({
  ...who(text),
  quote: { author: text, text, own: false },
  attachments: Array.from({ length: 2_000 }, () => fileOf(text)),
  quotedQuestion: text,
});

/** Every text in it, however deep. */
const textsIn = (value: unknown): readonly string[] =>
  typeof value === "string" ? [value] : Object.values(value ?? {}).flatMap(textsIn);

const events: readonly (readonly [string, (text: string) => BotEvent])[] = [
  ["a message", (text) => messageOf(text, words(text))],
  ["an edit", (text) => ({ ...messageOf(text, words(text)), kind: "edited", of: eventId("e0") })],
  ["a command", (text) => commandOf("persona set", { ...who(text), options: { persona: text } })],
];

describe.each(events)("%s", (_, eventOf) => {
  test("has well-formed texts alone", () => {
    for (const text of textsIn(arrived(eventOf(half)))) expect(text.isWellFormed()).toBe(true);
  });

  test("has a bound, whatever was sent", () => {
    const all = textsIn(arrived(eventOf(long)));
    expect(all.every((text) => text.isWellFormed())).toBe(true);
    expect(all.reduce((sum, text) => sum + text.length, 0)).toBeLessThan(1_100_000);
  });
});

test("what people usually send arrives as it is", () => {
  const quote = { author: "Bob", id: bob.id, text: "Six. 👩‍👩‍👧", own: false };
  const event = messageOf("Why?\u0000\n", { quote, attachments: [fileOf("a.txt")], quotedQuestion: "> Why?" });
  expect(arrived(event)).toEqual(event);
});

test("a text that is cut says so to the model", () => {
  expect(arrived(messageOf(long))).toMatchObject({ text: expect.stringMatching(/\[cut here: the message goes on\]$/) });
});

test("what was said before has the same bounds", () => {
  const earlier = { message: messageId("q"), author: ada, own: false, text: "Hi", attachments: [], sentAt: 1 };
  const attachments = Array.from({ length: 60 }, (_, at) => fileOf(`${at}`));
  expect(arrivedEarlier({ ...earlier, text: half })).toEqual({ ...earlier, text: half.toWellFormed() });
  expect(arrivedEarlier({ ...earlier, attachments })).toMatchObject({ moreFiles: 10 });
});

test("half a character reaches neither the model nor the memory, from the message nor from what was said before it", async () => {
  const bot = await openBot();
  const earlier = { message: messageId("q"), author: bob, own: false, text: half, attachments: [], sentAt: 1 };
  const surface = createRecordingSurface(undefined, [earlier]);
  await bot.receive(messageOf("\ud83d".repeat(4_000)), surface);
  expect(bot.model.prompts[0]?.messages.at(-1)?.content).toContain("a\ufffd");
  for (const text of [...textsIn(bot.model.prompts[0]?.messages), ...(await bot.memory())])
    expect(text.isWellFormed()).toBe(true);
});

describe("2,000 files in one message", () => {
  test("take their share of the window and no more; the model and the person are told of the rest", async () => {
    const bot = await openBot({ settings: { windowTokens: 1_000 } });
    const attachments = Array.from({ length: 2_000 }, (_, at) => fileOf(`${at} ${"x".repeat(100)}.bin`));
    await bot.receive(messageOf("Look", { attachments }), bot.surface);
    const content = bot.model.prompts[0]?.messages.at(-1)?.content ?? "";
    expect(content.length / 4).toBeLessThan(600);
    const given = content.match(/<attachment /g)?.length ?? 0;
    expect(given).toBeGreaterThan(3);
    expect(content).toContain(`(Files that came with this and that you cannot see: ${2_000 - given}.)`);
    expect(bot.surface.texts[0]).toContain(`I got only the first ${given} of your 2,000 files.`);
    expect((await bot.turns())[0]).toMatchObject({ moreFiles: 2_000 - given });
  });

  test("that were said before the bot was called leave room for the question", async () => {
    const bot = await openBot({ settings: { windowTokens: 1_000 } });
    const attachments = Array.from({ length: 2_000 }, (_, at) => fileOf(`${at} ${"x".repeat(100)}.bin`));
    const earlier = { message: messageId("q"), author: bob, own: false, text: "Files", attachments, sentAt: 1 };
    await bot.receive(messageOf("Look"), createRecordingSurface(undefined, [earlier]));
    const content = bot.model.prompts[0]?.messages.at(-1)?.content ?? "";
    expect(content).toMatch(/Files\n<attachment [\s\S]*Look/);
    expect(content.length / 4).toBeLessThan(900);
  });

  test("that are edited without a change are the same message", async () => {
    const bot = await openBot({ settings: { windowTokens: 1_000 } });
    const attachments = Array.from({ length: 2_000 }, (_, at) => fileOf(`${at}`));
    const message = messageOf("Look", { attachments });
    await bot.receive(message, bot.surface);
    await bot.receive({ ...message, id: eventId("edit"), kind: "edited", of: message.id }, bot.surface);
    expect(bot.model.prompts).toHaveLength(1);
  });
});

test("a quote and files whose names alone are long keep to the message's share", async () => {
  const bot = await openBot({ settings: { windowTokens: 1_000 } });
  const quote = { author: "<".repeat(1_000), text: "<message ".repeat(2_000), own: false };
  const attachments = Array.from({ length: 50 }, () => fileOf("<".repeat(1_000)));
  await bot.receive(messageOf("<message ".repeat(5_000), { quote, attachments }), bot.surface);
  expect((bot.model.prompts[0]?.messages.at(-1)?.content.length ?? 0) / 4).toBeLessThan(600);
});
