import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { readText } from "../../src/port/index.ts";

const chunk = "x".repeat(16_384);

/** A server that tells how much it has sent and whether somebody still listens. */
async function startServer(answer: (response: ServerResponse, send: (text: string) => boolean) => void) {
  const state = { sent: 0 };
  const gone = Promise.withResolvers<void>();
  const listener: RequestListener = (_, response) => {
    response.once("close", () => gone.resolve());
    answer(response, (text) => {
      state.sent += text.length;
      return response.write(text);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = { name: "a.txt", mediaType: "text/plain", bytes: 5, url: `${origin}/a.txt` };
  return { state, gone: gone.promise, read: () => readText(file, { origins: new Set([origin]) }) };
}

/** Sends as fast as it is taken, and never ends. */
function endlessly(response: ServerResponse, send: (text: string) => boolean): void {
  while (!response.destroyed && send(chunk));
  if (!response.destroyed) response.once("drain", () => endlessly(response, send));
}

test("a file whose head says that it is too long is refused by that alone, and its connection ended", async () => {
  const { state, gone, read } = await startServer((response, send) => {
    response.writeHead(200, { "content-type": "text/plain", "content-length": "300000000" });
    endlessly(response, send);
  });
  expect(await read()).toBeUndefined();
  await gone;
  expect(state.sent).toBeLessThan(10_000_000); // what the sockets' buffers hold
});

test("a file that says nothing of its length is read up to the limit, and then cancelled", async () => {
  const { state, gone, read } = await startServer((response, send) => {
    response.writeHead(200, { "content-type": "text/plain" });
    endlessly(response, send);
  });
  expect(await read()).toBeUndefined();
  await gone;
  expect(state.sent).toBeLessThan(10_000_000);
});

test("a file that stops coming is given up when its time is over", async () => {
  const time = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(time.signal);
  onTestFinished(() => void vi.restoreAllMocks());
  const { gone, read } = await startServer((response, send) => {
    response.writeHead(200, { "content-type": "text/plain" });
    send("A beginning");
    time.abort(new DOMException("late", "TimeoutError"));
  });
  await expect(read()).rejects.toThrow();
  await gone;
});

test("a file that just fits is read whole", async () => {
  const { read } = await startServer((response, send) => {
    response.writeHead(200, { "content-type": "text/plain" });
    send("é".repeat(50_000));
    response.end();
  });
  expect(await read()).toBe("é".repeat(50_000));
});
