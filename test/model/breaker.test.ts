import { expect, test } from "vitest";
import { withBreaker } from "../../src/model/breaker.ts";
import type { ModelErrorCode } from "../../src/model/model-client.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createScriptedModel, modelError } from "../support/scripted-model.ts";
import { read } from "./reading.ts";

function open() {
  const clock = createManualClock();
  const model = createScriptedModel();
  const client = withBreaker(model, clock);
  const fails = modelError("timeout", "no answer");
  return {
    clock,
    model,
    client,
    /** Asks so often that it is left alone. */
    async wear() {
      model.script([fails], [fails], [fails]);
      for (let index = 0; index < 3; index++) await read(client);
    },
    fails,
    asked: () => model.prompts.length,
    code: async () => (await read(client)).error?.code,
  };
}

test("after three failures in a row nothing is asked for half a minute, and the error says how long is left", async () => {
  const { clock, client, wear, asked } = open();
  await wear();
  await clock.pass(12_500);
  const { error } = await read(client);
  expect(error).toMatchObject({ code: "paused", retryAfterMs: 17_500, cause: { code: "timeout" } });
  expect(asked()).toBe(3);
});

test("then one question is let through while the others wait, and its first sign of life lets all through", async () => {
  const { clock, model, client, wear, asked } = open();
  await wear();
  await clock.pass(30_000);
  const gate = Promise.withResolvers<void>();
  model.script([{ until: gate.promise }, "Back."], ["Yes."]);
  const trial = read(client);
  const { error } = await read(client);
  expect(error).toMatchObject({ code: "paused", retryAfterMs: undefined });
  expect(asked()).toBe(4);
  gate.resolve();
  expect((await trial).text).toBe("Back.");
  expect((await read(client)).text).toBe("Yes.");
});

test("a trial that fails begins the pause anew", async () => {
  const { clock, model, client, wear, fails, asked } = open();
  await wear();
  await clock.pass(30_000);
  model.script([fails]);
  expect((await read(client)).error?.code).toBe("timeout");
  await clock.pass(29_000);
  expect((await read(client)).error).toMatchObject({ code: "paused", retryAfterMs: 1_000 });
  expect(asked()).toBe(4);
});

test("a trial that a person stops leaves its place to the next question, and says nothing of the model", async () => {
  const { clock, model, client, wear, code } = open();
  await wear();
  await clock.pass(30_000);
  const stop = new AbortController();
  model.script([{ until: Promise.withResolvers<void>().promise }], [modelError("timeout", "no answer")]);
  const trial = read(client, { signal: stop.signal });
  stop.abort();
  expect((await trial).end?.ending).toBe("stopped");
  expect(await code()).toBe("timeout");
  expect(await code()).toBe("paused");
});

test("a trial whose reader leaves gives its place up as well", async () => {
  const { clock, model, client, wear, code } = open();
  await wear();
  await clock.pass(30_000);
  model.script(["Back."]);
  for await (const _ of client.stream({ messages: [] }, new AbortController().signal)) break;
  expect(await code()).toBeUndefined();
});

test("an answer that goes on while the model dies again neither keeps its place as the trial nor takes another's", async () => {
  const { clock, model, client, wear, code } = open();
  await wear();
  await clock.pass(30_000);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  model.script(["Back ", { until: first.promise }]);
  const answer = read(client);
  await clock.pass(0);
  await wear();
  await clock.pass(30_000);
  model.script([{ until: second.promise }, "Here."]);
  const trial = read(client);
  first.resolve();
  await answer;
  expect(await code()).toBe("paused");
  second.resolve();
  expect((await trial).text).toBe("Here.");
});

test("a refusal is a sign of life: it ends the row of failures, and a pause", async () => {
  const { clock, model, wear, fails, code } = open();
  const refusal = modelError("rate-limited", "slow down");
  model.script([fails], [fails], [refusal], [fails], ["Yes."]);
  for (let index = 0; index < 4; index++) await code();
  expect(await code()).toBeUndefined();
  await wear();
  await clock.pass(30_000);
  model.script([refusal], ["Yes."]);
  expect([await code(), await code()]).toEqual(["rate-limited", undefined]);
});

test("a failure between answers, or within one, opens nothing", async () => {
  const { model, fails, code } = open();
  for (let index = 0; index < 5; index++) {
    model.script([fails], [fails], ["Yes."], ["Half", fails]);
    expect([await code(), await code(), await code(), await code()]).toEqual([
      "timeout",
      "timeout",
      undefined,
      "timeout",
    ]);
  }
});

/** Whether the failure says that there is nobody. */
const dead: Readonly<Record<ModelErrorCode, boolean>> = {
  unavailable: true,
  unreachable: true,
  timeout: true,
  stalled: true,
  broken: true,
  unauthorized: false,
  forbidden: false,
  "unknown-model": false,
  "no-quota": false,
  "rate-limited": false,
  "too-long": false,
  filtered: false,
  rejected: false,
  paused: false,
};

test.each(Object.entries(dead))("%s counts: %s", async (name, counts) => {
  const failed = name as ModelErrorCode;
  const { model, code } = open();
  model.script(...Array.from({ length: 4 }, () => [modelError(failed, "no")]));
  for (let index = 0; index < 3; index++) expect(await code()).toBe(failed);
  expect(await code()).toBe(counts ? "paused" : failed);
});

test("an error that nobody foresaw is passed on and counts for nothing", async () => {
  const { model, client } = open();
  model.script(...Array.from({ length: 4 }, () => [{ fails: new TypeError("a bug") }]));
  for (let index = 0; index < 4; index++) await expect(read(client)).rejects.toThrow("a bug");
});
