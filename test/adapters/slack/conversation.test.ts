import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChannelRecord, MessageRecord } from "../../emulators/slack/records.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
beforeEach(async () => {
  parley = await startSlackParley();
});
afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

const ann = () => parley.slack.addUser("ann", { displayName: "Ann" });
const mention = (text: string) => `<@${parley.slack.botUserId}> ${text}`;

/** What stands in a thread, by whom. */
const thread = (channel: ChannelRecord, root: MessageRecord) =>
  parley.slack
    .messages(channel, root)
    .map(({ userId, text }) => `${userId === parley.slack.botUserId ? "Parley" : "person"}: ${text}`);

const settled = (channel: ChannelRecord, root: MessageRecord, answers: number) =>
  parley.slack.until(() => {
    const own = parley.slack.messages(channel, root).filter(({ userId }) => userId === parley.slack.botUserId);
    return (
      own.length >= answers &&
      own.every(
        (one) => !one.streaming && !one.text.includes("▌") && one.buttons.every(({ actionId }) => actionId !== "stop"),
      )
    );
  }, 8_000);

const answers = async (count: number) => parley.ai.until(() => parley.ai.requests.length >= count);

test("a mention is answered in a thread under it, which the bot then follows", async () => {
  const { slack, ai } = parley;
  ai.replies({ text: "Hello Ann. How are you?" }, { text: "Glad to hear it." });
  const root = slack.say({ in: slack.channel, by: ann(), text: mention("Hello") });
  await settled(slack.channel, root, 1);
  slack.say({ in: slack.channel, thread: root, text: "Fine" });
  await settled(slack.channel, root, 2);
  expect(thread(slack.channel, root)).toEqual([
    "Parley: Hello Ann. How are you?",
    "person: Fine",
    "Parley: Glad to hear it.",
  ]);
  expect(ai.requests).toHaveLength(2);
  expect(ai.requests[0]?.messages.at(-1)?.content).toBe('<message from="Ann">\nHello\n</message>');
});

test("a long answer grows in place by appending, with the loading status before it and none after", async () => {
  const { slack, ai } = parley;
  const text = Array.from({ length: 200 }, (_, index) => `word${index}`).join(" ");
  ai.replies({ text, tokensPerSecond: 300, firstTokenMs: 50 });
  const root = slack.say({ in: slack.channel, by: ann(), text: mention("Count") });
  await settled(slack.channel, root, 1);
  const [reply] = slack.messages(slack.channel, root);
  expect(reply?.text).toBe(text);
  const shown = reply?.states.map((state) => state.text.length) ?? [];
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.toSorted((a, b) => a - b)).toEqual(shown);
  expect(slack.requests.filter(({ method }) => method === "chat.appendStream").length).toBeGreaterThan(0);
  await slack.until(() => slack.statuses(slack.channel, root).at(-1)?.status === "");
  expect(slack.statuses(slack.channel, root)[0]?.status).toBe("is thinking…");
});

test("a direct message is answered in a thread of its own, which remembers", async () => {
  const { slack, ai } = parley;
  const anna = ann();
  const direct = slack.direct(anna);
  ai.replies({ text: "Hi!" }, { text: "You said Hello." });
  const root = slack.say({ in: direct, by: anna, text: "Hello" });
  await settled(direct, root, 1);
  slack.say({ in: direct, by: anna, thread: root, text: "What did I say?" });
  await settled(direct, root, 2);
  expect(thread(direct, root)).toEqual(["Parley: Hi!", "person: What did I say?", "Parley: You said Hello."]);
  expect(ai.requests[1]?.messages).toHaveLength(4);
  expect(slack.sessions(direct, root).map(({ status }) => status)).toContain("processing");
  await slack.until(() => slack.sessions(direct, root).at(-1)?.status === "active");
});

describe("called into a thread late", () => {
  test("the bot reads what was said before", async () => {
    const { slack, ai } = parley;
    const anna = ann();
    const root = slack.say({ in: slack.channel, by: anna, text: "Pizza on Friday?" });
    slack.say({ in: slack.channel, by: slack.addUser("ben", { displayName: "Ben" }), thread: root, text: "Yes" });
    slack.say({ in: slack.channel, by: anna, thread: root, text: mention("Who comes?") });
    await settled(slack.channel, root, 1);
    await answers(1);
    const last = ai.requests[0]?.messages.at(-1)?.content;
    expect(last).toContain('<message from="Ann">\nPizza on Friday?');
    expect(last).toContain('<message from="Ben">\nYes');
    expect(thread(slack.channel, root).join()).not.toContain("have read");
  });

  test("it says so when that was not all", async () => {
    const { slack } = parley;
    const root = slack.say({ in: slack.channel, text: "A long story", silent: true });
    for (let index = 0; index < 260; index++) {
      slack.say({ in: slack.channel, thread: root, text: `line ${index}`, silent: true });
    }
    slack.say({ in: slack.channel, thread: root, text: mention("And?") });
    await settled(slack.channel, root, 1);
    expect(parley.ai.requests[0]?.messages.at(-1)?.content).toContain("line 259");
    expect(parley.ai.requests[0]?.messages.at(-1)?.content).not.toContain("line 100\n");
    expect(thread(slack.channel, root).at(-1)).toContain("I read only the last 50 messages");
  });
});
