import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ModelEnding, ModelEvent } from "../../../src/model/model-client.ts";
import { createOpenAiClient } from "../../../src/model/openai/openai-client.ts";
import { type OpenAiEmulator, type Script, startOpenAi } from "../../emulators/openai/openai-emulator.ts";
import { never, question, read, settingsFor } from "../reading.ts";

let ai: OpenAiEmulator;
beforeEach(async () => {
  ai = await startOpenAi();
});
afterEach(async () => {
  expect(ai.problems).toEqual([]);
  await ai.stop();
});

const open = (more = {}) => createOpenAiClient(settingsFor(ai.baseUrl, more));

test("an answer comes as text, then ends once with what the server counted", async () => {
  ai.replies({ text: ["Hel", "lo", " there"], usage: { prompt_tokens: 9, completion_tokens: 3 } });
  const events: ModelEvent[] = [];
  for await (const event of open().stream(question, never)) events.push(event);
  const said = events.flatMap((event) => (event.kind === "text" ? [event.text] : []));
  expect(said.join("")).toBe("Hello there"); // what comes in one packet is one piece
  expect(events.slice(said.length)).toEqual([{ kind: "end", ending: "whole", usage: { input: 9, output: 3 } }]);
});

test("a server that counts nothing gives an end without usage", async () => {
  ai.replies({ text: "Hi", usage: null });
  expect((await read(open())).end).toEqual({ kind: "end", ending: "whole" });
});

test.each<[Script, ModelEnding]>([
  [{ finish: "stop" }, "whole"],
  [{ finish: "eos" }, "whole"],
  [{ finish: "end_turn" }, "whole"],
  [{ finish: "tool_calls" }, "whole"],
  [{ finish: "function_call" }, "whole"],
  [{ finish: "length" }, "length"],
  [{ finish: "content_filter" }, "filtered"],
])("%j ends as %s", async (script, ending) => {
  ai.replies({ text: "words", ...script });
  expect(await read(open())).toMatchObject({ text: "words", end: { ending } });
});

test("a refusal comes as text and ends as one", async () => {
  ai.replies({ refusal: "I cannot help with that." });
  expect(await read(open())).toMatchObject({ text: "I cannot help with that.", end: { ending: "refused" } });
});

test("reasoning is told apart from the answer, under both names", async () => {
  ai.replies({ reasoning: "The person greets me.", text: "Hello" });
  expect(await read(open())).toMatchObject({ text: "Hello", reasoning: "The person greets me." });
  const line = JSON.stringify({ choices: [{ delta: { reasoning: "Hm." } }] });
  const last = JSON.stringify({ choices: [{ delta: { content: "Hello" }, finish_reason: "stop" }] });
  ai.replies({ headers: { "content-type": "text/event-stream" }, body: `data: ${line}\n\ndata: ${last}\n\n` });
  expect(await read(open())).toMatchObject({ text: "Hello", reasoning: "Hm.", end: { ending: "whole" } });
});

test("chunks that lack what the documents promise, or hold more, are read all the same", async () => {
  const chunks = [
    { id: 7, choices: [{ delta: { content: [{ type: "thinking" }] }, logprobs: {} }] },
    { choices: [{ delta: null }], usage: "soon" },
    { choices: [{ delta: { content: "Hi", tool_calls: [] }, finish_reason: "stop" }] },
  ];
  ai.replies({ body: chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") });
  expect(await read(open())).toMatchObject({ text: "Hi", end: { ending: "whole" } });
});

test("a text cut anywhere in its bytes, with either kind of line end, comes out the same", async () => {
  const text = "Grüße, 漢字 und 👩‍👩‍👧 — “fin”\n\r\n```ts\n`";
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom("\n" as const, "\r\n" as const),
      async (bytesPerWrite, lineEnd) => {
        ai.replies({ text, bytesPerWrite, lineEnd });
        expect(await read(open())).toMatchObject({ text, end: { ending: "whole" } });
      },
    ),
    { numRuns: 8, seed: 7 },
  );
});

describe("what is sent", () => {
  test("nothing is sent that was not set", async () => {
    await read(open());
    expect(ai.requests[0]?.body).toEqual({
      model: "test-model",
      messages: question.messages,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("every parameter is sent under its own name when it is set", async () => {
    const parameters = { temperature: 0, topP: 0.5, maxOutputTokens: 99, presencePenalty: 0, frequencyPenalty: -1 };
    await read(
      open({ ...parameters, stop: ["END"], reasoningEffort: "low", sendUserId: true, systemRole: "developer" }),
    );
    expect(ai.requests[0]?.body).toMatchObject({
      temperature: 0,
      top_p: 0.5,
      max_completion_tokens: 99,
      presence_penalty: 0,
      frequency_penalty: -1,
      stop: ["END"],
      reasoning_effort: "low",
      messages: [{ role: "developer" }, { role: "user" }],
      safety_identifier: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.stringify(ai.requests[0]?.body)).not.toContain("U123");
  });

  test("older servers get the limit under its older name", async () => {
    await read(open({ maxOutputTokens: 99, tokenField: "max_tokens" }));
    expect(ai.requests[0]?.body).toMatchObject({ max_tokens: 99 });
    expect(ai.requests[0]?.body).not.toHaveProperty("max_completion_tokens");
  });

  test("a server that refuses stream_options is asked again without, and from then on", async () => {
    ai.replyTo(({ body }) =>
      "stream_options" in body ? { status: 422, error: { message: "Unknown field: stream_options" } } : { text: "Hi" },
    );
    const client = open();
    expect((await read(client)).text).toBe("Hi");
    expect((await read(client)).text).toBe("Hi");
    expect(ai.requests.map(({ body }) => "stream_options" in body)).toEqual([true, false, false]);
  });
});

describe("stopping", () => {
  test("a stop in the middle ends the answer as stopped and closes the connection", async () => {
    ai.replies({ text: "never to be finished", stallAfter: 2 });
    const stop = new AbortController();
    let text = "";
    for await (const event of open().stream(question, stop.signal)) {
      if (event.kind === "text") text += event.text;
      if (text.length === 8) stop.abort();
      if (event.kind === "end") expect(event).toEqual({ kind: "end", ending: "stopped" });
    }
    expect(text).toBe("never to");
    await ai.until(() => ai.requests[0]?.aborted);
  });

  test("a stop before the headers closes the connection too", async () => {
    ai.replies({ noHeaders: true });
    const stop = new AbortController();
    const reading = read(open(), { signal: stop.signal });
    await ai.until(() => ai.requests.length === 1);
    stop.abort();
    expect((await reading).end).toEqual({ kind: "end", ending: "stopped" });
    await ai.until(() => ai.requests[0]?.aborted);
  });

  test("a stop between two attempts is not waited out", async () => {
    ai.replies({ status: 503, headers: { "retry-after-ms": "9000" } });
    const stop = new AbortController();
    const reading = read(open(), { signal: stop.signal });
    await ai.until(() => ai.requests[0]?.closed);
    stop.abort();
    expect((await reading).end).toEqual({ kind: "end", ending: "stopped" });
    expect(ai.requests).toHaveLength(1);
  });

  test("a stop that came first sends nothing", async () => {
    expect((await read(open(), { signal: AbortSignal.abort() })).end).toEqual({ kind: "end", ending: "stopped" });
    expect(ai.requests).toHaveLength(0);
  });

  test("a reader who leaves closes the connection", async () => {
    ai.replies({ text: "never to be finished", stallAfter: 2 });
    for await (const event of open().stream(question, never)) if (event.kind === "text") break;
    await ai.until(() => ai.requests[0]?.aborted);
  });
});

describe("patience", () => {
  test("an answer that failed before its first byte is tried again", async () => {
    ai.replies(
      { status: 503, headers: { "retry-after-ms": "1" } },
      { noHeaders: true, dropAfter: 0 },
      { text: "At last" },
    );
    expect((await read(open())).text).toBe("At last");
    expect(ai.requests).toHaveLength(3);
  });

  test("comments that keep the connection alive are a sign of life", async () => {
    let release = () => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    ai.replies({ hold, pingMs: 40, text: "Done thinking" });
    const reading = read(open({ idleMs: 250 }));
    await ai.until(() => ai.requests.length === 1);
    setTimeout(release, 600);
    expect(await reading).toMatchObject({ text: "Done thinking", end: { ending: "whole" } });
  });

  test.each(["drop", "stall"] as const)(
    "an answer that said how it ends is whole, though a %s follows",
    async (afterFinish) => {
      ai.replies({ text: "Whole", afterFinish });
      expect(await read(open({ idleMs: 60_000 }))).toMatchObject({
        text: "Whole",
        end: { ending: "whole" },
        error: undefined,
      });
    },
  );
});
