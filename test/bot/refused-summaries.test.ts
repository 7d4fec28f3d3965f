import { expect, test } from "vitest";
import { ModelError, type ModelEvent, type Prompt } from "../../src/model/model-client.ts";
import { unsaid } from "../../src/prompt/summary/summarise.ts";
import { withNotice } from "../../src/reply/notices.ts";
import { sentences } from "../../src/sentences/sentences.ts";
import { messageOf, placeOf } from "../support/build-event.ts";
import { openBot } from "../support/open-bot.ts";

const { thread } = placeOf();

/** A bot with a short window whose provider refuses, once it is told to, all that holds the word. */
async function openStrict() {
  const bot = await openBot({ settings: { windowTokens: 1_000, summaries: true } });
  const prompts: string[] = [];
  const toSumUp: string[] = [];
  let strict = true;
  let summary = "A summary.";
  Object.assign(bot.model, {
    async *stream({ messages }: Prompt): AsyncGenerator<ModelEvent> {
      const isSummary = messages[0]?.content.startsWith("You keep the memory");
      const told = JSON.stringify(messages.slice(1));
      (isSummary ? toSumUp : prompts).push(told);
      if (strict && told.includes("POISON")) throw new ModelError("filtered", "no");
      yield { kind: "text", text: isSummary ? summary : "Answer." };
      yield { kind: "end", ending: "whole" };
    },
  });
  return {
    ...bot,
    prompts,
    toSumUp,
    setStrict(is: boolean) {
      strict = is;
    },
    setSummary(text: string) {
      summary = text;
    },
    async ask(text: string) {
      const before = bot.surface.texts.length;
      const received = bot.receive(messageOf(`${text} ${"word ".repeat(60)}`), bot.surface);
      await bot.clock.pass(10_000);
      await received;
      await bot.core.summaries.idle();
      return bot.surface.texts.slice(before).join("\n");
    },
  };
}

const summaryOf = async (bot: Awaited<ReturnType<typeof openStrict>>) =>
  (await bot.core.summaries.at(thread))?.summaries.at(-1)?.text;

test("a refused question is in no summary", async () => {
  const bot = await openStrict();
  await bot.ask("POISON");
  for (let count = 0; count < 20; count++) expect(await bot.ask("More?")).toBe("Answer.");
  expect(bot.toSumUp.length).toBeGreaterThan(0);
  expect(bot.toSumUp.join()).not.toContain("POISON");
  expect(await summaryOf(bot)).toBe("A summary.");
});

test("what the window begins anew without is given up, and what comes later is summed up again", async () => {
  const bot = await openStrict();
  bot.setStrict(false);
  await bot.ask("POISON"); // read by a provider whose rules were others
  await bot.ask("More?");
  bot.setStrict(true);
  for (let count = 0; count < 20; count++) expect(await bot.ask("More?")).toContain("Answer.");
  const refused = bot.toSumUp.filter((material) => material.includes("POISON"));
  expect(refused.length).toBeLessThanOrEqual(2);
  expect(await summaryOf(bot)).toBe("A summary.");
});

test("a provider that refuses to sum up is asked once for the same turns, and the prompt says why there is nothing", async () => {
  const bot = await openStrict();
  bot.setStrict(false);
  await bot.ask("POISON");
  while (bot.prompts.length < 4) await bot.ask("More?");
  // Only its summaries are refused: the window still holds the word.
  const { stream } = bot.model;
  Object.assign(bot.model, {
    async *stream(prompt: Prompt, signal: AbortSignal) {
      bot.setStrict(prompt.messages[0]?.content.startsWith("You keep the memory") === true);
      yield* stream(prompt, signal);
    },
  });
  for (let count = 0; count < 20; count++) expect(await bot.ask("More?")).toBe("Answer.");
  expect(bot.toSumUp.filter((material) => material.includes("POISON"))).toHaveLength(1);
  expect(bot.prompts.some((told) => told.includes(unsaid))).toBe(true);
});

test("a summary that the provider refuses costs one more request, once, and nobody their answer", async () => {
  const bot = await openStrict();
  bot.setSummary("They spoke of POISON.");
  bot.setStrict(false);
  while (!bot.prompts.at(-1)?.includes("POISON")) await bot.ask("More?");
  bot.setStrict(true);
  bot.setSummary("A summary.");
  const asked = bot.prompts.length;
  expect(await bot.ask("And now?")).toBe(withNotice("Answer.", sentences.answers.apart("filtered", true)));
  expect(bot.prompts).toHaveLength(asked + 2);
  expect(await bot.ask("And then?")).toBe("Answer.");
  expect(bot.prompts).toHaveLength(asked + 3);
  expect(bot.prompts.at(-1)).toContain(unsaid);
  expect(bot.prompts.at(-1)).toContain("And now?");
});
