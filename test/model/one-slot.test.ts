import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ModelClient } from "../../src/model/model-client.ts";
import { createModel } from "../../src/model/openai/create-model.ts";
import { type OpenAiEmulator, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { never, read, settingsFor } from "./reading.ts";

let ai: OpenAiEmulator;
beforeEach(async () => {
  ai = await startOpenAi({ slots: 1 });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(async () => {
  vi.useRealTimers();
  await ai.stop();
});

const prompt = (user: string) => ({ messages: [{ role: "user", content: user }], user, thread: user }) as const;

const settings = () => settingsFor(ai.baseUrl, { idleMs: 120_000 });

/** What each of so many people gets, who all ask at once. Each answer has two words, 25 seconds apart. */
async function askAll(client: ModelClient, people: number) {
  const words: PromiseWithResolvers<void>[] = [];
  ai.replyTo(() => {
    const word = Promise.withResolvers<void>();
    words.push(word);
    return { text: ["One ", "two."], holdAfter: { deltas: 1, until: word.promise } };
  });
  let begun = 0;
  const answers = Array.from({ length: people }, async (_, index) => {
    let text = "";
    for await (const event of client.stream(prompt(`person ${index}`), never)) {
      if (event.kind === "text" && text === "") begun++;
      if (event.kind === "text") text += event.text;
    }
    return text;
  });
  const all = Promise.allSettled(answers);
  await until(() => words.length === people);
  for (const [index, word] of words.entries()) {
    await until(() => begun === index + 1);
    vi.advanceTimersByTime(25_000);
    word.resolve();
  }
  return all;
}

/** Looks again with each turn of the event loop: the time stands still here. */
async function until(fact: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000 && !fact(); turn++) await new Promise(setImmediate);
  expect(fact()).toBe(true);
}

test("eight people, 25 s each: the server's own queue is no silence, and everybody is answered", async () => {
  const client = createModel(settings(), undefined, createManualClock());
  const answers = await askAll(client, 8);
  expect(answers).toEqual(Array.from({ length: 8 }, () => ({ status: "fulfilled", value: "One two." })));
  ai.replies({ text: "Here." });
  expect((await read(client, { prompt: prompt("late") })).text).toBe("Here.");
});

test("an answer of the fallback model is a sign of life for who waits for the first: it is one server", async () => {
  const client = createModel(settings(), "spare", createManualClock());
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = { text: ["One ", "two."], hold: first.promise, holdAfter: { deltas: 1, until: second.promise } };
  ai.replyTo(({ body, messages }) => {
    if (body["model"] === "spare") return slow;
    return messages[0]?.content === "ann" ? { status: 404, error: { message: "no such model" } } : { text: "Here." };
  });
  let heard = "";
  const ann = (async () => {
    for await (const event of client.stream(prompt("ann"), never)) if (event.kind === "text") heard += event.text;
  })();
  await until(() => ai.requests.length === 2);
  const ben = read(client, { prompt: prompt("ben") });
  await until(() => ai.requests.length === 3);
  vi.advanceTimersByTime(100_000);
  first.resolve();
  await until(() => heard === "One ");
  vi.advanceTimersByTime(100_000);
  second.resolve();
  await ann;
  expect(await ben).toMatchObject({ text: "Here.", error: undefined });
});
