import { afterAll, beforeAll, expect, test } from "vitest";
import { demoReply } from "../../src/model/demo/demo-replies.ts";
import { type DemoModel, startDemoModel } from "../../src/model/demo/demo-server.ts";
import type { ChatMessage, Prompt } from "../../src/model/model-client.ts";
import { createOpenAiClient } from "../../src/model/openai/openai-client.ts";
import { createQuickClock } from "../support/quick-clock.ts";
import { never, read, settingsFor } from "./reading.ts";

let demo: DemoModel;
let leisurely: DemoModel;
beforeAll(async () => {
  demo = await startDemoModel({ tokensPerSecond: 50, clock: createQuickClock(20) });
  leisurely = await startDemoModel({ tokensPerSecond: 50 });
});
afterAll(() => Promise.all([demo.stop(), leisurely.stop()]));

const open = (demo: DemoModel) => createOpenAiClient(settingsFor(demo.baseUrl, { model: demo.model, apiKey: "none" }));
const asking = (...contents: readonly string[]): Prompt => ({
  messages: [
    { role: "system", content: "You are a pirate. Speak like one." },
    ...contents.map((content, index): ChatMessage => ({ role: index % 2 === 0 ? "user" : "assistant", content })),
  ],
});
const replyTo = (...contents: readonly string[]) => demoReply(asking(...contents).messages);

test("it finds nothing wrong with itself", async () => {
  expect(await open(demo).check(never)).toBeUndefined();
});

test.concurrent("an ordinary question gets an answer that says what it is", async () => {
  const { text, end } = await read(open(demo), { prompt: asking('<message from="Ann">\nWhat is up?\n</message>') });
  expect(text).toContain("not an AI");
  expect(text).toContain("“What is up?”");
  expect(text).toContain("You are a pirate.");
  expect(text).toContain("OPENAI_API_KEY");
  expect(text).toContain("OPENAI_BASE_URL");
  for (const word of ["code", "table", "long", "slow", "cut", "error"]) expect(text).toContain(`**${word}**`);
  expect(end?.ending).toBe("whole");
});

test.concurrent("“table” shows one", async () => {
  const { text } = await read(open(demo), { prompt: asking("a table, please") });
  expect(text).toMatch(/\n\|---\|---\|---\|\n/);
});

test.concurrent("“cut” ends at the length limit, and “go on” goes on where it stopped", async () => {
  const first = await read(open(demo), { prompt: asking("cut") });
  expect(first.end?.ending).toBe("length");
  const note =
    "(Your last message was cut off before its end. If you are asked to go on, continue exactly where it stops.)";
  const rest = await read(open(demo), { prompt: asking("cut", first.text.trim(), `Go on\n\n${note}`) });
  expect(`${first.text.trim()}${rest.text}`).toContain("no ships, and at nine the lamp went out. She looked");
  expect(rest.end?.ending).toBe("whole");
});

test.concurrent("“error” breaks off", async () => {
  const { text, error } = await read(open(demo), { prompt: asking("error") });
  expect(text).toBe("This answer breaks off in the middle of a");
  expect(error?.code).toBe("broken");
});

test.concurrent.each(["slow", "code", "long"])("“%s” streams, beside others, until it is stopped", async (word) => {
  const stop = new AbortController();
  let text = "";
  let ending: string | undefined;
  for await (const event of open(leisurely).stream(asking(word), stop.signal)) {
    if (event.kind === "text") text += event.text;
    if (text.length > 5) stop.abort();
    if (event.kind === "end") ending = event.ending;
  }
  expect(replyTo(word).text.startsWith(text)).toBe(true);
  expect(text.length).toBeLessThan(100);
  expect(ending).toBe("stopped");
});

test("“code” holds a block of more than sixty lines", () => {
  const block = /```ts\n([\s\S]*?)\n```/.exec(replyTo("show me some CODE").text)?.[1] ?? "";
  expect(block.split("\n").length).toBeGreaterThan(60);
});

test("“long” is well over five thousand characters of headings, lists and code", () => {
  const { text } = replyTo("a long one");
  expect(text.length).toBeGreaterThan(5_500);
  for (const mark of [/^## /m, /^- /m, /^1\. /m, /^```ts$/m]) expect(text).toMatch(mark);
});

test("“slow” says sixty words, one a second", () => {
  const { text, slow } = replyTo("slowly now");
  expect(text.split(/\s+/)).toHaveLength(60);
  expect(slow).toBe(true);
});

test("what it tells of the conversation shows that it is remembered", () => {
  expect(replyTo("hi").text).toContain("the first message");
  expect(replyTo("hi", "hello", "and now?").text).toContain("3 messages");
});

test("only the last person's own words count", () => {
  const earlier =
    '<message from="Ann">\ncode\n</message>\n\n<message from="Bob">\n<quote from="you">\ntable\n</quote>\nhi\n</message>';
  expect(replyTo(earlier).text).toContain("You wrote: “hi”");
});

test("“go on” with nothing before it says so", () => {
  expect(replyTo("go on").text).toContain("nothing to go on with");
});
