import { afterEach, beforeEach, expect, test } from "vitest";
import { isBlank } from "../../src/model/is-blank.ts";
import { createModel } from "../../src/model/openai/create-model.ts";
import { steadyClock } from "../../src/runtime/clock.ts";
import { type OpenAiEmulator, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { noFilter, refusals } from "../support/refusals.ts";
import { read, settingsFor } from "./reading.ts";

let ai: OpenAiEmulator;
beforeEach(async () => {
  ai = await startOpenAi();
});
afterEach(() => ai.stop());

const open = (fallback?: string) => createModel(settingsFor(ai.baseUrl), fallback, steadyClock);

test.each(refusals)("%s is a filter's refusal, asked once, and never an outage", async (_, script) => {
  ai.replies(script);
  const model = open();
  for (let asked = 1; asked <= 4; asked++) {
    expect((await read(model)).error?.code).toBe("filtered");
    expect(ai.requests).toHaveLength(asked);
  }
});

test.each(noFilter)("%s is none", async (_, script) => {
  ai.replies(script);
  expect((await read(open())).error?.code).not.toBe("filtered");
});

test("the fallback is asked where the first model's filter refuses", async () => {
  for (const [, script] of refusals) {
    ai.replyTo(({ body }) => (body["model"] === "spare" ? { text: "Instead." } : script));
    expect((await read(open("spare"))).text).toBe("Instead.");
  }
});

test.each(["", " \n\t", "\u200b", "\u2800", "\u3164 \u115f", "\u00ad\ufeff\u2060\ufe0f", "\u0000"])(
  "a text of which nothing can be seen is blank (%j)",
  (text) => expect(isBlank(text)).toBe(true),
);

test.each(["a", ".", " \u200ba", "👍", "\ud800"])("%j is not blank", (text) => expect(isBlank(text)).toBe(false));
