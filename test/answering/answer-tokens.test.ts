import { expect, test } from "vitest";
import { turnOverhead } from "../../src/prompt/prompt-messages.ts";
import { messageOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";
import type { Step } from "../support/scripted-model.ts";

const text = "Forty letters of an answer, in all. Good.";
/** As this bot counts. */
const ownCount = Math.ceil(text.length / 4);

async function tokensOf(...steps: readonly Step[]) {
  const bot = await openBot();
  bot.model.script(steps);
  await bot.receive(messageOf("How many?"), bot.surface);
  const answer = (await bot.turns()).find(({ kind }) => kind === "bot");
  expect(answer?.text).toBe(text);
  return (answer?.tokens ?? 0) - turnOverhead;
}

const ends = (output?: number): Step => ({
  ends: "whole",
  ...(output === undefined ? {} : { usage: { input: 9, output } }),
});

test("an answer has as many tokens as the server counted", async () => {
  expect(await tokensOf(text, ends(13))).toBe(13);
});

test.each([
  ["that counts nothing", [text, ends()]],
  ["that counts noughts", [text, ends(0)]],
  ["that counts what it thought unseen as well", [text, ends(900)]],
  ["whose answer came with thoughts, which count as well", [{ thinks: "Hm." }, text, ends(13)]],
] as const)("by a server %s they are counted here", async (_, steps) => {
  expect(await tokensOf(...(steps as readonly Step[]))).toBe(ownCount);
});
