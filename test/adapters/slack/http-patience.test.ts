import http, { type ServerOptions } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { startSlack } from "../../emulators/slack/slack-emulator.ts";
import { startSlackParley } from "../../support/slack-parley.ts";

test("a client that is slow is not waited for, and a proxy's connection is kept longer than the proxy keeps it", async () => {
  const slack = await startSlack({ mode: "http" });
  const created = vi.spyOn(http, "createServer");
  const { signingSecret } = slack;
  const parley = await startSlackParley({
    at: slack,
    adapter: { delivery: { kind: "http", signingSecret, host: "127.0.0.1", port: 0 } },
  });
  onTestFinished(parley.stop);
  onTestFinished(() => created.mockRestore());
  expect(created).toHaveBeenCalledOnce();
  const [options] = created.mock.calls[0] as unknown as [ServerOptions];
  const { value: server } = created.mock.results[0] as { value: http.Server };
  expect(server.headersTimeout).toBeLessThanOrEqual(5_000);
  expect(server.requestTimeout).toBeLessThanOrEqual(10_000);
  expect(options.connectionsCheckingInterval).toBeLessThanOrEqual(1_000);
  expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
});
