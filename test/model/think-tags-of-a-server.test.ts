import { afterAll, beforeAll, expect, test } from "vitest";
import { toModelSettings } from "../../src/config/platforms.ts";
import { readEnv } from "../../src/config/read-env.ts";
import { createOpenAiClient } from "../../src/model/openai/openai-client.ts";
import { type OpenAiEmulator, type Script, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { never, question, read } from "./reading.ts";

let ai: OpenAiEmulator;
beforeAll(async () => {
  ai = await startOpenAi();
});
afterAll(() => ai.stop());

const open = (env = {}) =>
  createOpenAiClient(toModelSettings(readEnv({ OPENAI_BASE_URL: ai.baseUrl, ...env }), undefined));
const closing = "Hm.\n</think>\n\nYes.";

test.each<[string, Script, object]>([
  ["is whole", {}, { end: { ending: "whole" } }],
  ["reaches its limit", { finish: "length" }, { end: { ending: "length" } }],
  ["is filtered", { finish: "content_filter" }, { end: { ending: "filtered" } }],
  ["breaks off", { closeAfter: 2 }, { error: { code: "broken" } }],
])("an answer that closes what it never opened costs the next one no word, if that %s", async (_, script, end) => {
  const client = open();
  ai.replies({ text: closing });
  expect(await read(client)).toMatchObject({ text: closing, reasoning: "" });
  ai.replies({ text: ["One ", "two"], ...script });
  expect(await read(client)).toMatchObject({ text: "One two", reasoning: "", ...end });
});

test("nor does the next one grow later", async () => {
  const client = open();
  ai.replies({ text: closing });
  await read(client);
  ai.replies({ text: ["One ", "two"], stallAfter: 1 });
  for await (const event of client.stream(question, never)) {
    expect(event).toEqual({ kind: "text", text: "One " });
    break;
  }
});

test("THINK_TAGS=closing keeps the thoughts of a server whose template opens the tag out of the answer", async () => {
  const client = open({ THINK_TAGS: "closing" });
  ai.replies({ text: closing });
  expect(await read(client)).toMatchObject({ text: "Yes.", reasoning: "Hm.\n" });
  ai.replies({ text: "Yes, without a thought." });
  expect((await read(client)).text).toBe("Yes, without a thought.");
});
