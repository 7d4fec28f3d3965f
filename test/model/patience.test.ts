import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { createOpenAiClient } from "../../src/model/openai/openai-client.ts";
import { read, settingsFor } from "./reading.ts";

/** A server of bare bytes. `answer` is called for each request that came whole. */
async function serve(answer: (socket: Socket, request: number) => void) {
  let requests = 0;
  const sockets = new Set<Socket>();
  server = createServer((socket) => {
    sockets.add(socket);
    let got = "";
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      got += bytes.toString();
      const length = Number(/content-length: (\d+)/i.exec(got)?.[1]);
      if (got.length < got.indexOf("\r\n\r\n") + 4 + length) return;
      got = "";
      requests += 1;
      answer(socket, requests);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { baseUrl, requests: () => requests, open: () => sockets.size };
}

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

const chunk = (content: string, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
const first = chunk("One ");
const whole = `${head}${first}${chunk("two", "stop")}data: [DONE]\n\n`;

describe("from the first byte of an answer on nothing is repeated", () => {
  const places = fc.integer({ min: head.length, max: head.length + first.length + 40 });

  test.each([
    ["a reset", (socket: Socket) => socket.resetAndDestroy()],
    ["a close", (socket: Socket) => socket.end()],
    ["silence", () => undefined],
  ] as const)("wherever %s cuts it", async (_, cut) => {
    await fc.assert(
      fc.asyncProperty(places, async (place) => {
        const { baseUrl, requests } = await serve((socket) => {
          socket.write(whole.slice(0, place), () => setImmediate(cut, socket));
        });
        const { text, error } = await read(
          createOpenAiClient(settingsFor(baseUrl, { idleMs: 60 }), { beginMs: 5_000 }),
        );
        server?.close();
        expect(["broken", "stalled"]).toContain(error?.code);
        expect("One ".startsWith(text)).toBe(true);
        expect(requests()).toBe(1);
      }),
      { numRuns: 12, seed: 11 },
    );
  });

  test("and a head that was cut is asked again, since nothing came of it", async () => {
    const { baseUrl, requests } = await serve((socket, request) => {
      if (request === 1) socket.write(head.slice(0, 30), () => socket.resetAndDestroy());
      else socket.end(whole);
    });
    expect((await read(createOpenAiClient(settingsFor(baseUrl)))).text).toBe("One two");
    expect(requests()).toBe(2);
  });
});

describe("until an answer begins, retries and waits together have one limit", () => {
  const limitMs = 300;
  const failed = (status: string, more = "") => `HTTP/1.1 ${status}\r\ncontent-length: 99\r\n${more}\r\n{"error":`;

  const endless: readonly (readonly [string, (socket: Socket) => void, number])[] = [
    ["a server that never answers", () => undefined, 1],
    [
      "a head that comes letter by letter and never ends",
      (socket) => drip(socket, "x", "HTTP/1.1 200 OK\r\nslow: "),
      1,
    ],
    ["a refusal whose words never end", (socket) => socket.write(failed("400 Bad Request")), 1],
    ["an error whose words never end", (socket) => socket.write(failed("503 Down", "retry-after-ms: 1\r\n")), 3],
    ["a wait that the server asks for", (socket) => socket.write(failed("503 Down", "retry-after: 9\r\n")), 1],
  ];

  test.each(endless)("%s", async (_, answer, asked) => {
    const { baseUrl, requests, open } = await serve((socket) => void answer(socket));
    const { error } = await read(createOpenAiClient(settingsFor(baseUrl), { beginMs: limitMs }));
    expect(error).toMatchObject({ code: "timeout", message: `no answer began within ${limitMs} ms` });
    expect(requests()).toBe(asked);
    await expect.poll(open).toBe(0);
  });
});

/** The same bytes again and again behind the first ones, for as long as the connection lives. */
function drip(socket: Socket, bytes: string, begin: string): void {
  socket.write(begin);
  const timer = setInterval(() => socket.write(bytes), 10);
  socket.once("close", () => clearInterval(timer));
}
