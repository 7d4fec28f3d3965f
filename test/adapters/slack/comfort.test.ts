import { afterEach, beforeEach, expect, test } from "vitest";
import type { MessageRecord, UserRecord } from "../../emulators/slack/records.ts";
import { type SlackParley, startSlackParley } from "../../support/slack-parley.ts";

let parley: SlackParley;
let ann: UserRecord;
beforeEach(async () => {
  // A thought is told at once, so that nobody waits for the line here.
  parley = await startSlackParley({ core: { waiting: { thinkingMs: 0, silentMs: 60_000, renewMs: 60_000 } } });
  ann = parley.slack.addUser("ann", { displayName: "Ann" });
});
afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  expect(problems).toEqual([]);
});

const ask = (text: string, by = ann) =>
  parley.slack.say({ in: parley.slack.channel, by, text: `<@${parley.slack.botUserId}> ${text}` });

const own = (root: MessageRecord) =>
  parley.slack.messages(parley.slack.channel, root).filter(({ userId }) => userId === parley.slack.botUserId);
const statuses = (root: MessageRecord) => parley.slack.statuses(parley.slack.channel, root).map(({ status }) => status);
const isQuiet = (root: MessageRecord) => (statuses(root).at(-1) ?? "") === "";
const isWhole = (root: MessageRecord) =>
  own(root).length > 0 &&
  own(root).every(({ streaming, buttons }) => !streaming && buttons.length === 0) &&
  isQuiet(root);

test("a model that thinks is seen to think beside the name, and no message is made of it", async () => {
  const { slack, ai } = parley;
  const { promise, resolve } = Promise.withResolvers<void>();
  ai.replies({ reasoning: "Hm, <!channel> knows.", text: "Because.", holdAfter: { deltas: 0, until: promise } });
  const root = ask("Why?");
  await slack.until(() => statuses(root).includes("is thinking… 0 s"));
  expect(own(root)).toEqual([]);
  resolve();
  await slack.until(() => isWhole(root));
  expect(own(root).map(({ text }) => text)).toEqual(["Because."]);
  expect(JSON.stringify(own(root))).not.toContain("knows");
  slack.say({ in: slack.channel, by: ann, thread: root, text: "reasoning" });
  await slack.until(() => slack.ephemerals(slack.channel).length > 0);
  const [whispered] = slack.ephemerals(slack.channel);
  expect(whispered?.user).toBe(ann.id);
  expect(whispered?.text.replace(/\p{Cf}/gu, "")).toContain("> Hm, <!channel> knows.");
  expect(whispered?.pings).toEqual({ users: [], channels: [], groups: [] });
});

test.each(["in a channel", "in a direct message"])(
  "who wants answers only whole gets each by one post, and sees until then that it is written (%s)",
  async (where) => {
    const { slack, ai } = parley;
    const channel = where === "in a channel" ? slack.channel : slack.direct(ann);
    const chosen = slack.command({ in: channel, by: ann, text: "replies final" });
    await slack.until(() => chosen.responses.length > 0);
    expect(JSON.stringify(chosen.responses)).toContain(
      "From now on, answers to you in this workspace are posted when they are complete",
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    ai.replies({ reasoning: "Hm.", text: ["One ", "two."], holdAfter: { deltas: 1, until: promise } });
    const text = channel.kind === "im" ? "Count" : `<@${slack.botUserId}> Count`;
    const root = slack.say({ in: channel, by: ann, text });
    const shown = () => slack.statuses(channel, root).map(({ status }) => status);
    await slack.until(() => shown().at(-1) === "is writing…");
    const answers = () => slack.messages(channel, root).filter(({ userId }) => userId === slack.botUserId);
    expect(answers()).toEqual([]);
    resolve();
    await slack.until(() => answers().length > 0 && (shown().at(-1) ?? "") === "");
    expect(answers().map(({ states }) => states.map(({ how, text: one }) => `${how}: ${one}`))).toEqual([
      ["post: One two."],
    ]);
    expect(slack.requests.filter(({ method }) => /Stream|update/.test(method))).toEqual([]);
  },
);

test("one person's choice is nobody else's", async () => {
  const { slack } = parley;
  const chosen = slack.command({ in: slack.channel, by: ann, text: "replies final" });
  await slack.until(() => chosen.responses.length > 0);
  const root = ask("Hello", slack.addUser("ben", { displayName: "Ben" }));
  await slack.until(() => isWhole(root));
  expect(slack.requests.filter(({ method }) => method === "chat.startStream")).toHaveLength(1);
});

test("a channel's choice takes the right to it, and the refusal shows the way", async () => {
  const { slack } = parley;
  const used = slack.command({ in: slack.channel, by: ann, text: "replies channel final" });
  await slack.until(() => used.responses.length > 0);
  expect(JSON.stringify(used.responses)).toContain("You can change it for yourself: `replies live` or `replies final`");
  ask("replies final");
  await slack.until(() => slack.ephemerals(slack.channel).some(({ via }) => via === "chat.postEphemeral"));
  expect(slack.ephemerals(slack.channel).at(-1)?.text).toContain("`replies default` undoes this.");
});
