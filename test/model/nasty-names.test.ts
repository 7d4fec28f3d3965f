import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOpenAiClient } from "../../src/model/openai/openai-client.ts";
import { modelNotice } from "../../src/reply/notices.ts";
import { type OpenAiEmulator, type Script, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { nastyNames } from "../support/nasty-names.ts";
import { read, settingsFor } from "./reading.ts";

let ai: OpenAiEmulator;
beforeAll(async () => {
  ai = await startOpenAi();
});
afterAll(() => ai.stop());

describe.each(nastyNames)("an error called %s", (name) => {
  const error = { message: "no luck", code: name, type: name };

  test.each<[string, Script, string]>([
    ["that refuses the question", { status: 400, error }, "rejected"],
    ["in mid-answer", { text: "twelve chars", errorAfter: 1, error }, "unavailable"],
  ])("%s has a kind, and a sentence for the person", async (_, script, code) => {
    ai.replies(script);
    const { error } = await read(createOpenAiClient(settingsFor(ai.baseUrl)));
    expect(error).toMatchObject({ code, message: expect.stringContaining("no luck") });
    expect(error && modelNotice(error.code, false)).toMatch(/^The model's server/);
  });
});
