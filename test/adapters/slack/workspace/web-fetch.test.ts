import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { toPlatformError } from "../../../../adapters/slack/workspace/errors.ts";
import { createClients } from "../../../../adapters/slack/workspace/workspaces.ts";
import { recordingLog } from "../../../support/recording-log.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that gives every call this response, and the client that asks it. */
async function clientOf(respond: (response: ServerResponse) => void) {
  const calls: { method: string | undefined; body: string; token: string | undefined }[] = [];
  const made = createServer(async (request, response) => {
    const body = (await request.setEncoding("utf8").toArray()).join("");
    calls.push({ method: request.url, body, token: request.headers.authorization });
    respond(response);
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const apiUrl = `http://127.0.0.1:${(made.address() as AddressInfo).port}/`;
  return { ...createClients("xoxb-not-real", { apiUrl, log: recordingLog() }), calls };
}

const text = { channel: "C1", ts: "1.2", markdown_text: "é word" };

test("an append is one call with the token, and its text arrives as it is", async () => {
  const { failFast, calls } = await clientOf((response) => response.end('{"ok":true,"ts":"1.2"}'));
  expect(await failFast.chat.appendStream(text)).toMatchObject({ ok: true, ts: "1.2" });
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ method: "/chat.appendStream", token: "Bearer xoxb-not-real" });
  expect(JSON.parse(calls[0]?.body ?? "")).toEqual(text);
});

test.each<[string, (response: ServerResponse) => void]>([
  ["a refusal", (response) => response.end('{"ok":false,"error":"message_not_in_streaming_state"}')],
  ["one without a word", (response) => response.end('{"ok":false}')],
  ["a rate limit", (response) => response.writeHead(429, { "retry-after": "7" }).end()],
  ["a failure", (response) => response.writeHead(503).end("down")],
  ["a wrong status", (response) => response.writeHead(400).end("no")],
  ["a proxy's page", (response) => response.end("<html>log in</html>")],
  ["an empty page", (response) => response.end()],
  ["a redirect", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ["a connection that drops", (response) => response.destroy()],
])("%s is to an append what it is to the client's other calls", async (_, respond) => {
  const { failFast } = await clientOf(respond);
  const thrown = async (call: Promise<unknown>) => {
    const { code, retryAfterMs } = toPlatformError(await call.catch((error: unknown) => error));
    return { code, retryAfterMs };
  };
  const appended = await thrown(failFast.chat.appendStream(text));
  expect(appended).toEqual(await thrown(failFast.chat.stopStream({ channel: "C1", ts: "1.2" })));
});

test("what is JSON and no object is a failure with a name too", async () => {
  for (const body of ["null", "7", '"no"']) {
    const { failFast } = await clientOf((response) => response.end(body));
    await expect(failFast.chat.appendStream(text)).rejects.toMatchObject({ code: "slack_webapi_platform_error" });
    server?.closeAllConnections();
    server?.close();
  }
});
