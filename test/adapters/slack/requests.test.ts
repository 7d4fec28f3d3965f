import { describe, expect, onTestFinished, test } from "vitest";
import { limitsFor } from "../../../adapters/slack/format.ts";
import { createEditBudget } from "../../../src/reply/edit-budget.ts";
import { createPacer } from "../../../src/reply/pacer.ts";
import { createReplyHandle } from "../../../src/reply/reply-handle.ts";
import type { ChannelRecord, MessageRecord } from "../../emulators/slack/records.ts";
import { type SlackOptions } from "../../emulators/slack/slack-emulator.ts";
import type { Script } from "../../emulators/openai/script.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { createRecordingSurface, type Streaming } from "../../support/recording-surface.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

/** Exactly so many deltas of the emulator, a word of four characters each. */
const tokens = (count: number) => Array.from({ length: count }, (_, index) => `w${index % 90 + 10} `).join("").trimEnd();

async function open(slack: SlackOptions = {}) {
  const parley = await startSlackParley({ slack });
  onTestFinished(async () => {
    const { problems, rateLimited } = parley.slack;
    await parley.stop();
    expect([problems, rateLimited]).toEqual([[], []]);
  });
  return parley;
}

/** Asks, waits for the whole answer, and counts what was asked of Slack from the question to the end of the loading status. */
async function requestsFor(parley: SlackParley, channel: ChannelRecord, script: Script & { readonly text: string }) {
  const { slack, ai } = parley;
  ai.replies(script);
  const before = slack.requests.length;
  const root = slack.say({ in: channel, text: channel.kind === "im" ? "Tell" : `<@${slack.botUserId}> Tell` });
  const own = () => slack.messages(channel, root).filter(({ userId }) => userId === slack.botUserId);
  const isDone = (message: MessageRecord) =>
    !message.streaming && !message.text.includes("▌") && message.buttons.length === 0;
  const text = () => own().map((message) => message.text).join("");
  await slack.until(() => text() === script.text && own().every(isDone) && slack.requests.every(({ status }) => status !== undefined), 14_000);
  await slack.until(() => (slack.statuses(channel, root).at(-1)?.status ?? "") === "");
  const counts: Record<string, number> = {};
  for (const { method } of slack.requests.slice(before)) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}

const answers = {
  short: { text: "Hello" },
  medium: { text: tokens(600), tokensPerSecond: 200 },
  "very long": { text: tokens(4_000) },
  "very long and slow": { text: tokens(4_000), tokensPerSecond: 900 },
} as const;

for (const where of ["channel", "direct"] as const)
  for (const streaming of [true, false])
    for (const [name, script] of Object.entries(answers))
      test(`${where} ${streaming} ${name}`, async () => {
        const parley = await open({ streaming });
        const channel = where === "channel" ? parley.slack.channel : parley.slack.direct(parley.slack.someone);
        await requestsFor(parley, channel, { text: "Warm" });
        console.log(where, streaming, name, JSON.stringify(await requestsFor(parley, channel, script)));
      });
