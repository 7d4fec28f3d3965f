import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { never, question, settingsFor } from "./reading.ts";

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

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
/** Loaded anew: as it is loaded it takes what Node's `fetch` sends by. */
async function open(idleMs: number) {
  vi.resetModules();
  const { createOpenAiClient } = await import("../../src/model/openai/openai-client.ts");
  return createOpenAiClient(settingsFor(address(), { idleMs }));
}

/** Node's `fetch` with a limit of its own that is over at once, and none that this process has set. */
function hurry(): void {
  const at = Symbol.for("undici.globalDispatcher.1");
  const { [at]: usual } = globalThis as unknown as Record<symbol, Agent>;
  const { constructor: Own } = usual as unknown as { constructor: new (limits: object) => Agent };
  const hurried = new Own({ headersTimeout: 50, bodyTimeout: 50 });
  Object.assign(globalThis, { [at]: hurried });
  onTestFinished(async () => {
    Object.assign(globalThis, { [at]: usual });
    await hurried.destroy();
  });
}

type Agent = { destroy(): Promise<void> };

/** By itself, Node's `fetch` does not wait so long. */
const givesUp = (answer: Promise<unknown>) =>
  answer.then(
    () => expect.fail("it was patient"),
    (error) => expect(error.cause.code).toMatch(/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/),
  );

test("MODEL_IDLE_SECONDS holds whatever the fetch of Node would wait, before the first byte and behind it", async () => {
  const idleMs = 2 * minutes;
  hurry();
  const [held, plain] = [Promise.withResolvers<ServerResponse>(), Promise.withResolvers<ServerResponse>()];
  asked = (response) => (requests === 1 ? held : plain).resolve(response);
  const events = (await open(idleMs)).stream(question, never)[Symbol.asyncIterator]();
  const first = events.next();
  const response = await held.promise;
  const other = givesUp(fetch(address()));
  await plain.promise;
  await vi.advanceTimersByTimeAsync(0.95 * idleMs);
  await other;
  response.writeHead(200, { "content-type": "text/event-stream" }).write(chunk("One ", null));
  expect((await first).value).toEqual({ kind: "text", text: "One " });
  const second = events.next();
  await vi.advanceTimersByTimeAsync(0.95 * idleMs);
  response.end(chunk("two", "stop"));
  expect((await second).value).toEqual({ kind: "text", text: "two" });
  expect((await events.next()).value).toEqual({ kind: "end", ending: "whole" });
  expect(requests).toBe(2);
});
