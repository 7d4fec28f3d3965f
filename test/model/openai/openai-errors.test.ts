import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ModelErrorCode } from "../../../src/model/model-client.ts";
import { createOpenAiClient } from "../../../src/model/openai/openai-client.ts";
import { presentable } from "../../../src/model/openai/openai-errors.ts";
import { retryAfterMs } from "../../../src/model/openai/retry-after.ts";
import { type OpenAiEmulator, type Script, startOpenAi } from "../../emulators/openai/openai-emulator.ts";
import { read, settingsFor, testKey } from "../reading.ts";

let ai: OpenAiEmulator;
beforeEach(async () => {
  ai = await startOpenAi();
});
afterEach(() => ai.stop());

const atOnce = { "x-should-retry": "false" };
const answered = (status: number, error: Script["error"] = { message: "as it is" }): Script => ({
  status,
  error,
  headers: atOnce,
});
const broken = (more: Script): Script => ({ text: "twelve chars", ...more });

const table: readonly [string, Script, ModelErrorCode][] = [
  ["401", answered(401), "unauthorized"],
  ["402", answered(402), "no-quota"],
  ["403", answered(403, { message: "no access", code: "model_not_found" }), "forbidden"],
  ["404", answered(404), "unknown-model"],
  ["404 without JSON", { status: 404, body: "<h1>Not Found</h1>" }, "unknown-model"],
  ["200 with a web page", { headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" }, "unknown-model"],
  ["200 with a page that does not end", { headers: { "content-type": "text/html" }, stallAfter: 1 }, "unknown-model"],
  ["429", answered(429, { message: "slow down", code: "rate_limit_exceeded" }), "rate-limited"],
  ["429 without money", answered(429, { message: "quota", type: "insufficient_quota" }), "no-quota"],
  ["429 no wait helps", answered(429, { message: "Request too large for gpt-x: Limit 6, Requested 9" }), "too-long"],
  ["400 too long", answered(400, { message: "no", code: "context_length_exceeded" }), "too-long"],
  [
    "400 too long at vLLM",
    {
      status: 400,
      body: JSON.stringify({ object: "error", message: "This model's maximum context length is 4096", code: 400 }),
    },
    "too-long",
  ],
  ["400 too long at llama.cpp", answered(400, { message: "no", type: "exceed_context_size_error" }), "too-long"],
  ["413", answered(413), "too-long"],
  ["400", answered(400), "rejected"],
  ["422", answered(422), "rejected"],
  ["500", answered(500), "unavailable"],
  ["502 with a web page", { status: 502, body: "<h1>Bad Gateway</h1>", headers: atOnce }, "unavailable"],
  ["409", answered(409), "unavailable"],
  ["an error in the stream", broken({ errorAfter: 3 }), "unavailable"],
  ["a limit in the stream", broken({ errorAfter: 3, error: { message: "no", code: 429 } }), "rate-limited"],
  ["a limit by name", broken({ errorAfter: 3, error: { message: "no", code: "rate_limit_exceeded" } }), "rate-limited"],
  [
    "too long in the stream",
    broken({ errorAfter: 3, error: { message: "no", code: "context_length_exceeded" } }),
    "too-long",
  ],
  ["malformed JSON", broken({ garbageAfter: 3 }), "broken"],
  ["a dropped connection", broken({ dropAfter: 3 }), "broken"],
  ["a close without a finish_reason", broken({ closeAfter: 3 }), "broken"],
  ["an answer that the server gives up", broken({ finish: "abort" }), "broken"],
  ["silence in the stream", broken({ stallAfter: 3 }), "stalled"],
  ["silence before the headers", { noHeaders: true }, "timeout"],
];

test.each(table)("%s", async (_name, script, code) => {
  ai.replies(script);
  // Short only where silence is what is looked for: a busy machine is slow by itself.
  const [idleMs, beginMs] = [script.stallAfter === undefined ? 10_000 : 150, script.noHeaders ? 400 : 10_000];
  const { text, end, error } = await read(createOpenAiClient(settingsFor(ai.baseUrl, { idleMs }), { beginMs }));
  expect(error?.code).toBe(code);
  expect(end).toBeUndefined();
  expect(text).toBe(script.text === undefined ? "" : "twelve chars");
  expect(ai.requests).toHaveLength(1);
  await ai.until(() => ai.requests[0]?.closed);
});

test("nobody at the address, or no such name, is no connection", async () => {
  await ai.stop();
  for (const baseUrl of [ai.baseUrl, "http://parley.invalid/v1"]) {
    expect((await read(createOpenAiClient(settingsFor(baseUrl)))).error?.code).toBe("unreachable");
  }
});

test("a connection that drops before the headers each time is broken", async () => {
  ai.replies({ noHeaders: true, dropAfter: 0 });
  expect((await read(createOpenAiClient(settingsFor(ai.baseUrl)))).error?.code).toBe("broken");
  expect(ai.requests).toHaveLength(3);
});

describe("Retry-After", () => {
  test.each([
    ["a wait above the SDK's 60 seconds", "120", 120_000],
    ["a wait that nobody should sit out", "30", 30_000],
  ])("%s is told at once", async (_name, seconds, retryMs) => {
    ai.replies({ status: 429, error: { message: "slow down" }, headers: { "retry-after": seconds } });
    const { error } = await read(createOpenAiClient(settingsFor(ai.baseUrl)));
    expect(error).toMatchObject({ code: "rate-limited", retryAfterMs: retryMs });
    expect(ai.requests).toHaveLength(1);
  });

  test.each([
    [{ "retry-after": "1.5" }, 1_500],
    [{ "retry-after-ms": "250", "retry-after": "1" }, 250],
    [{ "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" }, 60_000],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%j", (headers, expected) => {
    expect(retryAfterMs(new Headers(headers), Date.parse("2026-01-01T00:00:00Z"))).toBe(expected);
  });
});

describe("the error's words", () => {
  test("they are the server's own", async () => {
    ai.replies(answered(400, { message: "Unsupported parameter: 'top_p' is not supported with this model." }));
    const { error } = await read(createOpenAiClient(settingsFor(ai.baseUrl)));
    expect(error?.message).toContain("Unsupported parameter: 'top_p'");
  });

  test("they hold no key, whoever repeats it", async () => {
    const scripts = [
      answered(401, { message: `Incorrect API key provided: ${testKey}` }),
      answered(401, { message: "Incorrect API key provided: sk-te***************cdef." }),
      answered(500, { message: `upstream said: Bearer ${testKey}` }),
      broken({ errorAfter: 1, error: { message: testKey, code: testKey } }),
      { status: 400, body: `<pre>${testKey}</pre>` },
      answered(400, { message: `you sent Authorization: ${btoa(`Bearer ${testKey}`)}` }),
      answered(400, { message: `bad credentials ${btoa(`:${testKey}`)}, in short ${btoa(testKey)}` }),
    ];
    for (const script of scripts) {
      ai.replies(script);
      const { error } = await read(createOpenAiClient(settingsFor(ai.baseUrl)));
      const all = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
      expect(all).not.toMatch(/sk-te|cdef|MTIzNDU2Nzg|EyMzQ1Njc4|xMjM0NTY3/);
      expect(error?.message).toContain("[secret]");
    }
  });

  test("a key that no header can hold is not shown either", async () => {
    const apiKey = "schlüssel-zum-glück…";
    const { error } = await read(createOpenAiClient(settingsFor(ai.baseUrl, { apiKey })));
    expect(error?.code).toBe("rejected");
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain("glück");
  });

  test("a key of any form is cut out", () => {
    expect(presentable("refused: Bearer 0123456789abcdef", ["0123456789abcdef"])).toBe("refused: Bearer [secret]");
    expect(presentable("refused: gsk_0123456789abcdef", ["another key"])).toBe("refused: [secret]");
  });

  test("ordinary words are left alone, long pages are cut to one line", () => {
    expect(presentable("a task-force for risk_based decisions", ["none"])).toBe(
      "a task-force for risk_based decisions",
    );
    expect(presentable(`<html>\n${"x".repeat(5_000)}`, ["none"])).toMatch(/^<html> x{292}…$/);
  });
});

test("a dropped connection keeps its cause for the log", async () => {
  const server = createServer((request) => request.socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const { error } = await read(createOpenAiClient(settingsFor(baseUrl)));
  expect(error).toMatchObject({ code: "broken", cause: { code: "ECONNRESET" } });
  server.close();
});
