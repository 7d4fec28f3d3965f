import { describe, expect, test } from "vitest";
import { maxAnswerLength, maxThinkingLength } from "../../src/answering/longest.ts";
import type { ModelEvent } from "../../src/model/model-client.ts";
import { userId } from "../../src/port/index.ts";
import { longestNotice, withNotice } from "../../src/reply/notices.ts";
import { mostMessages } from "../../src/reply/reply-handle.ts";
import { ada, messageOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";
import { createRecordingSurface, testLimits } from "../support/recording-surface.ts";

type Piece = Extract<ModelEvent, { kind: "text" | "reasoning" }>;

/** A bot whose model says the same again and again, and never ends by itself. */
async function openLooping(piece: Piece, maxLength = 10_000) {
  const bot = await openBot({ settings: { windowTokens: 100_000 } });
  const prompts: string[] = [];
  let said = "";
  let left = 0;
  Object.assign(bot.model, {
    async *stream({ messages }: { messages: readonly { content: string }[] }): AsyncGenerator<ModelEvent> {
      prompts.push(JSON.stringify(messages));
      if (prompts.length > 1) {
        yield { kind: "text", text: "More." };
        return yield { kind: "end", ending: "whole" };
      }
      try {
        for (;;) {
          said += piece.text;
          yield piece;
          // Now and then a pause, in which what came is shown.
          if (said.length % 7 === 0) await bot.clock.wait(1_000, new AbortController().signal);
          if (said.length > 10_000_000) throw new Error("nobody ended it");
        }
      } finally {
        left++;
      }
    },
  });
  const surface = createRecordingSurface({ ...testLimits, maxLength });
  return {
    ...bot,
    surface,
    prompts,
    left: () => left,
    async ask(text: string) {
      let answered = false;
      const received = bot.receive(messageOf(text), surface).then(() => {
        answered = true;
      });
      for (let minutes = 0; !answered && minutes < 60; minutes++) await bot.clock.pass(60_000);
      await received;
    },
    lastTurn: async () => (await bot.turns()).at(-1),
  };
}

const sentence = { kind: "text", text: "All work and no play makes Jack a dull boy. " } as const;
const ended = longestNotice(false, true);

test("an answer that does not end is ended at 100,000 characters, and can be gone on with", async () => {
  const bot = await openLooping(sentence);
  await bot.ask("Write");
  expect(await bot.lastTurn()).toMatchObject({ ending: "length", text: expect.stringMatching(/^All work/) });
  expect((await bot.lastTurn())?.text).toHaveLength(maxAnswerLength);
  expect(bot.left()).toBe(1);
  expect(bot.surface.contents.at(-1)?.markdown).toContain(ended);
  expect(bot.surface.contents.at(-1)?.controls).toEqual([{ command: "go-on", label: "Go on" }]);
  await bot.ask("go on");
  expect(bot.prompts.at(-1)).toContain("continue exactly where it stops");
});

describe("an answer that would take more than 60 messages", () => {
  test.each(["live", "final"] as const)("is ended where they are full (%s)", async (mode) => {
    const bot = await openLooping(sentence, 1_000);
    await bot.core.replyModes.set({ place: placeOf(), author: ada }, "me", mode);
    await bot.ask("Write");
    expect(bot.surface.contents).toHaveLength(mostMessages);
    const shown = bot.surface.texts.join("");
    const text = (await bot.lastTurn())?.text ?? "";
    expect(text.length).toBeGreaterThan(mostMessages * 1_000 * 0.7);
    expect(shown.replaceAll(/\s+/g, " ")).toBe(withNotice(text, ended).replaceAll(/\s+/g, " "));
    expect(bot.surface.contents.at(-1)?.controls).toHaveLength(1);
    expect(new Set(bot.surface.writes.map(({ message }) => message)).size).toBe(mostMessages);
  });
});

test("a model that thinks for ever is ended, and the person told", async () => {
  const bot = await openLooping({ kind: "reasoning", text: "Hm. ".repeat(1_000) });
  await bot.ask("Write");
  expect(bot.surface.texts).toEqual([withNotice("", longestNotice(true, true))]);
  expect(bot.left()).toBe(1);
  expect(maxThinkingLength).toBeGreaterThan(maxAnswerLength);
});

test("an answer of 16,000 tokens is whole, in messages as short as Discord's", async () => {
  const bot = await openBot({ settings: { windowTokens: 100_000 } });
  const whole = sentence.text.repeat(64_000 / sentence.text.length);
  bot.model.script([whole]);
  const received = bot.receive(messageOf("Write", { author: { id: userId("u-cy"), name: "Cy" } }), bot.surface);
  for (let minutes = 0; minutes < 5; minutes++) await bot.clock.pass(60_000);
  await received;
  expect((await bot.turns()).at(-1)).toMatchObject({ ending: "whole", text: whole });
  expect(bot.surface.texts.join(" ").replaceAll(/\s+/g, " ")).toBe(whole.replaceAll(/\s+/g, " "));
});
