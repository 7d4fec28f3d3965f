import { SocketModeReceiver } from "@slack/bolt";
import { Client } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { catchOddPackets } from "../../adapters/discord/odd-packets.ts";
import { catchOddFrames } from "../../adapters/slack/connection/socket.ts";
import { quiet } from "../emulators/slack/real-client.ts";
import { settled } from "../support/manual-clock.ts";
import { recordingLog } from "../support/recording-log.ts";

// A rejection that nobody handles fails the run.

test.each([
  "null",
  "1",
  '"x"',
  "[]",
  "{}",
  '{"type":"events_api"}',
  '{"type":"events_api","payload":null}',
  '{"type":"events_api","payload":{"event":null}}',
  '{"type":"interactive","payload":null}',
  '{"type":"slash_commands"}',
  '{"type":"error"}',
  "no JSON",
])("a frame %s on Slack's socket does no harm", async (frame) => {
  const { client } = new SocketModeReceiver({ appToken: "xapp-1", logger: quiet, autoReconnectEnabled: false });
  const log = recordingLog();
  catchOddFrames(client, log);
  client.emit("ws_message", frame, false);
  await settled();
  expect(client.listenerCount("ws_message")).toBe(1);
});

test.each([
  "MESSAGE_CREATE",
  "MESSAGE_UPDATE",
  "MESSAGE_DELETE",
  "MESSAGE_DELETE_BULK",
  "INTERACTION_CREATE",
  "THREAD_CREATE",
  "THREAD_LIST_SYNC",
  "GUILD_UPDATE",
  "CHANNEL_CREATE",
])("an odd %s on Discord's gateway does no harm", (t) => {
  const client = new Client({ intents: [] });
  onTestFinished(() => client.destroy());
  const log = recordingLog();
  catchOddPackets(client, log);
  const gateway = client.ws as unknown as { handlePacket(packet: object): unknown; status: number };
  gateway.status = 0;
  for (const d of [
    null,
    {},
    { channel_id: "1" },
    { type: 2, data: null, user: null, id: "1" },
    { author: null, channel_id: "1", type: 0, id: "1" },
  ])
    gateway.handlePacket({ op: 0, t, d });
  expect(log.text()).not.toContain("TypeError: ");
});
