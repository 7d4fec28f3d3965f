import { expect, onTestFinished, test } from "vitest";
import { startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { openFolder, spawnParley } from "../support/spawn-parley.ts";

const env = { ADAPTERS: "terminal" };
/** Enough to open the store and for a few turns. */
const maxFileKilobytes = 256;

test("piped input: the demo model answers, commands work, and the end of the input is the end", async () => {
  const parley = spawnParley({ env, hurried: true });
  parley.type("/help", "/persona set pirate", "Ahoy there");
  parley.close();
  expect(await parley.exit()).toBe(0);
  expect(parley.output()).toContain("Model: the built-in demo, which is not an AI.");
  expect(parley.output()).toContain("`persona list` shows who I can be");
  expect(parley.output()).toContain("I now speak as **Pirate**");
  expect(parley.output()).toContain("You wrote: “Ahoy there”");
  expect(parley.output()).toContain("You are an old pirate captain");
});

test("every line of piped input is answered in turn, however soon the input ends", async () => {
  const ai = await startOpenAi();
  onTestFinished(() => ai.stop());
  ai.replyTo(({ messages }) => ({ text: `Heard ${messages.at(-1)?.content} as number ${messages.length - 1}.` }));
  const parley = spawnParley({ env: { ...env, OPENAI_BASE_URL: ai.baseUrl, MODEL: "test-model" } });
  parley.type("one", "two", "three");
  parley.close();
  expect(await parley.exit()).toBe(0);
  for (const text of ["Heard one as number 1.", "Heard two as number 3.", "Heard three as number 5."]) {
    expect(parley.output()).toContain(text);
  }
});

test("memory and persona outlive the process", async () => {
  const folder = openFolder();
  const first = spawnParley({ folder, env, hurried: true });
  first.type("/persona set pirate", "Remember me");
  first.close();
  expect(await first.exit()).toBe(0);
  expect(first.output()).toContain("this is the first message of it");

  const second = spawnParley({ folder, env, hurried: true });
  second.type("Do you?");
  second.close();
  expect(await second.exit()).toBe(0);
  expect(second.output()).toContain("I got 3 messages of it");
  expect(second.output()).toContain("You are an old pirate captain");
});

test.each([
  ["is summed up by the model, and the summary sent along", {}, true],
  ["is left out if the admin wishes so", { SUMMARIES: "false" }, false],
])("what leaves the window %s, and context says how much that is", async (_, settings, summedUp) => {
  const ai = await startOpenAi();
  onTestFinished(() => ai.stop());
  const isSummary = (content: string | undefined) => content?.startsWith("You keep the memory") === true;
  ai.replyTo(({ messages }) => {
    if (isSummary(messages[0]?.content)) return { text: "Somebody counted." };
    return { text: messages.at(-1)?.content.startsWith("19 ") ? "That was the last." : "Noted." };
  });
  const parley = spawnParley({
    env: { ...env, ...settings, OPENAI_BASE_URL: ai.baseUrl, MODEL: "test-model", WINDOW_TOKENS: "500" },
  });
  parley.type(...Array.from({ length: 20 }, (_, count) => `${count} ${"and one more ".repeat(15)}`));
  await parley.until("That was the last.");
  parley.type("/context");
  parley.close();
  expect(await parley.exit()).toBe(0);
  const prompts = ai.requests.map(({ messages }) => messages[1]?.content ?? "");
  expect(prompts.some((first) => first.includes("Somebody counted."))).toBe(summedUp);
  expect(/summarized: [1-9]/.test(parley.output())).toBe(summedUp);
  // With questions as fast as that, a summary may come too late for some.
  if (!summedUp) expect(parley.output()).toMatch(/not sent: [1-9]/);
});

test("control characters from a model never reach the terminal", async () => {
  const ai = await startOpenAi();
  onTestFinished(() => ai.stop());
  ai.replies({ text: ["red: \u001b[31m", "title: \u001b]0;owned\u0007", "c1: \u009b2J", "\rback\b\u007f", " end."] });
  const parley = spawnParley({ env: { ...env, OPENAI_BASE_URL: ai.baseUrl, MODEL: "test-model" } });
  parley.type("Colours, please");
  parley.close();
  expect(await parley.exit()).toBe(0);
  expect(parley.output()).toContain("red: [31mtitle: ]0;ownedc1: 2Jback end.");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come
  expect(parley.output()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
});

test("where the disk takes no more, each question is told so and not put to the model, and the bot stays", async () => {
  const ai = await startOpenAi();
  onTestFinished(() => ai.stop());
  ai.replies({ text: "Noted." });
  const parley = spawnParley({ env: { ...env, OPENAI_BASE_URL: ai.baseUrl, MODEL: "test-model" }, maxFileKilobytes });
  const questions = Array.from({ length: 40 }, (_, index) => `${index} ${"much to remember ".repeat(200)}`);
  parley.type(...questions);
  parley.close();
  expect(await parley.exit()).toBe(0);
  const told = parley.output().match(/My storage does not work right now/g) ?? [];
  expect(told.length).toBeGreaterThan(0);
  expect(ai.requests.length).toBeGreaterThan(0);
  expect(told.length + ai.requests.length).toBe(questions.length);
});

test("an interrupt in mid-answer ends it in order", async () => {
  const parley = spawnParley({ env, hurried: true });
  parley.type("slow");
  await parley.until("parley ▸ I now");
  parley.kill("SIGINT");
  expect(await parley.exit()).toBe(0);
  expect(parley.output()).toContain("I was shut down while writing this.");
});
