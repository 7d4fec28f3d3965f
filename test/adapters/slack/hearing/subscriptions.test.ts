import { expect, test } from "vitest";
import { createSubscriptionCheck } from "../../../../adapters/slack/hearing/subscriptions.ts";
import { createManualClock } from "../../../support/manual-clock.ts";
import { recordingLog } from "../../../support/recording-log.ts";

function open() {
  const log = recordingLog();
  const clock = createManualClock();
  const stopping = new AbortController();
  const check = createSubscriptionCheck({ log, clock }, stopping.signal);
  return { check, log, minute: () => clock.pass(60_000), stop: () => stopping.abort() };
}

test("a channel from which only mentions come names the subscription that is missing, once", async () => {
  const { check, log, minute } = open();
  check.mention("C1");
  check.mention("C1");
  await minute();
  check.mention("C2");
  await minute();
  expect(log.lines).toHaveLength(1);
  expect(log.text()).toContain("message.channels");
  expect(log.text()).toContain("Event Subscriptions");
});

test.each([
  ["before it", ["message", "mention"]],
  ["after it", ["mention", "message"]],
  ["before a mention that is delivered again", ["message", "mention", "mention"]],
] as const)("nothing is said where the message comes %s", async (_, order) => {
  const { check, log, minute } = open();
  for (const kind of order) check[kind]("C1");
  await minute();
  expect(log.lines).toEqual([]);
});

test("another channel's messages prove nothing", async () => {
  const { check, log, minute } = open();
  check.message("D1");
  check.mention("C1");
  await minute();
  expect(log.lines).toHaveLength(1);
});

test("nothing is said after the end", async () => {
  const { check, log, minute, stop } = open();
  check.mention("C1");
  stop();
  await minute();
  expect(log.lines).toEqual([]);
});
