import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSubscriptionCheck } from "../../../adapters/slack/subscriptions.ts";
import { recordingLog } from "../../support/recording-log.ts";

vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, value: unknown) => new Promise((resolve) => globalThis.setTimeout(resolve, ms, value)),
}));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const log = recordingLog();
  const stopping = new AbortController();
  return { check: createSubscriptionCheck(log, stopping.signal), log, stop: () => stopping.abort() };
}

const minute = () => vi.advanceTimersByTimeAsync(60_000);

test("a channel from which only mentions come names the subscription that is missing, once", async () => {
  const { check, log } = open();
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
  const { check, log } = open();
  for (const kind of order) check[kind]("C1");
  await minute();
  expect(log.lines).toEqual([]);
});

test("another channel's messages prove nothing", async () => {
  const { check, log } = open();
  check.message("D1");
  check.mention("C1");
  await minute();
  expect(log.lines).toHaveLength(1);
});

test("nothing is said after the end", async () => {
  const { check, log, stop } = open();
  check.mention("C1");
  stop();
  await minute();
  expect(log.lines).toEqual([]);
});
