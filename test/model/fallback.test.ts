import { expect, test } from "vitest";
import { withBreaker } from "../../src/model/breaker.ts";
import { withFallback } from "../../src/model/fallback.ts";
import { ModelError, type ModelErrorCode, type ModelEvent } from "../../src/model/model-client.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createScriptedModel, modelError, type Step } from "../support/scripted-model.ts";
import { never, question, read } from "./reading.ts";

function open() {
  const first = createScriptedModel();
  const other = { ...createScriptedModel(), model: "spare" };
  other.script(["Spare."], ["Spare."], ["Spare."], ["Spare."]);
  return { first, other, client: withFallback(first, other) };
}

/** Whether another model at the same address, with the same key, may do better. */
const helps: Readonly<Record<ModelErrorCode, boolean>> = {
  forbidden: true,
  filtered: true,
  "unknown-model": true,
  "rate-limited": true,
  unavailable: true,
  timeout: true,
  stalled: true,
  broken: true,
  paused: true,
  unauthorized: false,
  "no-quota": false,
  "too-long": false,
  rejected: false,
  busy: false,
  unreachable: false,
};

test.each(Object.entries(helps))("%s before a word: the other is asked: %s", async (code, asked) => {
  const { first, other, client } = open();
  first.script([modelError(code as ModelErrorCode, "no")]);
  const { text, error } = await read(client);
  expect([text, error?.code]).toEqual(asked ? ["Spare.", undefined] : ["", code]);
  expect(other.prompts).toEqual(asked ? [question] : []);
});

test("the change is said once, before the other's first word, with the reason", async () => {
  const { first, client } = open();
  const error = new ModelError("unavailable", "no");
  first.script([{ thinks: "Hm." }, " ", "\n", { fails: error }]);
  const events: ModelEvent[] = [];
  for await (const event of client.stream(question, never)) events.push(event);
  expect(events).toEqual([
    { kind: "reasoning", text: "Hm." },
    { kind: "restarted", model: "spare", because: error },
    { kind: "text", text: "Spare." },
    { kind: "end", ending: "whole" },
  ]);
});

const kept: readonly (readonly [string, readonly Step[], string])[] = [
  ["a word", ["Half", modelError("unavailable", "no")], "unavailable"],
  ["a word behind blanks", [" \n", "Half", modelError("broken", "no")], "broken"],
];

test.each(kept)("after %s the failure is the answer's, and the other is not asked", async (_, steps, code) => {
  const { first, other, client } = open();
  first.script(steps);
  const { text, error } = await read(client);
  expect([text, error?.code]).toEqual([steps.filter((step) => typeof step === "string").join(""), code]);
  expect(other.prompts).toEqual([]);
});

test("an answer of the first passes as it is, its blanks with its first word", async () => {
  const { first, client } = open();
  first.script(["\n", " One", "\n", "two"]);
  expect(await read(client)).toMatchObject({ text: "\n One\ntwo", end: { ending: "whole" } });
});

test("an answer that the first model ends without a word is its own", async () => {
  const { first, other, client } = open();
  first.script([{ ends: "length" }]);
  expect((await read(client)).end?.ending).toBe("length");
  expect(other.prompts).toEqual([]);
});

test("a person who stops while the first one fails has no other model started", async () => {
  const { first, other, client } = open();
  const stop = new AbortController();
  Object.assign(first, {
    async *stream() {
      yield { kind: "reasoning", text: "Hm." };
      stop.abort();
      throw new ModelError("timeout", "no");
    },
  });
  await read(client, { signal: stop.signal });
  expect(other.prompts).toEqual([]);
});

test.each([
  ["timeout", 1],
  ["unreachable", 0],
] as const)("a first model that is left alone after %s failures: the other is asked %i times", async (code, asked) => {
  const { first, other } = open();
  const client = withFallback(withBreaker(first, createManualClock()), other);
  first.script(...Array.from({ length: 3 }, () => [modelError(code, "no")]));
  for (let index = 0; index < 3; index++) await read(client);
  const before = other.prompts.length;
  expect((await read(client)).error?.code).toBe(asked === 0 ? "paused" : undefined);
  expect(first.prompts).toHaveLength(3);
  expect(other.prompts.length - before).toBe(asked);
});

test("the check tells of the first model, else of the other", async () => {
  const { first, other, client } = open();
  expect(await client.check(never)).toBeUndefined();
  Object.assign(other, { check: async () => "spare is unknown" });
  expect(await withFallback(first, other).check(never)).toBe("spare is unknown");
  Object.assign(first, { check: async () => "the key is wrong" });
  expect(await withFallback(first, other).check(never)).toBe("the key is wrong");
});
