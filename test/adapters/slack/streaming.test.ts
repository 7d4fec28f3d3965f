import { describe, expect, onTestFinished, type TestContext, test } from "vitest";
import { createWorkspaces } from "../../../adapters/slack/workspace/workspaces.ts";
import { createMessageSurface } from "../../../adapters/slack/writing/surface.ts";
import { split } from "../../../src/markdown/cutting/split.ts";
import { openFence } from "../../../src/markdown/reading/fence.ts";
import { messageId } from "../../../src/port/index.ts";
import { createReplyHandle } from "../../../src/reply/reply-handle.ts";
import { type Clock, systemClock } from "../../../src/runtime/clock.ts";
import type { Script } from "../../emulators/openai/script.ts";
import type { ChannelRecord, MessageRecord, UserRecord } from "../../emulators/slack/records.ts";
import { type SlackOptions, startSlack } from "../../emulators/slack/slack-emulator.ts";
import { placeOf } from "../../support/build-event.ts";
import { createQuickClock } from "../../support/quick-clock.ts";
import { recordingLog } from "../../support/recording-log.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";
import {
  errors,
  isDone,
  isStopped,
  isText,
  nth,
  steps,
  stopNotice,
  type table,
  text,
  words,
} from "./broken-streams.ts";

/** No silence of the model is long enough to be told: for a busy machine it may be long on the quick clock. */
const neverTold = { thinkingMs: 1_000_000, silentMs: 1_000_000, renewMs: 1_000_000 };

/** Tests that run side by side have to name which of them it is that ends. */
async function open(
  { onTestFinished: finished }: Pick<TestContext, "onTestFinished">,
  slack: SlackOptions = {},
  time: Clock = createQuickClock(8),
) {
  const parley = await startSlackParley({ slack, time, core: { waiting: neverTold } });
  let left: Promise<void> | undefined;
  const leave = () => (left ??= parley.leave());
  finished(() => leave().finally(parley.slack.stop));
  return { ...parley, leave };
}

type Asked = { readonly channel: ChannelRecord; readonly root: MessageRecord };

function ask({ slack }: SlackParley, channel = slack.channel, by: UserRecord = slack.someone): Asked {
  const address = channel.kind === "im" ? "" : `<@${slack.botUserId}> `;
  return { channel, root: slack.say({ in: channel, by, text: `${address}Tell me` }) };
}

/** Enough for so many answers at once: one person has three. */
const peopleFor = ({ slack }: SlackParley, answers: number): readonly UserRecord[] =>
  Array.from({ length: Math.ceil(answers / 3) }, (_, index) => slack.addUser(`person-${index}`));

const own = ({ slack }: SlackParley, { channel, root }: Asked) =>
  slack.messages(channel, root).filter(({ userId }) => userId === slack.botUserId);

const shown = (parley: SlackParley, asked: Asked) =>
  own(parley, asked)
    .map(({ text }) => text)
    .join("");

const count = ({ slack }: SlackParley, method: string) => slack.requests.filter((one) => one.method === method).length;

/** In pieces, each of which comes once Slack has answered what the one before was worth a call: however slow they are, all calls are made. */
function inPieces(parley: SlackParley, whole: string, after?: (sent: number) => Promise<unknown> | undefined): Script {
  const { slack } = parley;
  const pieces = whole.match(/(?:\S+\s*){1,8}/g) ?? [];
  const answered = () => slack.requests.filter(({ method, status }) => /^chat\./.test(method) && status !== undefined);
  return {
    text: pieces,
    async eachAfter(sent) {
      if (sent < pieces.length) await slack.until(() => answered().length >= sent);
      await after?.(sent);
    },
  };
}

/** Waits for the end of an answer, stops the bot, and looks whether the thread holds nothing but it, neatly ended. */
async function expectWhole(parley: SlackParley, asked: Asked, fits: (text: string) => boolean): Promise<void> {
  const { slack } = parley;
  const done = () => own(parley, asked).length > 0 && own(parley, asked).every(isDone);
  const quiet = () => (slack.statuses(asked.channel, asked.root).at(-1)?.status ?? "") === "";
  await slack.until(() => done() && quiet() && fits(shown(parley, asked)));
  await parley.leave();
  expect(fits(shown(parley, asked))).toBe(true);
  expect(own(parley, asked).every(isDone)).toBe(true);
  expect(slack.problems).toEqual([]);
  expect(slack.rateLimited).toEqual([]);
}

/** The rest of the table is in broken-streams.test.ts, without a wire. */
const overTheWire = [
  ["start", "feature_not_enabled"],
  ["first append", "a connection lost after it was carried out"],
  ["later append", "stopped_by_user"],
  ["later append", "message_not_in_streaming_state"],
  ["stop", "429"],
] as const satisfies typeof table;

describe("a stream that breaks leaves the whole answer in the thread, once", () => {
  test.concurrent.for(overTheWire)("%s: %s", async ([step, name], context) => {
    const parley = await open(context);
    const [method, call] = steps[step];
    const failed = () => parley.slack.requests.some(({ error }) => error === "stopped_by_user");
    const stops = name === "stopped_by_user";
    parley.slack.fail(nth(method, call, errors[name]));
    parley.ai.replies(inPieces(parley, text, () => (stops && failed() ? new Promise(() => undefined) : undefined)));
    const asked = ask(parley);
    await expectWhole(parley, asked, stops ? isStopped : isText);
    expect(own(parley, asked)).toHaveLength(1);
    expect(parley.ai.requests[0]?.aborted).toBe(stops);
  });
});

describe("a person who stops the answer", () => {
  const stops = {
    "the button": (parley: SlackParley, asked: Asked) => {
      const [message] = own(parley, asked);
      if (message !== undefined) parley.slack.press({ on: message, actionId: "stop" });
    },
    "Slack's own button": (parley: SlackParley, { channel, root }: Asked) => {
      parley.slack.stopSession({ channel, thread: root });
    },
  };

  test.concurrent.for([
    ["the button", "channel"],
    ["Slack's own button", "channel"],
    ["Slack's own button", "direct message"],
  ] as const)("by %s in a %s keeps the words, and the button goes", async ([how, where], context) => {
    const parley = await open(context);
    const { slack, ai } = parley;
    const endless = words(4_000);
    ai.replies({ text: endless, tokensPerSecond: 60 });
    const asked = ask(parley, where === "channel" ? slack.channel : slack.direct(slack.someone));
    await slack.until(() => count(parley, "chat.appendStream") >= 2);
    const before = shown(parley, asked);
    stops[how](parley, asked);
    await expectWhole(parley, asked, (found) => found.includes(stopNotice));
    const [above = ""] = shown(parley, asked).split("\n\n*Stopped");
    expect(above.startsWith(before)).toBe(true);
    expect(endless.startsWith(above)).toBe(true);
    expect(own(parley, asked)[0]?.buttons.map(({ actionId }) => actionId)).toEqual(["go-on"]);
    expect(ai.requests[0]?.aborted).toBe(true);
  });
});

/** Prose and code, about so many characters. */
function essay(length: number): string {
  let written = "";
  for (let section = 1; written.length < length; section++) {
    const code = Array.from({ length: 120 }, (_, line) => `const value${line} = ${section} * ${line};`).join("\n");
    written += `## Section ${section}\n\n${words(150)}.\n\n\`\`\`ts\n${code}\n\`\`\`\n\n`;
  }
  return written.trimEnd();
}

test("a very long answer stands in several messages, whose code blocks are whole each", async (context) => {
  const parley = await open(context);
  const long = essay(25_000);
  parley.ai.replies({ text: long, tokensPerSecond: 2_500 });
  const asked = ask(parley);
  const parts = split(long, 10_000);
  await expectWhole(parley, asked, (found) => found === parts.join(""));
  const texts = own(parley, asked).map((message) => message.text);
  expect(texts).toEqual(parts);
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.map((one) => openFence(one))).toEqual(texts.map(() => undefined));
});

test("a code block longer than a message is closed at its end and opened again in the next", async (context) => {
  const parley = await open(context);
  const code = Array.from({ length: 500 }, (_, line) => `const value${line} = "${"x".repeat(10)}";`).join("\n");
  const long = `Here:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThat is all.`;
  parley.ai.replies({ text: long, tokensPerSecond: 4_000 });
  const asked = ask(parley);
  const parts = split(long, 10_000);
  await expectWhole(parley, asked, (found) => found === parts.join(""));
  expect(parts.length).toBe(2);
  expect(own(parley, asked).map((message) => message.text)).toEqual(parts);
  expect(parts[1]?.startsWith("```ts\nconst")).toBe(true);
});

/** The real surface alone, so that a text can be cut just where one wants. */
async function openSurface() {
  const slack = await startSlack({
    tiers: { "chat.startStream": 1_000, "chat.stopStream": 1_000, "chat.update": 1_000 },
  });
  onTestFinished(slack.stop);
  const log = recordingLog();
  const { team, botToken: token, botUserId, botId, channel, someone } = slack;
  const workspaces = createWorkspaces({ apiUrl: slack.apiUrl, log, clock: systemClock });
  const known = workspaces.of({ team: team.id, token, botUserId, botId });
  const ends: boolean[] = [];
  const workspace = {
    ...known,
    streams: { take: () => ({ end: () => void ends.push(true), drop: () => void ends.push(false) }), refuse: () => {} },
  };
  const root = slack.say({ in: channel, text: "ask", silent: true });
  const surface = createMessageSurface(
    {
      workspace,
      place: placeOf(),
      channel: channel.id,
      root: root.ts,
      question: root.ts,
      person: { id: someone.id, name: "Sam", isAdmin: false, isStranger: false, team: team.id },
    },
    { log, files: { origins: new Set() }, stopped: () => undefined },
  );
  const messages = () => slack.messages(channel, root);
  return { slack, surface, root, messages, ends };
}

const cutAnywhere = [
  ["a call for the channel", "Hey <!channel|nel> you"],
  ["a call in code", "`<!here>` calls"],
  ["a person with a label", "Ask <@U123> or <@W0ABC12|ann> now"],
  ["a group", "To <!subteam^S123ABC|@crew>!"],
  ["what only looks like one", "a <b and <! c <@ d vec<!T> <!channels x<@T>"],
  ["a ping at the very end", "Ping <!everyone"],
  ["a ping at the very start", "<!channel> all"],
] as const;

test.each(cutAnywhere)("%s pings nobody wherever it is cut, and reads as it was written", async (_, whole) => {
  const { slack, surface, messages } = await openSurface();
  for (let cut = 1; cut <= whole.length; cut++) {
    const reply = createReplyHandle(surface, []);
    await reply.show(whole.slice(0, cut));
    for (let next = cut + 1; next <= Math.min(cut + 3, whole.length); next++) await reply.show(whole.slice(0, next));
    await reply.settle(whole, []);
  }
  expect(messages()).toHaveLength(whole.length);
  for (const message of messages()) {
    expect(message.text.replaceAll("\u2060", "")).toBe(whole);
    for (const { pings } of message.states) expect(pings).toEqual({ users: [], channels: [], groups: [] });
    expect(message.streaming).toBe(false);
  }
  expect(slack.problems).toEqual([]);
});

test("a text that has to wait for its next letters begins a stream without a text", async () => {
  const { slack, surface, messages } = await openSurface();
  const { stream } = surface;
  const id = (await stream?.begin({ markdown: "<", controls: [], live: true })) ?? messageId("");
  for (const text of ["!", "here"]) await stream?.append(id, text);
  const calls = slack.requests.map(({ method, args }) => ({ method, chunks: args["chunks"] }));
  expect(calls).toEqual([{ method: "chat.startStream", chunks: undefined }]);
  await stream?.end(id, "> now", []);
  expect(messages().map(({ text: found }) => found)).toEqual(["<\u2060!here> now"]);
});

test.each([
  ["refused for good", { error: "restricted_action" }, { given: 1 }],
  ["refused for now", { error: "internal_error" }, { given: 0 }],
] as const)("an append that is %s gives the reserved end back, or keeps it", async (_, error, { given }) => {
  const { slack, surface, ends } = await openSurface();
  const { stream } = surface;
  const id = (await stream?.begin({ markdown: "One", controls: [], live: true })) ?? messageId("");
  slack.fail({ method: "chat.appendStream", ...error });
  await expect(stream?.append(id, " two")).rejects.toThrow();
  expect(ends).toHaveLength(given);
});

test("letters of two halves are never torn, wherever they are cut", async () => {
  const { slack, surface, messages } = await openSurface();
  const whole = "a👍🏽b👨‍👩‍👧‍👦c漢字é🏳️‍🌈";
  for (let cut = 1; cut < whole.length; cut++) {
    const reply = createReplyHandle(surface, []);
    await reply.show(whole.slice(0, cut));
    await reply.show(whole.slice(0, cut + 1));
    await reply.settle(whole, []);
  }
  for (const message of messages()) {
    expect(message.text).toBe(whole);
    expect(message.states.map((state) => state.text).join()).not.toContain("\uFFFD");
  }
  expect(slack.problems).toEqual([]);
});

test("an emoji that the model cut in two comes whole, and a ping spelled slowly stays silent", async (context) => {
  const parley = await open(context);
  const deltas = [
    "Hi \ud83d",
    "\ude00 <!",
    "chan",
    "nel",
    "> and <@",
    `${parley.slack.someone.id}`,
    "> \ud83d",
    "\udc4d",
  ];
  parley.ai.replies({ text: deltas, tokensPerSecond: 4 });
  const asked = ask(parley);
  const plain = (found: string) => found.replaceAll("\u2060", "") === deltas.join("");
  await expectWhole(parley, asked, plain);
  for (const { pings, text: state } of own(parley, asked)[0]?.states ?? []) {
    expect(pings).toEqual({ users: [], channels: [], groups: [] });
    expect(state).not.toContain("\uFFFD");
  }
});

test("ten answers at once never overlap on a stream, and come whole", async (context) => {
  const parley = await open(context, {}, createQuickClock(1));
  const { slack } = parley;
  const long = words(120);
  parley.ai.replies({ text: long, tokensPerSecond: 100 });
  const people = peopleFor(parley, 10);
  const asked = Array.from({ length: 10 }, (_, index) => ask(parley, slack.channel, people[index % people.length]));
  for (const one of asked)
    await parley.slack.until(() => shown(parley, one) === long && own(parley, one).every(isDone));
  await parley.leave();
  expect(parley.slack.problems).toEqual([]);
  expect(parley.slack.rateLimited).toEqual([]);
  expect(count(parley, "chat.startStream")).toBe(10);
});

test("the twenty-first stream within a minute is a message that is edited, without a refusal by Slack", async (context) => {
  const parley = await open(context, {}, createQuickClock(1));
  const { slack } = parley;
  parley.ai.replies({ text, tokensPerSecond: 160 });
  const channels = Array.from({ length: 4 }, () => slack.addChannel());
  const people = peopleFor(parley, 24);
  const asked = Array.from({ length: 24 }, (_, index) =>
    ask(parley, channels[index % 4], people[index % people.length]),
  );
  for (const one of asked) await slack.until(() => shown(parley, one) === text && own(parley, one).every(isDone));
  await parley.leave();
  expect(slack.rateLimited).toEqual([]);
  expect(slack.problems).toEqual([]);
  expect(count(parley, "chat.startStream")).toBe(20);
  expect(count(parley, "chat.postMessage")).toBe(4);
});

test("a status that is renewed says what was said last", async () => {
  const { slack, surface, root } = await openSurface();
  await surface.startTyping();
  await surface.status?.("is writing…");
  await surface.startTyping();
  const shown = slack.statuses(slack.channel, root).map(({ status }) => status);
  expect(shown).toEqual(["is thinking…", "is writing…", "is writing…"]);
});

test("a status that is still on its way when something is said is taken away after it", async () => {
  const { slack, surface } = await openSurface();
  slack.fail({ method: "assistant.threads.setStatus", hangMs: 200 });
  const late = surface.status?.("is thinking… 12 s");
  await surface.create({ markdown: "Because.", controls: [], live: false });
  await surface.stopTyping?.();
  await late;
  const sent = slack.requests.flatMap(({ method, args }) => (/setStatus/.test(method) ? [args["status"]] : []));
  expect(sent).toEqual(["is thinking… 12 s", ""]);
});
