import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createOpenAiClient } from "../../../src/model/openai/openai-client.ts";
import { read, settingsFor } from "../reading.ts";

// What servers, gateways and proxies were seen to answer, over a real socket.

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function answered(body: string, headers: Record<string, string> = { "content-type": "text/event-stream" }) {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, headers).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return read(createOpenAiClient(settingsFor(baseUrl)));
}

const event = (data: unknown) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const choice = (delta: unknown, finish_reason: string | null = null, index = 0) => ({
  choices: [{ index, delta, finish_reason }],
});
const says = (content: unknown, reason: string | null = null) => event(choice({ content }, reason));
const done = "data: [DONE]\n\n";
const whole = says("Two.", "stop");
const completion = (message: unknown, more: object = {}) =>
  JSON.stringify({ object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }], ...more });

describe("the answer is read, and is whole", () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2 };
  test.each<[string, string]>([
    ["an event without data", `data:\n\n${says("One. ")}data: \n\n${whole}${done}`],
    ["an event of null", `${event("null")}${says("One. ")}${event("null")}${whole}${done}`],
    ["a choice of null", `${event({ choices: [null] })}${says("One. ")}${whole}${done}`],
    ["choices of null", `${event({ choices: null })}${says("One. ")}${whole}${done}`],
    ["a delta of null", `${event(choice(null))}${says("One. ")}${whole}${done}`],
    ["a number, a text and a list", `${event("7")}${event('"x"')}${event("[]")}${says("One. ")}${whole}${done}`],
    ["a last event without its blank line", `${says("One. ")}${whole.trimEnd()}\n`],
    ["a last event without the end of its line", `${says("One. ")}${whole.trimEnd()}`],
    ["no end but the sign", `${says("One. ")}${says("Two.")}${done}`],
    ["no end but the sign, with a space behind", `${says("One. ")}${says("Two.")}data: [DONE] \n\n`],
    ["the sign without its blank line", `${says("One. ")}${says("Two.")}data: [DONE]`],
    ["no space behind the field's name", `${says("One. ")}${whole}`.replaceAll("data: ", "data:")],
    ["lines that end as on old Macs", `${says("One. ")}${whole}${done}`.replaceAll("\n", "\r")],
    ["a mark of byte order", `\uFEFF${says("One. ")}${whole}${done}`],
    ["names and ids of events", `event: message\nid: 1\n${says("One. ")}id: 2\nretry: 5\n${whole}${done}`],
    ["comments between", `: OPENROUTER PROCESSING\n\n${says("One. ")}: ping\n\n${whole}${done}`],
    ["a data that is split into lines", `data: {"choices":\ndata: [{"delta":{"content":"One. "}}]}\n\n${whole}${done}`],
    ["a reason of its own kind", `${says("One. ")}${says("Two.", "eos_token")}${done}`],
    ["the reason in an event of its own", `${says("One. ")}${says("Two.")}${event(choice({}, "stop"))}${done}`],
    ["a second choice between", `${says("One. ")}${event(choice({ content: "Or" }, null, 1))}${whole}${done}`],
    [
      "a second choice in each event, first",
      `${event({
        choices: [
          { index: 1, delta: { content: "Or" } },
          { index: 0, delta: { content: "One. " } },
        ],
      })}${whole}${done}`,
    ],
    ["the end of the second choice first", `${says("One. ")}${event(choice({}, "stop", 1))}${whole}${done}`],
    ["choices without an index", event({ choices: [{ delta: { content: "One. " } }] }) + whole + done],
    ["parts of text", says([{ type: "text", text: "One. " }]) + says([{ type: "text", text: "Two." }], "stop") + done],
    [
      "parts of thinking before",
      says([{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }]) + says("One. ") + whole + done,
    ],
    ["thinking as a field of parts", says([{ type: "thinking", thinking: "Hm." }]) + says("One. ") + whole + done],
    ["reasoning in parts", says([{ type: "reasoning", text: "Hm." }]) + says("One. ") + whole + done],
    ["parts of no kind", says([null, 7, {}]) + says("One. ") + whole + done],
    ["reasoning_content", event(choice({ reasoning_content: "Hm." })) + says("One. ") + whole + done],
    ["reasoning", event(choice({ reasoning: "Hm." })) + says("One. ") + whole + done],
    ["a think tag", says("<think>Hm.</think>One. ") + whole + done],
    ["a think tag in capitals", says("<THINK>Hm.</THINK>One. ") + whole + done],
    ["harmony's channels", says(`${harmony("Hm.")}One. `) + whole + done],
    ["an end mark", `${says("One. ")}${says("Two.")}${says("<|im_end|>", "stop")}${done}`],
    ["an end mark in two pieces", `${says("One. ")}${says("Two.<|im_")}${says("end|>\n", "stop")}${done}`],
    ["usage behind the end", `${says("One. ")}${whole}${event({ choices: [], usage })}${done}`],
    ["usage with each event", event({ ...choice({ content: "One. " }), usage }) + whole + done],
    [
      "calls of tools without words between",
      event(choice({ tool_calls: [{ index: 0 }] })) + says("One. ") + whole + done,
    ],
    ["a role alone, an empty text", event(choice({ role: "assistant", content: "" })) + says("One. ") + whole + done],
  ])("with %s", async (_, body) => {
    const { text, end, error, reasoning } = await answered(body);
    expect({ text, error, ending: end?.ending }).toEqual({ text: "One. Two.", error: undefined, ending: "whole" });
    expect(["", "Hm."]).toContain(reasoning);
  });

  test.each<[string, string, Record<string, string>]>([
    ["as JSON", completion({ content: "One. Two." }), { "content-type": "application/json" }],
    ["as JSON that says it is a stream", completion({ content: "One. Two." }), { "content-type": "text/event-stream" }],
    ["as JSON without a type", completion({ content: "One. Two." }), {}],
    ["as JSON on many lines", `\n${JSON.stringify(JSON.parse(completion({ content: "One. Two." })), null, 2)}\n`, {}],
    ["as JSON in parts", completion({ content: [{ type: "text", text: "One. Two." }] }), {}],
    ["as JSON with thinking", completion({ content: "<think>Hm.</think>One. Two." }), {}],
    ["as JSON without a reason", '{"choices":[{"message":{"content":"One. Two."}}]}', {}],
  ])("in one piece, %s", async (_, body, headers) => {
    const { text, end, error } = await answered(body, headers);
    expect({ text, error, ending: end?.ending }).toEqual({ text: "One. Two.", error: undefined, ending: "whole" });
  });

  test("in one piece with its usage", async () => {
    expect((await answered(completion({ content: "Hi" }, { usage }), {})).end?.usage).toEqual({ input: 5, output: 2 });
  });
});

function harmony(thought: string): string {
  return `<|channel|>analysis<|message|>${thought}<|end|><|start|>assistant<|channel|>final<|message|>`;
}

test.each([
  ["length", "length"],
  ["max_tokens", "length"],
  ["MAX_TOKENS", "length"],
  ["model_length", "length"],
  ["model_context_window_exceeded", "length"],
  ["content_filter", "filtered"],
  ["sensitive", "filtered"],
  ["SAFETY", "filtered"],
  ["PROHIBITED_CONTENT", "filtered"],
  ["SPII", "filtered"],
  ["RECITATION", "filtered"],
  ["tool_calls", "whole"],
  ["end_turn", "whole"],
  ["STOP", "whole"],
  ["constructor", "whole"],
])("the reason %j is the ending %j", async (reason, ending) => {
  expect((await answered(says("Half", reason) + done)).end?.ending).toBe(ending);
  const inOne = JSON.stringify({ choices: [{ message: { content: "Half" }, finish_reason: reason }] });
  expect((await answered(inOne, {})).end?.ending).toBe(ending);
});

test.each(["abort", "error", "network_error", "insufficient_system_resource"])(
  "the reason %j means that the server gave the answer up",
  async (reason) => {
    expect(await answered(says("Half", reason) + done)).toMatchObject({ text: "Half", error: { code: "broken" } });
  },
);

describe("no answer", () => {
  test.each<[string, string, string, string]>([
    ["an error in one piece", '{"error":{"message":"no luck","code":503}}', "unavailable", "no luck"],
    ["an error of vLLM's", '{"object":"error","message":"no luck","code":429}', "rate-limited", "no luck"],
    ["a detail", '{"detail":"no luck"}', "unavailable", "no luck"],
    ["a list of errors", '[{"error":{"message":"no luck","code":401}}]', "unauthorized", "no luck"],
    ["JSON that is cut", '{"choices":[{"message":{"content":"One', "broken", "malformed"],
    ["an object of nothing", "{}", "unavailable", "{}"],
    ["nothing at all", "", "broken", "closed"],
    ["words", "upstream request timeout", "broken", "closed"],
    ["a stream that stops", says("One. "), "broken", "closed"],
    ["an event that is cut", `${says("One. ")}data: {"choices":[{"delta":{"con`, "broken", "malformed"],
  ])("%s", async (_, body, code, words) => {
    expect((await answered(body)).error).toMatchObject({ code, message: expect.stringContaining(words) });
  });
});
