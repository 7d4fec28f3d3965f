import fc from "fast-check";
import { expect, test } from "vitest";
import { ModelError, type ModelEvent } from "../../src/model/model-client.ts";
import { askRetryingShorter } from "../../src/prompt/retry-shorter.ts";
import { modelNotice, withNotice } from "../../src/reply/notices.ts";
import { never } from "../../src/runtime/clock.ts";
import type { Conversation, Turn } from "../../src/store/conversation-store.ts";
import { answered, said } from "../store/build-turn.ts";
import { messageOf, placeOf } from "../support/build-event.ts";
import { type OpenedBot, openBot } from "../support/open-bot.ts";
import { recordingLog } from "../support/recording-log.ts";
import { createScriptedModel, modelError } from "../support/scripted-model.ts";

const tooLong = modelError("too-long", "the prompt has too many tokens");

async function ask(bot: OpenedBot, text: string) {
  const received = bot.receive(messageOf(text), bot.surface);
  await bot.clock.pass(10_000);
  await received;
}

/** A thread with three questions and their answers. */
async function talk() {
  const bot = await openBot();
  for (const text of ["One?", "Two?", "Three?"]) await ask(bot, text);
  return bot;
}

const lastPrompt = (bot: OpenedBot) => JSON.stringify(bot.model.prompts.at(-1)?.messages.slice(1));

test("what was too long for the model is asked once more with less, and the memory's window moves with it", async () => {
  const bot = await talk();
  bot.model.script([{ thinks: "Hm." }, tooLong], ["Four."]);
  await ask(bot, "Four?");
  expect(bot.surface.texts.at(-1)).toBe("Four.");
  expect(bot.model.prompts).toHaveLength(5);
  expect(lastPrompt(bot)).toContain("Four?");
  expect(lastPrompt(bot)).not.toContain("One?");
  const { start } = await bot.store.open(placeOf().thread);
  expect(start).toBeGreaterThan(0);
  await ask(bot, "Five?");
  expect(lastPrompt(bot)).toContain("Four.");
  expect(lastPrompt(bot)).not.toContain("One?");
});

test("what is too long again is told, and the window has moved all the same", async () => {
  const bot = await talk();
  bot.model.script([tooLong], [tooLong], ["Never."]);
  await ask(bot, "Four?");
  expect(bot.surface.texts.at(-1)).toBe(withNotice("", modelNotice("too-long", false)));
  expect(bot.model.prompts).toHaveLength(5);
  expect((await bot.store.open(placeOf().thread)).start).toBeGreaterThan(0);
});

test("a model that comes back between the two answers in its own name", async () => {
  const bot = await talk();
  const { stream } = bot.model;
  let asked = 0;
  Object.assign(bot.model, {
    async *stream(...args: Parameters<typeof stream>) {
      if (asked++ === 0) yield { kind: "restarted", model: "spare", because: new ModelError("unavailable", "down") };
      yield* stream(...args);
    },
  });
  bot.model.script([tooLong], ["Four."]);
  await ask(bot, "Four?");
  expect(bot.surface.texts.at(-1)).toBe("Four.");
});

test("what fails otherwise the second time is told as that", async () => {
  const bot = await talk();
  bot.model.script([tooLong], [modelError("unavailable", "down")]);
  await ask(bot, "Four?");
  expect(bot.surface.texts.at(-1)).toBe(withNotice("", modelNotice("unavailable", false)));
});

test("any other failure, and one after a word, is not asked again", async () => {
  for (const steps of [[modelError("rejected", "no")], ["Half", tooLong]]) {
    const bot = await talk();
    bot.model.script(steps);
    await ask(bot, "Four?");
    expect(bot.model.prompts).toHaveLength(4);
    expect((await bot.store.open(placeOf().thread)).start).toBe(0);
  }
});

test("property: it is asked twice at most, the second time with half the tokens or with the question alone", async () => {
  const turn = fc
    .tuple(fc.boolean(), fc.integer({ min: 1, max: 400 }))
    .map(([person, tokens]) => (person ? said("?", { tokens }) : answered("!", { tokens })));
  const tokensOf = (turns: readonly Turn[]) => turns.reduce((sum, { tokens }) => sum + tokens, 0);
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 30 }), fc.nat(400), async (earlier, tokens) => {
      const turns = [...earlier, said("?", { tokens })];
      const whole = { thread: placeOf().thread, joined: true, start: 5, next: 5 + turns.length, turns };
      const model = createScriptedModel();
      model.script([tooLong], [tooLong], [tooLong]);
      const windows: (readonly Turn[])[] = [];
      const toPrompt = (window: Conversation) => {
        windows.push(window.turns);
        return { messages: [] };
      };
      const asked = askRetryingShorter(whole, toPrompt, { model, log: recordingLog() });
      const events: ModelEvent[] = [];
      await expect(async () => {
        for await (const event of asked.ask(never)) events.push(event);
      }).rejects.toThrow("too many tokens");
      const last = windows.at(-1) ?? [];
      expect(windows.length).toBeLessThanOrEqual(2);
      expect(last.at(-1)).toBe(turns.at(-1));
      if (windows.length === 2 && last.length > 1) expect(tokensOf(last)).toBeLessThanOrEqual(tokensOf(turns) / 2);
      expect(asked.conversation().turns).toEqual(last);
      expect(asked.conversation().start).toBe(5 + turns.length - last.length);
    }),
    { numRuns: 200, seed: 12 },
  );
});
