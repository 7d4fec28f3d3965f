import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { MessageRecord } from "../../emulators/slack/records.ts";
import { type Slack, startSlack } from "../../emulators/slack/slack-emulator.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

/** A Slack and a store that outlive each run of the bot. */
async function openWorld(): Promise<{ readonly slack: Slack; start(): Promise<SlackParley> }> {
  const slack = await startSlack();
  const folder = mkdtempSync(join(tmpdir(), "parley-"));
  onTestFinished(async () => {
    const { problems } = slack;
    await slack.stop();
    rmSync(folder, { recursive: true, force: true });
    expect(problems).toEqual([]);
  });
  return { slack, start: () => startSlackParley({ at: slack, storeUrl: `sqlite://${join(folder, "store.sqlite")}` }) };
}

const mention = (slack: Slack, text: string) => `<@${slack.botUserId}> ${text}`;
const texts = (slack: Slack, root: MessageRecord) => slack.messages(slack.channel, root).map(({ text }) => text);
const shows = (slack: Slack, root: MessageRecord, text: string) =>
  slack.until(
    () => slack.messages(slack.channel, root).some((one) => one.text.includes(text) && !one.streaming),
    8_000,
  );

/** Delivers a message's events again, and waits until they were acknowledged and whatever came of it was asked. */
async function redeliver(slack: Slack, ...messages: readonly MessageRecord[]): Promise<void> {
  const before = slack.deliveries.length;
  for (const message of messages) slack.redeliver(message);
  await slack.until(
    () => slack.deliveries.slice(before).filter(({ ackedAt }) => ackedAt !== undefined).length >= messages.length,
  );
  for (let hop = 0; hop < 3; hop++) await (await fetch(`${slack.apiUrl}auth.test`, { method: "POST" })).text();
}

test("a mention that comes as app_mention and as a message, and once more as both, is answered once", async () => {
  const { slack, start } = await openWorld();
  const { ai, leave } = await start();
  const root = slack.say({ in: slack.channel, text: mention(slack, "Hi") });
  await shows(slack, root, "How can I help?");
  expect(slack.deliveries.map(({ type }) => type)).toEqual(expect.arrayContaining(["app_mention", "message"]));
  await redeliver(slack, root);
  expect(texts(slack, root)).toHaveLength(1);
  expect(ai.requests).toHaveLength(1);
  await leave();
});

test("after a restart a question that comes again is not answered again", async () => {
  const { slack, start } = await openWorld();
  const first = await start();
  const root = slack.say({ in: slack.channel, text: mention(slack, "Hi") });
  const follow = slack.say({ in: slack.channel, thread: root, text: mention(slack, "And you?") });
  await slack.until(() => texts(slack, root).filter((text) => text.includes("How can I help?")).length === 2);
  await first.leave();
  const second = await start();
  await redeliver(slack, root, follow);
  const next = slack.say({ in: slack.channel, thread: root, text: "Still there?" });
  await slack.until(() => texts(slack, root).indexOf(next.text) === texts(slack, root).length - 2);
  expect(second.ai.requests).toHaveLength(1);
  const asked = JSON.stringify(second.ai.requests[0]?.messages);
  expect(asked.match(/And you\?/g)).toHaveLength(1);
  await second.leave();
});

test("after a restart a reset that comes again does not clear what was said since", async () => {
  const { slack, start } = await openWorld();
  const first = await start();
  const root = slack.say({ in: slack.channel, text: mention(slack, "My dog is called Rex") });
  await shows(slack, root, "How can I help?");
  const reset = slack.say({ in: slack.channel, thread: root, text: mention(slack, "reset") });
  await slack.until(() => texts(slack, root).length === 3);
  slack.say({ in: slack.channel, thread: root, text: "My cat is called Tom" });
  await slack.until(() => texts(slack, root).length === 5);
  await first.leave();
  const second = await start();
  await redeliver(slack, reset);
  slack.say({ in: slack.channel, thread: root, text: "What is my cat called?" });
  await slack.until(() => texts(slack, root).length === 7);
  const asked = JSON.stringify(second.ai.requests[0]?.messages);
  expect(asked).toContain("Tom");
  expect(asked).not.toContain("Rex");
  await second.leave();
});

test("after a reset and a restart a question from before that comes again is neither answered nor remembered", async () => {
  const { slack, start } = await openWorld();
  const first = await start();
  const root = slack.say({ in: slack.channel, text: mention(slack, "My dog is called Rex") });
  await shows(slack, root, "How can I help?");
  slack.say({ in: slack.channel, thread: root, text: mention(slack, "reset") });
  await slack.until(() => texts(slack, root).length === 3);
  await first.leave();
  const second = await start();
  second.ai.replyTo(({ messages }) => ({
    text: messages.at(-1)?.content.includes("What is") ? "Who knows." : "Again.",
  }));
  await redeliver(slack, root);
  slack.say({ in: slack.channel, thread: root, text: mention(slack, "What is my dog called?") });
  await shows(slack, root, "Who knows.");
  expect(texts(slack, root)).not.toContain("Again.");
  expect(JSON.stringify(second.ai.requests.at(-1)?.messages)).not.toContain("Rex");
  await second.leave();
});

test("an event that is acknowledged late is delivered again, and answered once", async () => {
  const slack = await startSlack({ envelopeTimeoutMs: 1, retryPauseMs: 1 });
  const { ai, stop } = await startSlackParley({ at: slack });
  const root = slack.say({ in: slack.channel, text: mention(slack, "Hi") });
  await shows(slack, root, "How can I help?");
  expect(ai.requests).toHaveLength(1);
  await stop();
});

test("two bots that mention each other never loop", async () => {
  const { slack, start } = await openWorld();
  const { ai, leave } = await start();
  const other = slack.addUser("Echo", { bot: true });
  const root = slack.say({ in: slack.channel, text: mention(slack, `greet <@${other.id}>`) });
  await shows(slack, root, "How can I help?");
  for (const text of ["Hi back", mention(slack, "Hi back"), mention(slack, "reset")]) {
    slack.say({ in: slack.channel, by: other, thread: root, text });
    slack.say({ in: slack.channel, by: other, thread: root, text, subtype: "bot_message" });
    slack.say({ in: slack.channel, by: other, text });
  }
  const last = slack.say({ in: slack.channel, thread: root, text: "And me?" });
  await slack.until(
    () => texts(slack, root).at(-1)?.includes("How can I help?") === true && texts(slack, root).includes(last.text),
  );
  expect(ai.requests).toHaveLength(2);
  expect(slack.messages(slack.channel).filter(({ userId }) => userId === slack.botUserId)).toEqual([]);
  await leave();
});
