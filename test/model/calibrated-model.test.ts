import { expect, test } from "vitest";
import { calibratedModel } from "../../src/model/calibrated-model.ts";
import { ModelError, type ModelEvent, type Prompt } from "../../src/model/model-client.ts";
import { createTokenRatios } from "../../src/model/token-ratio.ts";
import { never } from "../../src/runtime/clock.ts";

async function ratioAfter(
  end: Partial<ModelEvent>,
  prompt: Partial<Prompt>,
  ...before: readonly ModelEvent[]
): Promise<number> {
  const ratios = createTokenRatios();
  const events: ModelEvent[] = [
    ...before,
    { kind: "text", text: "Six." },
    { kind: "end", ending: "whole", ...end } as ModelEvent,
  ];
  const model = calibratedModel(
    {
      model: "m",
      async *stream() {
        yield* events;
      },
      check: async () => "a problem",
    },
    ratios,
  );
  const heard: ModelEvent[] = [];
  for await (const event of model.stream({ messages: [], ...prompt }, never)) heard.push(event);
  expect(heard).toEqual(events);
  expect([model.model, await model.check(never)]).toEqual(["m", "a problem"]);
  return ratios.of("m");
}

test("the server's count of a prompt is compared with ours", async () => {
  expect(await ratioAfter({ usage: { input: 20_000, output: 5 } }, { tokens: 10_000 })).toBeGreaterThan(1.9);
});

test("an answer that another model gave says nothing of this one", async () => {
  const anew = { kind: "restarted", model: "other", because: new ModelError("unavailable", "down") } as const;
  expect(await ratioAfter({ usage: { input: 20_000, output: 5 } }, { tokens: 10_000 }, anew)).toBe(1);
});

test("where one of them counted nothing, nothing is learned", async () => {
  expect(await ratioAfter({}, { tokens: 10_000 })).toBe(1);
  expect(await ratioAfter({ usage: { input: 20_000, output: 5 } }, {})).toBe(1);
});
