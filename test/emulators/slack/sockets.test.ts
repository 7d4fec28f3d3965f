import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { openClient, openSlack } from "./real-client.ts";
import type { Slack } from "./slack-emulator.ts";

describe("the sockets", () => {
  test("what was not acknowledged goes to the next socket, a new one after a refresh", async () => {
    const { slack, client: bot } = await openSlack();
    const first = await openSocket(slack);
    expect(first.heard[0]).toMatchObject({ type: "hello", num_connections: 1 });
    slack.say({ in: slack.channel, text: "hello" });
    await slack.until(() => slack.deliveries.length === 1);
    slack.refreshSockets();
    await first.closed;
    expect(first.heard.slice(-2)).toMatchObject([{ reason: "warning" }, { reason: "refresh_requested" }]);
    expect(slack.sockets).toEqual({ opened: 1, live: 0 });
    const second = await openSocket(slack);
    await slack.until(() => second.heard.length === 2);
    expect(second.heard[1]).toMatchObject({
      type: "events_api",
      retry_attempt: 1,
      payload: { event: { text: "hello" } },
    });
    const { envelope_id } = second.heard[1] as { readonly envelope_id: string };
    second.socket.send(JSON.stringify({ envelope_id }));
    second.socket.send(JSON.stringify({ envelope_id }));
    await slack.until(() => slack.deliveries[1]?.ackedAt !== undefined);
    await bot.auth.test();
    expect(slack.problems).toEqual(["an envelope was acknowledged twice"]);
  });

  test("an event nobody acknowledges is sent three times more", async () => {
    const { slack } = await openSlack({ envelopeTimeoutMs: 20, retryPauseMs: 5 });
    const { heard } = await openSocket(slack);
    slack.say({ in: slack.channel, text: "hello" });
    await slack.until(() => slack.deliveries.length === 4);
    await slack.until(() => heard.length === 5);
    expect(heard.slice(1).map((envelope) => envelope["retry_attempt"])).toEqual([0, 1, 2, 3]);
  });
});

/** A bare Socket Mode client: what it hears, without Bolt's five seconds before it connects again. */
async function openSocket(slack: Slack) {
  const { url = "" } = await openClient(slack, slack.appToken).apps.connections.open({});
  const socket = new WebSocket(url);
  const heard: Record<string, unknown>[] = [];
  const opened = slack.sockets.opened;
  socket.on("message", (message) => heard.push(JSON.parse(String(message))));
  const closed = new Promise((resolve) => socket.on("close", resolve));
  onTestFinished(() => socket.terminate());
  await slack.until(() => slack.sockets.opened === opened + 1);
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  return { socket, heard, closed };
}
