import { expect, test } from "vitest";
import { withConcurrency } from "../../src/model/concurrency.ts";
import { ModelError, type ModelEvent } from "../../src/model/model-client.ts";
import { settled } from "../support/manual-clock.ts";
import { createScriptedModel, modelError } from "../support/scripted-model.ts";
import { never, read } from "./reading.ts";

function open(most: number) {
  const model = createScriptedModel();
  const refused: { error: ModelError | undefined } = { error: undefined };
  const client = withConcurrency(model, { most, refusal: () => refused.error });
  const ask = (user: string, signal = never) => read(client, { prompt: { messages: [], user }, signal });
  const hold = Promise.withResolvers<void>();
  return { model, client, ask, hold, refused, asked: () => model.prompts.map(({ user }) => user) };
}

test("so many are asked at once, and each end lets the next one in, a failure too", async () => {
  const { model, ask, hold, asked } = open(2);
  model.script([{ until: hold.promise }, modelError("unavailable", "no")], [{ until: hold.promise }]);
  const answers = ["ann", "ben", "cleo", "dan"].map((user) => ask(user));
  await settled();
  expect(asked()).toEqual(["ann", "ben"]);
  hold.resolve();
  const ends = (await Promise.all(answers)).map(({ end, error }) => end?.ending ?? error?.code);
  expect(ends).toEqual(["unavailable", "whole", "whole", "whole"]);
});

test("a question that waits says so, with its place, and when its turn has come", async () => {
  const { model, client, ask, hold } = open(1);
  model.script([{ until: hold.promise }]);
  const first = ask("ann");
  await settled();
  const events: ModelEvent["kind"][] = [];
  const places: (() => number)[] = [];
  const reading = (async () => {
    for await (const event of client.stream({ messages: [], user: "ben" }, never)) {
      events.push(event.kind);
      if (event.kind === "queued") places.push(event.before);
    }
  })();
  await settled();
  expect([events, places.map((before) => before())]).toEqual([["queued"], [0]]);
  hold.resolve();
  await Promise.all([first, reading]);
  expect(events).toEqual(["queued", "asked", "text", "end"]);
});

test("one that is answered at once says nothing of a queue", async () => {
  const { client } = open(1);
  const kinds: string[] = [];
  for await (const { kind } of client.stream({ messages: [], user: "ann" }, never)) kinds.push(kind);
  expect(kinds).toEqual(["text", "end"]);
});

test("one that is stopped while it waits ends at once, was never asked, and lets the next one in", async () => {
  const { model, ask, hold, asked } = open(1);
  model.script([{ until: hold.promise }]);
  const first = ask("ann");
  const stop = new AbortController();
  const second = ask("ben", stop.signal);
  const third = ask("cleo");
  await settled();
  stop.abort();
  expect((await second).end).toEqual({ kind: "end", ending: "stopped" });
  hold.resolve();
  await Promise.all([first, third]);
  expect(asked()).toEqual(["ann", "cleo"]);
});

test("one that is stopped, or whose reader leaves, in mid-answer frees its place", async () => {
  const { model, client, ask } = open(1);
  model.script(["One ", { until: Promise.withResolvers<void>().promise }], ["One ", "two"]);
  const stop = new AbortController();
  const first = ask("ann", stop.signal);
  await settled();
  stop.abort();
  expect((await first).end?.ending).toBe("stopped");
  for await (const _ of client.stream({ messages: [], user: "ben" }, never)) break;
  expect((await ask("cleo")).end?.ending).toBe("whole");
});

test("whoever would be refused anyhow is told at once, behind however many", async () => {
  const { model, ask, hold, refused } = open(1);
  model.script([{ until: hold.promise }]);
  const first = ask("ann");
  await settled();
  refused.error = new ModelError("paused", "no");
  expect((await ask("ben")).error?.code).toBe("paused");
  hold.resolve();
  await first;
});
