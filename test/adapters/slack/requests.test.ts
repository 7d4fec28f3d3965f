import { describe, expect, type TestContext, test } from "vitest";
import { limitsFor } from "../../../adapters/slack/workspace/format.ts";
import { PlatformError } from "../../../src/port/index.ts";
import { createEditBudget } from "../../../src/reply/edit-budget.ts";
import { createPacer } from "../../../src/reply/pacer.ts";
import { createReplyHandle } from "../../../src/reply/reply-handle.ts";
import { type Clock, never } from "../../../src/runtime/clock.ts";
import type { Script } from "../../emulators/openai/script.ts";
import type { ChannelRecord, MessageRecord } from "../../emulators/slack/records.ts";
import type { SlackOptions } from "../../emulators/slack/slack-emulator.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { createQuickClock } from "../../support/quick-clock.ts";
import { createRecordingSurface, type Streaming } from "../../support/recording-surface.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

/** Exactly so many deltas of the emulator, a word of four characters each. */
const tokens = (count: number) =>
  Array.from({ length: count }, (_, index) => `w${(index % 90) + 10} `)
    .join("")
    .trimEnd();

/** No silence of the model is long enough to be told: for a busy machine it may be long on the quick clock. */
const neverTold = { thinkingMs: 1_000_000, silentMs: 1_000_000, renewMs: 1_000_000 };

async function open({ onTestFinished }: TestContext, slack: SlackOptions, time: Clock = createQuickClock(8)) {
  const parley = await startSlackParley({ slack, time, core: { waiting: neverTold } });
  onTestFinished(async () => {
    const { problems, rateLimited } = parley.slack;
    await parley.stop();
    expect([problems, rateLimited]).toEqual([[], []]);
  });
  return { ...parley, time };
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
  const text = () =>
    own()
      .map((message) => message.text)
      .join("");
  await slack.until(
    () => text() === script.text && own().every(isDone) && slack.requests.every(({ status }) => status !== undefined),
  );
  await slack.until(() => (slack.statuses(channel, root).at(-1)?.status ?? "") === "");
  const counts: Record<string, number> = {};
  for (const { method } of slack.requests.slice(before)) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}

const short = { text: "Hello" };
const medium = { text: tokens(600), tokensPerSecond: 200 };
const long = { text: tokens(4_000), tokensPerSecond: 1_000 };
const longAtOnce = { text: tokens(4_000) };

/** What each answer may cost at most, besides the loading status. In its first seconds a text grows every 0.3 s, or is edited every 0.6 s. */
describe.each([
  ["in a channel", "channel", {}],
  ["in a direct message", "im", { "agents.sessions.setStatus": 2 }],
] as const)("%s, what is asked of Slack for", (_, kind, signs) => {
  // Only where the stop button stands above the text does it take an edit to end a stream.
  const edit = kind === "channel" ? 1 : 0;
  test.concurrent.for([
    ["a short answer", true, short, { start: 1, stop: 1, update: edit }],
    ["a medium answer", true, medium, { start: 1, append: 10, stop: 1, update: edit }],
    ["a very long answer", true, long, { start: 2, append: 13, stop: 2, update: 2 * edit, post: 1, made: 2 }],
    [
      "a very long answer that comes at once",
      true,
      longAtOnce,
      { start: 1, append: 1, stop: 1, update: edit, post: 1 },
    ],
    ["a short answer without streams", false, short, { start: 1, post: 1, update: 1 }],
    ["a medium answer without streams", false, medium, { start: 1, post: 1, update: 6 }],
    ["a very long answer without streams", false, long, { start: 2, post: 2, update: 9 }],
    ["a very long answer that comes at once without streams", false, longAtOnce, { start: 1, post: 2, update: 2 }],
  ] as const)("%s", async ([, streaming, script, bounds], context) => {
    const parley = await open(context, { streaming });
    const channel = kind === "im" ? parley.slack.direct(parley.slack.someone) : parley.slack.channel;
    await requestsFor(parley, channel, { text: "Names are asked for once, and then known." });
    const began = parley.time.now();
    const counts = await requestsFor(parley, channel, script);
    const renewals = Math.floor((parley.time.now() - began) / 100_000);
    const most: Record<string, number> = { ...signs, "assistant.threads.setStatus": 1 + renewals };
    const { made = 2, ...calls }: Partial<Record<keyof typeof methods | "made", number>> = bounds;
    for (const [name, count] of Object.entries(calls)) most[methods[name as keyof typeof methods]] = count;
    const beyond = Object.entries(counts).filter(([method, count]) => count > (most[method] ?? 0));
    expect(beyond).toEqual([]);
    // A message whose text is there at once is no stream.
    if (streaming) expect((counts[methods.start] ?? 0) + (counts[methods.post] ?? 0)).toBeLessThanOrEqual(made);
  });
});

const methods = {
  start: "chat.startStream",
  append: "chat.appendStream",
  stop: "chat.stopStream",
  post: "chat.postMessage",
  update: "chat.update",
} as const;

test("eight answers at once without streams come whole, and Slack refuses nothing", async (context) => {
  const parley = await open(context, { streaming: false }, createQuickClock(1));
  const { slack, ai } = parley;
  ai.replies({ text: tokens(600), tokensPerSecond: 150 });
  const began = parley.time.now();
  const roots = Array.from({ length: 8 }, () => slack.say({ in: slack.channel, text: `<@${slack.botUserId}> Tell` }));
  const texts = () =>
    roots.map((root) =>
      slack
        .messages(slack.channel, root)
        .map(({ text }) => text)
        .join("|"),
    );
  await slack.until(() => texts().every((text) => text === tokens(600)));
  const updates = slack.requests.filter(({ method }) => method === "chat.update");
  // One last update each, and each text grew before it.
  expect(updates.length).toBeGreaterThan(2 * 8);
  expect(updates.length).toBeLessThanOrEqual(50 * Math.ceil((parley.time.now() - began) / 60_000));
});

/** Replies that share a budget, as Slack limits them, on a clock that is moved by hand. */
function openReplies(streamings: readonly Streaming[], streamLifeMs = Number.POSITIVE_INFINITY) {
  const clock = createManualClock();
  const expiresAt = clock.now() + streamLifeMs;
  const budget = createEditBudget(clock);
  /** When each edit was made. */
  const edits: number[] = [];
  const replies = streamings.map((streaming) => {
    const surface = createRecordingSurface(limitsFor("T1", "C1"), [], streaming);
    surface.failBy((kind) => {
      if (kind === "edit") edits.push(clock.now());
      return kind === "append" && clock.now() > expiresAt ? new PlatformError("ended", "expired") : undefined;
    });
    const reply = createReplyHandle(surface, [{ command: "stop", label: "Stop" }]);
    return { surface, pacer: createPacer({ reply, budget, clock, fail: (error) => expect(error).toBeUndefined() }) };
  });
  const mostInAMinute = () =>
    Math.max(...edits.map((from) => edits.filter((at) => at >= from && at < from + 60_000).length));

  /** All of them write for so long, and end at the same moment. */
  async function run(ms: number): Promise<void> {
    let text = "";
    for (let passed = 0; passed < ms; passed += 250) {
      text += "word ";
      for (const { pacer } of replies) pacer.offer(text);
      await clock.pass(250);
    }
    const settled = Promise.all(replies.map(({ pacer }) => pacer.settle(`${text}end`, [])));
    await clock.pass(180_000);
    await settled;
    for (const { surface } of replies) {
      expect(surface.contents).toEqual([{ markdown: `${text}end`, controls: [], live: false }]);
      expect([...surface.live]).toEqual([]);
    }
  }

  return { run, mostInAMinute };
}

test("eight replies that are edited make no more than fifty edits in any minute, their last ones included", async () => {
  const { run, mostInAMinute } = openReplies(Array.from({ length: 8 }, () => "none" as const));
  await run(150_000);
  expect(mostInAMinute()).toBeLessThanOrEqual(50);
  expect(mostInAMinute()).toBeGreaterThan(40);
});

test("the edits that take stop buttons away from streams are among the fifty", async () => {
  const streams = Array.from({ length: 20 }, () => "controls-stay" as const);
  const { run, mostInAMinute } = openReplies([...streams, "none", "none", "none"]);
  await run(100_000);
  expect(mostInAMinute()).toBeLessThanOrEqual(50);
});

test("streams that expire all at once go on by edits that are among the fifty", async () => {
  const streams = Array.from({ length: 20 }, () => "controls-go" as const);
  const { run, mostInAMinute } = openReplies([...streams, "none", "none", "none"], 80_000);
  await run(140_000);
  expect(mostInAMinute()).toBeLessThanOrEqual(50);
});

test("of a hundred answers in ten seconds each is begun within seconds and soon whole, by no more than fifty edits a minute", async () => {
  const clock = createManualClock();
  const budget = createEditBudget(clock);
  const edits: number[] = [];
  const text = tokens(300);
  const answers = Array.from({ length: 100 }, async (_, index) => {
    await clock.wait(index * 100, never);
    // Slack lets twenty streams begin in a minute.
    const surface = createRecordingSurface(limitsFor("T1", `C${index}`), [], index < 20 ? "controls-stay" : "none");
    let shownAt = Number.NaN;
    surface.failBy((kind) => {
      if (kind === "edit") edits.push(clock.now());
      shownAt = Number.isNaN(shownAt) ? clock.now() : shownAt;
      return undefined;
    });
    const reply = createReplyHandle(surface, [{ command: "stop", label: "Stop" }]);
    const pacer = createPacer({ reply, budget, clock, fail: (error) => expect(error).toBeUndefined() });
    const startedAt = clock.now();
    for (let end = 100; end < text.length; end += 100) {
      pacer.offer(text.slice(0, end));
      await clock.wait(500, never);
    }
    await pacer.settle(text, []);
    expect(surface.texts).toEqual([text]);
    return { firstMs: shownAt - startedAt, wholeMs: clock.now() - startedAt - 6_000 };
  });
  await clock.pass(200_000);
  const times = await Promise.all(answers);
  const mostInAMinute = Math.max(...edits.map((from) => edits.filter((at) => at >= from && at < from + 60_000).length));
  expect(mostInAMinute).toBeLessThanOrEqual(50);
  expect(Math.max(...times.map(({ firstMs }) => firstMs))).toBeLessThanOrEqual(10_000);
  expect(Math.max(...times.map(({ wholeMs }) => wholeMs))).toBeLessThanOrEqual(10_000);
});

test("a thousand first texts at once, in channels of their own, are 300 a minute in the workspace", async () => {
  const clock = createManualClock();
  const budget = createEditBudget(clock);
  const posted: number[] = [];
  for (let index = 0; index < 1_000; index++) {
    const { posts } = limitsFor("T1", `C${index}`);
    if (posts !== undefined) void budget.take(posts, "final", never).then(() => posted.push(clock.now()));
  }
  await clock.pass(5 * 60_000);
  expect(posted).toHaveLength(1_000);
  for (const [at, time] of posted.entries())
    expect((posted[at + 300] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThan(60_000);
});
