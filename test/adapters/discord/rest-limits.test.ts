import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SendableChannels } from "discord.js";
import { expect, test } from "vitest";
import { createRestLimits } from "../../../adapters/discord/rest-limits.ts";
import { createMessageSurface } from "../../../adapters/discord/surface.ts";
import { type FileServer, messageId, type RateLimit } from "../../../src/port/index.ts";
import { createEditBudget } from "../../../src/reply/edit-budget.ts";
import { never } from "../../../src/runtime/clock.ts";
import { placeOf } from "../../support/build-event.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { recordingLog } from "../../support/recording-log.ts";

test("what is known of a channel's window stays known, whatever another channel's bucket is called", async () => {
  const server = createServer(({ url = "" }, answer) => {
    answer.writeHead(200, {
      "x-ratelimit-limit": "5",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset-after": "5",
      "x-ratelimit-bucket": url.includes("/channels/1/") ? "one" : "other",
    });
    answer.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v10/channels`;
  const clock = createManualClock();
  const budget = createEditBudget(clock);
  const { send, pacesIn, paid } = createRestLimits({ budget, clock });
  for (const channel of ["1", "2"]) {
    await budget.take(pacesIn(channel).edits, "final", never);
    await paid(() => send(`${base}/${channel}/messages/7`, { method: "PATCH" }));
  }
  let admitted = false;
  void budget.take(pacesIn("1").edits, "final", never).then(() => {
    admitted = true;
  });
  await clock.pass(4_999);
  expect(admitted).toBe(false);
  await clock.pass(1);
  expect(admitted).toBe(true);
  server.close();
});

test("messages that are taken away count among all requests of the bot", async () => {
  const server = createServer((_, answer) => void answer.writeHead(204).end());
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v10/channels/1/messages`;
  const taken: string[] = [];
  const budget = {
    ...createEditBudget(createManualClock()),
    take: async ({ bucket }: RateLimit) => void taken.push(bucket),
  };
  const requests = createRestLimits({ budget, clock: createManualClock() });
  const messages = { delete: (id: string) => requests.send(`${base}/${id}`, { method: "DELETE" }) };
  const channel = { id: "1", messages } as unknown as SendableChannels;
  const parts = { log: recordingLog(), files: { serves: () => false } as unknown as FileServer, requests };
  const surface = createMessageSurface({ id: "2", channel, text: "", author: "" }, placeOf(), parts);
  await surface.remove(messageId("7"));
  expect(taken).toEqual(["discord:requests"]);
  server.close();
});

test("a request that waited here longer than the client's timeout is sent once, and answered", async () => {
  let sent = 0;
  const server = createServer((_, answer) => {
    sent++;
    answer.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v10/channels/1/messages/7/threads`;
  const clock = createManualClock();
  const budget = createEditBudget(clock);
  const { send } = createRestLimits({ budget, clock });
  budget.rejected({ bucket: "discord:requests", count: 49, periodMs: 1_050 }, 20_000);
  const timeout = new AbortController();
  const answer = send(url, { method: "POST", signal: timeout.signal });
  await clock.pass(15_000);
  timeout.abort();
  expect(sent).toBe(0);
  await clock.pass(5_000);
  expect((await answer).status).toBe(200);
  expect(sent).toBe(1);
  server.close();
});
