import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createRequests } from "../../../adapters/discord/requests.ts";
import { createEditBudget } from "../../../src/reply/edit-budget.ts";
import { never } from "../../../src/runtime/clock.ts";
import { createManualClock } from "../../support/manual-clock.ts";

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
  const { send, pacesIn, paid } = createRequests({ budget, now: clock.now });
  for (const channel of ["1", "2"]) {
    await budget.take(pacesIn(channel).edits, "urgent", never);
    await paid(() => send(`${base}/${channel}/messages/7`, { method: "PATCH" }));
  }
  let admitted = false;
  void budget.take(pacesIn("1").edits, "urgent", never).then(() => {
    admitted = true;
  });
  await clock.pass(4_999);
  expect(admitted).toBe(false);
  await clock.pass(1);
  expect(admitted).toBe(true);
  server.close();
});
