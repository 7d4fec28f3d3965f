import { expect, onTestFinished, test } from "vitest";
import { startSlackParley } from "../../support/slack-parley.ts";

/** Some twenty messages, one a second. */
const long = Array.from({ length: 1_800 }, (_, at) => `Sentence ${at} of a long answer goes on for a while.`).join(" ");

test("“stop” while a long answer is being posted is the end of it: one message may be under way", async () => {
  const parley = await startSlackParley();
  onTestFinished(() => parley.stop());
  const { slack, ai } = parley;
  ai.replies({ text: [long] });
  const ann = slack.addUser("ann", { displayName: "Ann" });
  const root = slack.say({ in: slack.channel, by: ann, text: `<@${slack.botUserId}> Tell me all` });
  const answer = () => slack.messages(slack.channel, root).filter(({ text }) => /^Sentence/.test(text));
  await slack.until(() => answer().length >= 2, 12_000);
  const before = answer().length;
  slack.say({ in: slack.channel, thread: root, by: ann, text: "stop" });
  await slack.until(() => answer().at(-1)?.text.includes("Stopped.") === true, 12_000);
  expect(answer().length - before).toBeLessThanOrEqual(1);
  expect(answer().filter(({ streaming }) => streaming)).toEqual([]);
}, 30_000);
