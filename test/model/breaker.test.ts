import { describe, expect, test } from "vitest";
import { withBreaker } from "../../src/model/breaker.ts";
import type { ModelErrorCode } from "../../src/model/model-client.ts";
import { createManualClock, settled } from "../support/manual-clock.ts";
import { createScriptedModel, modelError } from "../support/scripted-model.ts";
import { never, question, read } from "./reading.ts";

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
  expect(error).toMatchObject({ code: "paused", retryAfterMs: 30_000 });
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
  for await (const _ of client.stream(question, never)) break;
  expect(await code()).toBeUndefined();
});

test("an answer that goes on while the model dies again neither keeps its place as the trial nor takes another's", async () => {
  const { clock, model, client, wear, code } = open();
  await wear();
  await clock.pass(30_000);
  const [first, second] = [new AbortController(), Promise.withResolvers<void>()];
  model.script(["Back ", { until: Promise.withResolvers<void>().promise }]);
  const answer = read(client, { signal: first.signal });
  await clock.pass(0);
  await wear();
  await clock.pass(30_000);
  model.script([{ until: second.promise }, "Here."]);
  const trial = read(client);
  first.abort();
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
  busy: false,
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

describe("with several people", () => {
  type Asker = readonly [user: string | undefined, thread: string];

  function openShared() {
    const { clock, model, client } = open();
    const ask = (user: string | undefined, thread: string, signal = never) =>
      read(client, { prompt: { messages: [], ...(user === undefined ? {} : { user }), thread }, signal });
    /** What becomes of one question after the other, where the model fails in these ways. */
    async function fail(code: ModelErrorCode, ...askers: readonly Asker[]) {
      model.script(...askers.map(() => [modelError(code, "no")]));
      for (const [user, thread] of askers) await ask(user, thread);
    }
    const code = async (user: string | undefined, thread: string) => (await ask(user, thread)).error?.code;
    return { clock, model, client, ask, fail, code };
  }

  const ann: Asker = ["ann", "t1"];
  const annElsewhere: Asker = ["ann", "t2"];
  const ben: Asker = ["ben", "t2"];
  const benBesideAnn: Asker = ["ben", "t1"];
  const cleo: Asker = ["cleo", "t3"];
  const nobody: Asker = [undefined, "t4"];

  const rows: readonly (readonly [string, ModelErrorCode, readonly Asker[], readonly Asker[]])[] = [
    ["one person's text, three times", "unavailable", [ann, ann, ann], [ann, annElsewhere]],
    ["one person's text, wherever it is put", "unavailable", [ann, annElsewhere, ann], [ann]],
    ["one person's text, which another asks about in its thread", "broken", [ann, benBesideAnn, ann], []],
    ["two failures of two people", "timeout", [ann, ben], []],
    ["the bot's own work", "unavailable", [nobody, nobody, nobody, ann, ann], []],
    [
      "three failures of two people in two threads",
      "unavailable",
      [ann, ann, ben],
      [ann, ben, benBesideAnn, cleo, nobody],
    ],
    ["a server that cannot be reached, for whomever", "unreachable", [nobody, ann, ann], [ann, cleo, nobody]],
  ];

  test.each(rows)("%s (%s)", async (_, failure, failing, pausedAskers) => {
    const { fail, code } = openShared();
    await fail(failure, ...failing);
    const refused: Asker[] = [];
    // The refused do not reach the model, the others end the row: each is looked at alone, the refused first.
    for (const asker of pausedAskers) if ((await code(...asker)) === "paused") refused.push(asker);
    expect(refused).toEqual(pausedAskers);
    if (!pausedAskers.some(([user]) => user === "cleo")) expect(await code(...cleo)).toBeUndefined();
  });

  test("a word to anybody, also from an answer that began before, ends the row", async () => {
    const { model, ask, fail, code } = openShared();
    const next = Promise.withResolvers<void>();
    model.script(["One ", { until: next.promise }, "two ", { until: Promise.withResolvers<void>().promise }]);
    const stop = new AbortController();
    const answer = ask("dan", "t5", stop.signal);
    await settled();
    await fail("timeout", ann, ben, cleo);
    expect(await code(...cleo)).toBe("paused");
    next.resolve();
    await settled();
    expect(await code(...cleo)).toBeUndefined();
    stop.abort();
    await answer;
  });

  test("a trial that one person's text fails does not take another's chance", async () => {
    const { clock, fail, code } = openShared();
    await fail("unavailable", ann, ann, ben);
    await clock.pass(30_000);
    await fail("unavailable", ann);
    expect(await code(...ann)).toBe("paused");
    expect(await code(...cleo)).toBeUndefined();
  });

  test("a trial of somebody new that fails begins the pause anew for all", async () => {
    const { clock, fail, code } = openShared();
    await fail("unavailable", ann, ann, ben);
    await clock.pass(30_000);
    await fail("unavailable", cleo);
    expect([await code(...ann), await code("dan", "t5")]).toEqual(["paused", "paused"]);
  });

  test("a trial of a text that hangs keeps nobody from trying who has not failed, and no other longer than half a minute", async () => {
    const { clock, model, ask, fail, code } = openShared();
    await fail("timeout", ann, ann, ben);
    await clock.pass(30_000);
    model.script(
      [{ until: Promise.withResolvers<void>().promise }],
      [{ until: Promise.withResolvers<void>().promise }],
    );
    const stop = new AbortController();
    const hanging = [ask(...ann, stop.signal), ask(...cleo, stop.signal)];
    await clock.pass(12_000);
    const { error } = await ask("dan", "t5");
    expect(error).toMatchObject({ code: "paused", retryAfterMs: 18_000 });
    await clock.pass(18_000);
    expect(await code("dan", "t5")).toBeUndefined();
    stop.abort();
    await Promise.all(hanging);
  });

  test("what the breaker says beforehand is what it does", async () => {
    const { clock, client, fail, code } = openShared();
    const asker = { user: "cleo", thread: "t3" };
    expect(client.refusal(asker)).toBeUndefined();
    await fail("timeout", ann, ann, ben);
    expect(client.refusal(asker)).toMatchObject({ code: "paused", retryAfterMs: 30_000 });
    await clock.pass(30_000);
    expect(client.refusal(asker)).toBeUndefined();
    expect(client.refusal({})?.code).toBe("paused");
    expect(await code(...cleo)).toBeUndefined();
    expect(client.refusal({})).toBeUndefined();
  });

  test("failures of long ago say nothing of now", async () => {
    const { clock, fail, code } = openShared();
    await fail("unavailable", ann, ann);
    await clock.pass(10 * 60_000);
    await fail("unavailable", ben);
    expect(await code(...cleo)).toBeUndefined();
  });
});
