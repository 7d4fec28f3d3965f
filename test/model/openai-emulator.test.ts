import { expect, test } from "vitest";
import { createOpenAiClient } from "../../src/model/openai/openai-client.ts";
import { startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { never, question, read, settingsFor, testKey } from "./reading.ts";

test("hundreds of answers stream at once at the rate they were given", async () => {
  const ai = await startOpenAi();
  ai.replies({ text: Array.from({ length: 50 }, (_, index) => `${index} `), tokensPerSecond: 100 });
  const client = createOpenAiClient(settingsFor(ai.baseUrl));
  const readings = await Promise.all(Array.from({ length: 200 }, () => read(client)));
  for (const { text, end } of readings) expect([text.length, end?.ending]).toEqual([140, "whole"]);
  for (const { firstTokenAt = 0, lastTokenAt = 0 } of ai.requests) {
    expect(lastTokenAt - firstTokenAt).toBeGreaterThan(400);
    expect(lastTokenAt - firstTokenAt).toBeLessThan(3_000);
  }
  await ai.stop();
});

test("it is recorded when each token was sent, also where they come one by one", async () => {
  const ai = await startOpenAi();
  ai.replies({ text: Array.from({ length: 60 }, (_, index) => `${index} `), tokensPerSecond: 200 });
  const beganAt = performance.now();
  await read(createOpenAiClient(settingsFor(ai.baseUrl)));
  const sentAt = ai.requests[0]?.sentAt ?? [];
  expect(sentAt).toHaveLength(60);
  expect(sentAt).toEqual(sentAt.toSorted((a, b) => a - b));
  expect(sentAt[0]).toBeGreaterThan(beganAt);
  expect(new Set(sentAt).size).toBeGreaterThan(20);
  await ai.stop();
});

test("answers come in the order they were queued, and the last one repeats", async () => {
  const ai = await startOpenAi();
  ai.replies({ text: "one" }, { text: "two" });
  const client = createOpenAiClient(settingsFor(ai.baseUrl));
  const texts = [];
  for (let index = 0; index < 3; index++) texts.push((await read(client)).text);
  expect(texts).toEqual(["one", "two", "two"]);
  await ai.stop();
});

test("a gate holds an answer in the middle", async () => {
  const ai = await startOpenAi();
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["before", " after"], holdAfter: { deltas: 1, until: gate.promise } });
  let text = "";
  for await (const event of createOpenAiClient(settingsFor(ai.baseUrl)).stream(
    question,
    new AbortController().signal,
  )) {
    if (event.kind !== "text") continue;
    text += event.text;
    if (text === "before") gate.resolve();
  }
  expect(text).toBe("before after");
  await ai.stop();
});

test("a wrong key is refused as OpenAI does it", async () => {
  const ai = await startOpenAi({ key: "sk-right" });
  expect((await read(createOpenAiClient(settingsFor(ai.baseUrl)))).error?.code).toBe("unauthorized");
  ai.key = testKey;
  expect((await read(createOpenAiClient(settingsFor(ai.baseUrl)))).end?.ending).toBe("whole");
  await ai.stop();
});

test("stopping it ends what is open", async () => {
  const ai = await startOpenAi();
  ai.replies({ text: "Hello", stallAfter: 1 });
  const events = createOpenAiClient(settingsFor(ai.baseUrl)).stream(question, never)[Symbol.asyncIterator]();
  expect((await events.next()).value).toEqual({ kind: "text", text: "Hell" });
  await ai.stop();
  await expect(events.next()).rejects.toMatchObject({ code: "broken" });
  expect(ai.requests[0]?.aborted).toBe(false);
});

test("requests that OpenAI's document refuses are remembered as problems", async ({ skip }) => {
  const ai = await startOpenAi();
  await read(createOpenAiClient(settingsFor(ai.baseUrl, { temperature: 7 })));
  await ai.stop();
  if (ai.problems.length === 0 && process.env["API_SPECS"] === undefined) skip("the documents are not here");
  expect(ai.problems.join()).toContain("temperature");
});
