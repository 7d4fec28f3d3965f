import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, createGzip, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { APIError } from "openai";
import { afterEach, describe, expect, test } from "vitest";
import { createOpenAiClient } from "../../src/model/openai/openai-client.ts";
import { toModelError } from "../../src/model/openai/openai-errors.ts";
import { retryAfterMs } from "../../src/model/openai/retry-after.ts";
import { workedMsAtOnce } from "../support/worked-ms.ts";
import { never, read, settingsFor } from "./reading.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A server that answers each request so. `sent` tells how many bytes all its connections took. */
async function serve(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  let requests = 0;
  let sent = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    request.socket.once("close", () => {
      sent += request.socket.bytesWritten;
    });
    response.on("error", () => undefined);
    answer(response, request);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl: `${origin}/v1`, origin, requests: () => requests, sent: () => sent };
}

/** The same again and again, for as long as somebody takes it. */
function pour(response: NodeJS.WritableStream & { readonly destroyed: boolean }, piece: string | Buffer): void {
  const more = () => {
    while (!response.destroyed) if (!response.write(piece)) return;
  };
  response.on("drain", more);
  more();
}

const ask = (baseUrl: string) => read(createOpenAiClient(settingsFor(baseUrl), { beginMs: 20_000 }));
const eventStream = { "content-type": "text/event-stream" };
const event = (chunk: unknown) => `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`;
const delta = (delta: object, finish_reason: string | null = null) =>
  event({ choices: [{ index: 0, delta, finish_reason }] });
const end = `${delta({ content: "two" }, "stop")}data: [DONE]\n\n`;
const many = (text: string, times: number) => text.repeat(times);

/** What lies in the buffers on the way when the reader goes. */
const underway = 8_000_000;

describe("an answer that never ends is read to a bound, and keeps what it said", () => {
  test.each([
    ["a line without an end", "data: ", many("a", 64_000)],
    ["an event of lines without an end", "", many("data: a\n", 8_000)],
    ["a comment without an end", ": ", many("a", 64_000)],
    ["fields that nobody knows", "", many("field: a\n", 8_000)],
    ["an event's id without an end", "id: ", many("a", 64_000)],
    ["empty lines", "", many("\n", 64_000)],
  ])("%s", async (_, begin, piece) => {
    const { baseUrl, sent, requests } = await serve((response) => {
      response.writeHead(200, eventStream).write(delta({ content: "One " }) + begin);
      pour(response, piece);
    });
    expect(await ask(baseUrl)).toMatchObject({ text: "One ", error: { code: "broken" } });
    await expect.poll(sent).toBeGreaterThan(0);
    expect(sent()).toBeLessThan(4_000_000 + underway);
    expect(requests()).toBe(1);
  });

  test("a line that unpacks to more than was sent", async () => {
    const { baseUrl, sent } = await serve((response) => {
      response.writeHead(200, { ...eventStream, "content-encoding": "gzip" });
      const gzip = createGzip();
      gzip.pipe(response);
      gzip.write("data: ");
      pour(gzip, Buffer.alloc(64_000, "a"));
      response.once("close", () => gzip.destroy());
    });
    expect((await ask(baseUrl)).error?.code).toBe("broken");
    await expect.poll(sent).toBeGreaterThan(0);
  });

  test.each(["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, br"])(
    "a page that says it is %s and is not",
    async (encoding) => {
      const { baseUrl } = await serve((response) => {
        response.writeHead(200, { ...eventStream, "content-encoding": encoding }).end("<html>Log in</html>");
      });
      expect((await ask(baseUrl)).error?.code).toBe("broken");
    },
  );

  test("an answer of another kind", async () => {
    const { baseUrl, sent } = await serve((response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"choices":[');
      pour(response, many('{"a":1},\n', 8_000));
    });
    expect((await ask(baseUrl)).error?.code).toBe("broken");
    await expect.poll(sent).toBeGreaterThan(0);
    expect(sent()).toBeLessThan(4_000_000 + underway);
  });

  test("chunks behind the answer's end", async () => {
    const { baseUrl } = await serve((response) => {
      response.writeHead(200, eventStream).write(delta({ content: "Whole." }, "stop"));
      pour(response, many(delta({ role: "assistant" }), 100));
    });
    expect(await ask(baseUrl)).toMatchObject({ text: "Whole.", end: { ending: "whole" }, error: undefined });
  });
});

describe("an answer that is compressed though nobody asked for it", () => {
  const whole = Buffer.from(delta({ content: "One " }) + end);
  test.each([
    ["gzip", gzipSync(whole)],
    ["X-GZIP", gzipSync(whole)],
    ["deflate", deflateSync(whole)],
    ["br", brotliCompressSync(whole)],
    ["zstd", zstdCompressSync(whole)],
    ["identity", whole],
    ["gzip, identity", gzipSync(whole)],
    ["deflate, gzip", gzipSync(deflateSync(whole))],
  ])("%s", async (encoding, bytes) => {
    const { baseUrl } = await serve((response) => {
      response.writeHead(200, { ...eventStream, "content-encoding": encoding }).end(bytes);
    });
    expect(await ask(baseUrl)).toMatchObject({ text: "One two", end: { ending: "whole" } });
  });
});

test("a server that changes the protocol has no answer", async () => {
  const { baseUrl } = await serve((response) => {
    response.socket?.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n");
  });
  expect((await ask(baseUrl)).error?.code).toBe("unreachable");
});

describe("a chunk", () => {
  const large = many("a", 2_000_000);
  const deep = many("[", 100_000) + many("]", 100_000);

  test.each([["content"], ["refusal"], ["reasoning"], ["reasoning_content"]])(
    "whose %s is larger than an answer ends it, and is not handed on",
    async (field) => {
      const { baseUrl } = await serve((response) => {
        response.writeHead(200, eventStream).end(delta({ content: "One " }) + delta({ [field]: large }) + end);
      });
      expect(await ask(baseUrl)).toMatchObject({ text: "One ", reasoning: "", error: { code: "broken" } });
    },
  );

  test.each([
    ["tool calls", delta({ tool_calls: [{ index: 0, function: { arguments: large } }] })],
    ["ten thousand choices", event({ choices: Array.from({ length: 10_000 }, (_, index) => ({ index, delta: {} })) })],
    ["choices of no kind behind the first", event({ choices: [{ delta: {} }, ...Array(10_000).fill("a")] })],
    ["brackets within brackets", event(deep)],
    ["brackets within a delta", event(`{"choices":[{"delta":{"content":${deep}}}]}`)],
    ["names that objects inherit", event('{"choices":[{"delta":{"__proto__":{"content":"x"},"constructor":1}}]}')],
  ])("of %s is passed over", async (_, chunk) => {
    const { baseUrl } = await serve((response) => {
      response.writeHead(200, eventStream).end(delta({ content: "One " }) + chunk + end);
    });
    expect(await ask(baseUrl)).toMatchObject({ text: "One two", end: { ending: "whole" } });
  });

  test("of ten thousand answers gives the first", async () => {
    const choices = Array.from({ length: 10_000 }, (_, index) => ({ index, delta: { content: `${index} ` } }));
    const { baseUrl } = await serve((response) => {
      response.writeHead(200, eventStream).end(event({ choices }) + end);
    });
    expect((await ask(baseUrl)).text).toBe("0 two");
  });

  test.each(["-1", "1e308", "1e999", "1.5", '"12"', "null", "1e12", "{}"])(
    "that counts %s tokens counts none",
    async (count) => {
      const { baseUrl } = await serve((response) => {
        const usage = event(`{"choices":[],"usage":{"prompt_tokens":${count},"completion_tokens":3}}`);
        response.writeHead(200, eventStream).end(delta({ content: "Hi" }, "stop") + usage + end);
      });
      expect((await ask(baseUrl)).end).toEqual({ kind: "end", ending: "whole" });
    },
  );
});

describe("an error", () => {
  const deep = many("[", 30_000) + many("]", 30_000);
  const answered = (status: number, body: string, headers = {}) => ({ status, body, headers });

  test.each([
    ["without an end", '{"error":{"message":"no luck ', {}],
    ["that unpacks to more than was sent", "", { "content-encoding": "gzip" }],
  ])("%s is read to a bound", async (_, begin, headers) => {
    const { baseUrl, sent } = await serve((response) => {
      response.writeHead(400, { "content-type": "application/json", ...headers });
      const to = "content-encoding" in headers ? createGzip() : response;
      if (to !== response) to.pipe(response);
      to.write(begin);
      response.once("close", () => to.destroy());
      pour(to, Buffer.alloc(64_000, "a"));
    });
    const { error } = await ask(baseUrl);
    expect(error?.code).toBe("rejected");
    expect(error?.message.length).toBeLessThanOrEqual(300);
    await expect.poll(sent).toBeGreaterThan(0);
    expect(sent()).toBeLessThan(underway);
  });

  test.each([
    ["nested deep", answered(400, `{"error":${deep}}`), "rejected", "400 {"],
    ["nested deep in its message", answered(400, `{"error":{"message":${deep}}}`), "rejected", "400 {"],
    [
      "whose code is an object",
      answered(400, '{"error":{"message":"no","code":{"toString":1,"valueOf":2}}}'),
      "rejected",
      "no",
    ],
    ["whose message is a list", answered(422, '{"detail":[{"msg":"no luck"}]}'), "rejected", "no luck"],
    ["that is a text", answered(400, '{"error":"no luck"}'), "rejected", "no luck"],
    ["in a list", answered(400, '[{"error":{"message":"no luck","code":400}}]'), "rejected", "no luck"],
    ["that stands as detail", answered(404, '{"detail":"no luck"}'), "unknown-model", "no luck"],
    ["without words", answered(400, ""), "rejected", "400"],
    ["of no status that is known", answered(999, "no luck", { "x-should-retry": "false" }), "unavailable", "no luck"],
  ])("%s has a kind and its words", async (_, { status, body, headers }, code, words) => {
    const { baseUrl } = await serve((response) => void response.writeHead(status, headers).end(body));
    expect((await ask(baseUrl)).error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test.each([`{"error":${deep}}`, '{"error":{"code":{"toString":1}}}', '{"error":true}'])(
    "in mid-answer has a kind: %.40s",
    async (chunk) => {
      const { baseUrl } = await serve((response) => {
        response.writeHead(200, eventStream).end(delta({ content: "One " }) + event(chunk));
      });
      expect(await ask(baseUrl)).toMatchObject({ text: "One ", error: { code: "unavailable" } });
    },
  );

  test("costs time in proportion to its length", () => {
    const took = (length: number) => {
      const error = new APIError(400, { message: many("input token count ", length / 18) }, undefined, new Headers());
      const read = () => expect(toModelError(error, ["a secret key"]).code).toBe("rejected");
      return Math.min(...Array.from({ length: 7 }, () => workedMsAtOnce(read)));
    };
    expect(took(240_000) / took(30_000)).toBeLessThan(32); // 64 if it were read anew from each place
  });
});

describe("a redirect is not followed", () => {
  test.each([301, 302, 303, 307, 308])("%i", async (status) => {
    const other = await serve((response) => void response.end("{}"));
    const { baseUrl, sent } = await serve((response) => {
      response.writeHead(status, { location: `${other.origin.replace("//", "//ann:hunter22@")}/v1?key=hunter33` });
      pour(response, Buffer.alloc(64_000, "a"));
    });
    const { error } = await ask(baseUrl);
    expect(error).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining(`redirect to ${other.origin}/v1`),
    });
    expect(error?.message).not.toContain("hunter");
    const advice = await createOpenAiClient(settingsFor(baseUrl)).check(never);
    expect(advice).toContain("OPENAI_BASE_URL");
    expect(advice).toContain(`redirect to ${other.origin}/v1`);
    expect(other.requests()).toBe(0);
    await expect.poll(sent).toBeGreaterThan(0);
    expect(sent()).toBeLessThan(2 * underway);
  });

  test("to nowhere has a kind too", async () => {
    for (const headers of [{}, { location: "http://" }, { location: "javascript:1" }]) {
      const { baseUrl } = await serve((response) => void response.writeHead(307, headers).end());
      expect((await ask(baseUrl)).error?.code).toBe("unreachable");
    }
    const { baseUrl } = await serve((response) => void response.writeHead(304).end());
    expect((await ask(baseUrl)).error?.code).toBe("unreachable");
  });
});

describe("the look at the endpoint", () => {
  test.each([
    ["a list without an end", '{"data":[', many('{"id":"a"},', 6_000)],
    ["a text without an end", "", many("a", 64_000)],
  ])("reads %s to a bound, and says nothing", async (_, begin, piece) => {
    const { baseUrl, sent } = await serve((response) => {
      response.writeHead(200, { "content-type": "application/json" }).write(begin);
      pour(response, piece);
    });
    expect(await createOpenAiClient(settingsFor(baseUrl)).check(never)).toBeUndefined();
    await expect.poll(sent).toBeGreaterThan(0);
    expect(sent()).toBeLessThan(4_000_000 + underway);
  });

  test("finds the address of a server whose head never ends", async () => {
    const { baseUrl } = await serve((response) => {
      response.socket?.write("HTTP/1.1 200 OK\r\nendless: ");
      if (response.socket) pour(response.socket, many("a", 64_000));
    });
    expect(await createOpenAiClient(settingsFor(baseUrl)).check(never)).toContain("OPENAI_BASE_URL");
  });

  test("unpacks a list as it came before", async () => {
    const { baseUrl } = await serve((response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync('{"data":[{"id":"another"}]}'));
    });
    expect(await createOpenAiClient(settingsFor(baseUrl)).check(never)).toContain("another");
  });
});

test.each([
  ["-5", undefined],
  ["NaN", undefined],
  ["1e308", undefined],
  ["Infinity", undefined],
  ["9".repeat(400), undefined],
  ["604800", 604_800_000],
  ["604801", undefined],
  ["Fri, 31 Dec 9999 23:59:59 GMT", undefined],
  ["9999-12-31", undefined],
  ["constructor", undefined],
])("a wait of %j is %s", (value, expected) => {
  expect(retryAfterMs(new Headers({ "retry-after": value }))).toBe(expected);
});

test("a wait in milliseconds is held to the same bound", () => {
  const wait = (ms: string) => retryAfterMs(new Headers({ "retry-after-ms": ms }));
  expect(["604800000", "604800001", "-1", "1e3"].map(wait)).toEqual([604_800_000, undefined, undefined, undefined]);
});
