import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { guardRequests } from "../../../adapters/slack/connection/request-guard.ts";
import { createManualClock } from "../../support/manual-clock.ts";

async function openServer() {
  const heard: (string | undefined)[] = [];
  const guard = guardRequests(
    ({ url }, response) => {
      heard.push(url);
      response.end("here");
    },
    { signingSecret: "secret", clock: createManualClock(), pages: ["/page"], mismatched: () => undefined },
  );
  const server = createServer(guard);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").setEncoding("utf8");
  return { socket, heard };
}

const request = "GET /page HTTP/1.1\r\nhost: parley\r\n\r\n";

test("a packet full of requests costs no more than its first one", async () => {
  const { socket, heard } = await openServer();
  socket.on("error", () => undefined).resume();
  socket.write(request.repeat(1_000));
  await new Promise((resolve) => socket.once("close", resolve));
  expect(heard).toHaveLength(1);
});

test("requests that wait for their answers share a connection, as a proxy's do", async () => {
  const { socket, heard } = await openServer();
  for (let sent = 1; sent <= 50; sent++) {
    socket.write(request);
    await new Promise((resolve) => socket.once("data", resolve));
    expect(heard).toHaveLength(sent);
  }
  expect(socket.destroyed).toBe(false);
});
