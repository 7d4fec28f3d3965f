import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { modelAdvice } from "../../../src/model/openai/openai-check.ts";
import { createOpenAiClient } from "../../../src/model/openai/openai-client.ts";
import { type OpenAiEmulator, startOpenAi } from "../../emulators/openai/openai-emulator.ts";
import { never, read, settingsFor, testKey } from "../reading.ts";

let ai: OpenAiEmulator;
beforeEach(async () => {
  ai = await startOpenAi();
});
afterEach(() => ai.stop());

const check = (more = {}) => createOpenAiClient(settingsFor(ai.baseUrl, more)).check(never);

test("a server that knows the key and the model leaves nothing to say", async () => {
  ai.key = testKey;
  expect(await check()).toBeUndefined();
});

test("a wrong key is told with the setting that holds it, and not shown", async () => {
  ai.key = "sk-another-key";
  const sentence = await check();
  expect(sentence).toContain("OPENAI_API_KEY");
  expect(sentence).not.toMatch(/sk-te|cdef/);
});

test("nobody at the address is told with the address and its setting", async () => {
  await ai.stop();
  const sentence = await check();
  expect(sentence).toContain("OPENAI_BASE_URL");
  expect(sentence).toContain(ai.baseUrl);
});

test("a password in the address is not shown", async () => {
  const sentence = await check({ baseUrl: "http://ann:hunter22@127.0.0.1:9/v1" });
  expect(sentence).toContain("OPENAI_BASE_URL");
  expect(sentence).not.toContain("hunter22");
});

test("a key in the address is not shown, whoever repeats it", async () => {
  const sentence = await check({ baseUrl: "http://127.0.0.1:9/v1?api_key=hunter22" });
  expect(sentence).toContain("http://127.0.0.1:9/v1 ");
  expect(sentence).not.toContain("hunter22");
  const { error } = await read(createOpenAiClient(settingsFor(`${ai.baseUrl}?api_key=hunter22`)));
  expect(error?.message).toBe("404 Invalid URL (POST /v1/chat/completions?api_key=[secret])");
});

test("a model that is not listed is told with some that are", async () => {
  ai.models = ["model-a", "a-name-that-is-much-too-long-to-show", "model-b"];
  const sentence = await check();
  expect(sentence).toContain("does not list MODEL test-model (it lists model-a, model-b)");
});

test("a fallback that is not listed is told with its own setting", async () => {
  ai.models = ["model-a"];
  const sentence = await check({ namedBy: "FALLBACK_MODEL" });
  expect(sentence).toContain("does not list FALLBACK_MODEL test-model (it lists model-a). Set FALLBACK_MODEL");
});

test("a server without a list of models leaves nothing to say", async () => {
  ai.models = undefined;
  expect(await check()).toBeUndefined();
  ai.models = [];
  expect(await check()).toBeUndefined();
});

test("a stopped check says nothing", async () => {
  expect(await createOpenAiClient(settingsFor(ai.baseUrl)).check(AbortSignal.abort())).toBeUndefined();
});

describe("what the list says about the model", () => {
  const now = Date.parse("2026-11-01");

  test.each([
    ["gpt-5", "gpt-5"],
    ["llama3.2:latest", "llama3.2"],
    ["meta/llama", "meta/llama:free"],
    ["models/gemini-3-flash", "gemini-3-flash"],
    ["openai/*", "openai/gpt-6-luna"],
  ])("%s means %s", (id, model) => {
    expect(modelAdvice([{ id }], { model }, now)).toBeUndefined();
  });

  test.each([
    ["2026-10-23", "was shut down on 2026-10-23"],
    ["2026-12-11", "will be shut down on 2026-12-11"],
    ["2027-09-01", undefined],
    [null, undefined],
  ])("a shutdown on %s", (shutdown_date, words) => {
    const sentence = modelAdvice([{ id: "gpt-5", shutdown_date }], { model: "gpt-5" }, now);
    if (words === undefined) expect(sentence).toBeUndefined();
    else expect(sentence).toContain(words);
  });
});
