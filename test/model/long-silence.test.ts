import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOpenAiClient } from "../../src/model/openai-client.ts";
import { never, question, read, settingsFor } from "./reading.ts";

let server: Server;
let asked: (response: ServerResponse) => void;
let requests = 0;

beforeEach(async () => {
  requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    request.resume().once("end", () => asked(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  server.close();
  server.closeAllConnections();
});

const minutes = 60_000;
const chunk = (content: string, finish_reason: string | null) =>
  `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason }] })}\n\n`;

const open = (idleMs: number) =>
  createOpenAiClient(settingsFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, { idleMs }));

test("MODEL_IDLE_SECONDS holds above what the fetch of Node and the SDK would wait, before the first byte and behind it", async () => {
  const nodes = vi.spyOn(globalThis, "fetch");
  const silent = new Promise<ServerResponse>((resolve) => {
    asked = resolve;
  });
  const events = open(20 * minutes)
    .stream(question, never)
    [Symbol.asyncIterator]();
  const first = events.next();
  const response = await silent;
  await vi.advanceTimersByTimeAsync(19 * minutes);
  response.writeHead(200, { "content-type": "text/event-stream" }).write(chunk("One ", null));
  expect((await first).value).toEqual({ kind: "text", text: "One " });
  const second = events.next();
  await vi.advanceTimersByTimeAsync(19 * minutes);
  response.end(chunk("two", "stop"));
  expect((await second).value).toEqual({ kind: "text", text: "two" });
  expect((await events.next()).value).toEqual({ kind: "end", ending: "whole" });
  expect(requests).toBe(1);
  expect(nodes).not.toHaveBeenCalled();
});

test("a usual limit is kept by Node's own fetch", async () => {
  const nodes = vi.spyOn(globalThis, "fetch");
  asked = (response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(chunk("Hi", "stop"));
  expect((await read(open(2 * minutes))).text).toBe("Hi");
  expect(nodes).toHaveBeenCalledOnce();
});

test("an error and a redirect are read alike by both", async () => {
  for (const idleMs of [2 * minutes, 20 * minutes]) {
    asked = (response) => response.writeHead(400).end('{"detail":"no luck"}');
    expect((await read(open(idleMs))).error).toMatchObject({ code: "rejected", message: "400 no luck" });
    asked = (response) => response.writeHead(307, { location: "http://127.0.0.1:9/" }).end();
    expect((await read(open(idleMs))).error).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("redirect to http://127"),
    });
  }
});
