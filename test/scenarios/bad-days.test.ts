import { afterEach, describe, expect, test, vi } from "vitest";
import type { ChatRequest, Script } from "../emulators/openai/openai-emulator.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { type Parley, type ParleyOptions, startParley } from "../support/parley.ts";

let parley: Parley;
const start = async (options?: ParleyOptions) => {
  parley = await startParley(options);
};
afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect([problems, rateLimited]).toEqual([[], []]);
});

const mention = (text: string) => `<@${parley.discord.botId}> ${text}`;
/** All but the empty one by which Discord begins a thread. */
const messages = (thread: string) => parley.discord.messages(thread).filter(({ content }) => content !== "");
const texts = (thread: string) => messages(thread).map(({ content }) => content);
const asked = () => parley.ai.requests.map(({ body }) => body["model"]);

/** Asks in the channel, and returns the thread once the answer there is whole. */
async function ask(text: string): Promise<string> {
  const { discord } = parley;
  const { id } = discord.say({ in: discord.channel, text: mention(text) });
  await discord.until(() => texts(id).length > 0 && !texts(id).at(-1)?.includes("▌"));
  return id;
}

const atOnce = { "x-should-retry": "false" };
const down: Script = { status: 503, error: { message: "overloaded" }, headers: atOnce };
/** An answer for each model. */
const per = (scripts: Readonly<Record<string, Script>>) => (request: Pick<ChatRequest, "body">) =>
  scripts[String(request.body["model"])] ?? {};

describe("with a fallback", () => {
  const options: ParleyOptions = { fallbackModel: "spare_model", model: { idleMs: 200 } };

  const helped: readonly (readonly [string, Script])[] = [
    ["a server error", down],
    ["a limit that lifts later", { status: 429, error: { message: "no" }, headers: { "retry-after": "60" } }],
    ["a model that it does not know", { status: 404, error: { message: "no such model" } }],
    ["a model that the key may not use", { status: 403, error: { message: "no" } }],
    ["silence before the first word", { text: "Never", stallAfter: 0 }],
    ["an error in the stream before the first word", { text: "Never", errorAfter: 0 }],
    ["blanks and then a close", { text: [" ", "\n", "Never"], closeAfter: 2 }],
    ["thoughts and then a drop", { reasoning: "Hm. ", text: "Never", dropAfter: 0 }],
  ];

  test.each(helped)("%s: the other model answers, the answer says so, and the log says why", async (_, script) => {
    await start(options);
    parley.ai.replyTo(per({ "test-model": script, spare_model: { text: "Six." } }));
    const thread = await ask("How many?");
    expect(texts(thread)).toEqual(["Six.\n\n*Answered by spare_model, because test-model failed.*"]);
    expect(asked()).toEqual(["test-model", "spare_model"]);
    expect(parley.log.text()).toMatch(/the fallback is asked .*spare_model.*ModelError/);
    await vi.waitFor(async () => {
      const { turns } = await parley.store.open(`discord:${thread}` as never);
      expect(turns.at(-1)).toMatchObject({ text: "Six.", ending: "whole" });
    });
  });

  const own: readonly (readonly [string, Script, string])[] = [
    ["a wrong key", { status: 401, error: { message: "no" } }, "OPENAI_API_KEY"],
    ["an empty account", { status: 402, error: { message: "no" } }, "quota"],
    ["a rejected request", { status: 400, error: { message: "no" } }, "rejected"],
  ];

  test.each(own)("%s is the other model's as well, and told at once", async (_, script, sentence) => {
    await start(options);
    parley.ai.replies(script);
    expect(texts(await ask("How many?"))).toEqual([expect.stringContaining(sentence)]);
    expect(asked()).toEqual(["test-model"]);
  });

  test("after a word is shown the other model is never asked", async () => {
    await start(options);
    parley.ai.replyTo(per({ "test-model": { text: ["Half ", "more"], dropAfter: 1 } }));
    expect(texts(await ask("How many?"))).toEqual([expect.stringMatching(/^Half[\s\S]*the model broke/)]);
    expect(asked()).toEqual(["test-model"]);
  });

  test("where both fail, the first one's failure is told and both are in the log", async () => {
    await start(options);
    const limited = { status: 429, error: { message: "slow down" }, headers: { "retry-after": "120" } };
    parley.ai.replyTo(per({ "test-model": limited, spare_model: { status: 404, error: { message: "what model" } } }));
    expect(texts(await ask("How many?"))).toEqual([expect.stringContaining("Ask again in 2 min")]);
    expect(parley.log.text()).toMatch(/slow down[\s\S]*what model/);
  });
});

describe("an endpoint that is dead", () => {
  test("is left alone after three failures: a question is answered at once and told when, and the endpoint's return is noticed", async () => {
    const modelClock = createManualClock();
    await start({ modelClock });
    const { ai } = parley;
    ai.replies(down);
    for (const text of ["One?", "Two?", "Three?"])
      expect(texts(await ask(text))).toEqual([expect.stringContaining("server reported an error")]);
    await modelClock.pass(10_000);
    expect(texts(await ask("Four?"))).toEqual([expect.stringContaining("Ask again in 20 s.")]);
    expect(ai.requests).toHaveLength(3);

    await modelClock.pass(20_000);
    ai.replies({ text: "Back." });
    expect(texts(await ask("Five?"))).toEqual(["Back."]);
    expect(texts(await ask("Six?"))).toEqual(["Back."]);
  });

  test("with a fallback costs nothing more: the other model is asked at once", async () => {
    await start({ modelClock: createManualClock(), fallbackModel: "spare" });
    parley.ai.replyTo(per({ "test-model": down, spare: { text: "Here." } }));
    for (const text of ["One?", "Two?", "Three?", "Four?"]) {
      expect(texts(await ask(text))).toEqual([expect.stringMatching(/^Here\.[\s\S]*because test-model failed/)]);
    }
    expect(asked().slice(-3)).toEqual(["test-model", "spare", "spare"]);
  });
});

describe("a prompt that is too long for the model", () => {
  const long: Script = { status: 400, error: { message: "no", code: "context_length_exceeded" } };
  const limit = 4;
  const within = (script: Script) => (request: Pick<ChatRequest, "messages">) =>
    request.messages.length > limit ? long : script;

  async function askOn(thread: string, text: string, answer: string): Promise<void> {
    const { discord } = parley;
    discord.say({ in: thread, text });
    await discord.until(() => texts(thread).at(-1)?.startsWith(answer) === true);
  }

  test("is asked again with half of it, once, and the next question begins where that one did", async () => {
    await start();
    const { ai } = parley;
    ai.replyTo(within({ text: "Yes." }));
    const thread = await ask("Question 0?");
    for (const index of [1, 2]) await askOn(thread, `Question ${index}?`, "Yes.");
    const counts = ai.requests.map(({ messages }) => messages.length);
    expect(counts).toEqual([2, 4, 6, 2]);
    expect(ai.requests.at(-1)?.messages.at(-1)?.content).toContain("Question 2?");
    expect(parley.log.text()).toContain("asking again with less");

    await askOn(thread, "Question 3?", "Yes.");
    expect(ai.requests.at(-1)?.messages).toHaveLength(4);
    expect(ai.requests).toHaveLength(counts.length + 1);
  });

  test("and still is with half of it says so, and the next question is not lost to it", async () => {
    await start();
    const { ai } = parley;
    ai.replies({ text: "Yes." });
    const thread = await ask("Question 0?");
    await askOn(thread, "Question 1?", "Yes.");
    ai.replies(long, long, { text: "Again." });
    await askOn(thread, "Question 2?", "_⚠️ This conversation is too long");
    expect(ai.requests).toHaveLength(4);
    await askOn(thread, "Question 3?", "Again.");
    expect(ai.requests).toHaveLength(5);
  });

  test("though it holds nothing but the question is not asked again", async () => {
    await start();
    parley.ai.replies(long);
    expect(texts(await ask("How many?"))).toEqual([expect.stringContaining("too long for the model")]);
    expect(parley.ai.requests).toHaveLength(1);
  });
});

describe("an answer that breaks off", () => {
  const text = ["One ", "two ", "never"];
  const breaks: readonly (readonly [string, Script, string])[] = [
    ["a dropped connection", { text, dropAfter: 2 }, "the model broke"],
    ["a clean close", { text, closeAfter: 2 }, "the model broke"],
    ["a stall", { text, stallAfter: 2 }, "stopped sending"],
    ["an error in mid-stream", { text, errorAfter: 2 }, "server reported an error"],
  ];

  test.each(breaks)("by %s keeps its text, and its button goes on where it stopped", async (_, script, sentence) => {
    await start({ model: { idleMs: 200 }, fallbackModel: "spare" });
    const { discord, ai } = parley;
    ai.replies(script, { text: "three." });
    const thread = await ask("Count");
    const [answer] = messages(thread);
    expect(answer?.content).toMatch(/^One two\s+_⚠️ .*Say “go on” and I'll continue\._$/);
    expect(answer?.content).toContain(sentence);
    expect(ai.requests).toHaveLength(1);

    discord.press({ message: answer?.id ?? "", customId: `go-on discord:${thread}` });
    await discord.until(() => texts(thread).at(-1)?.endsWith("three.") === true);
    expect(texts(thread)[0]).toBe(answer?.content);
    expect(messages(thread)[0]?.components).toEqual([]);
    expect(ai.requests[1]?.messages.at(-2)).toEqual({ role: "assistant", content: "One two " });
    expect(ai.requests[1]?.messages.at(-1)?.content).toContain("continue exactly where it stops");
  });
});
