import { expect, onTestFinished, test } from "vitest";
import { fullNotice } from "../../../src/reply/refusal-notices.ts";
import { startSlackParley } from "../../support/slack-parley.ts";

test("300 questions of one person in fifty threads: three are asked at once, the person is told, another one is answered", async () => {
  const parley = await startSlackParley({
    slack: {
      tiers: {
        "chat.postMessage": 100_000,
        "chat.startStream": 100_000,
        "chat.stopStream": 100_000,
        "chat.postEphemeral": 100_000,
      },
    },
  });
  onTestFinished(() => parley.stop());
  const { slack, ai } = parley;
  const held = Promise.withResolvers<void>();
  ai.replyTo(({ messages }) =>
    messages.at(-1)?.content.includes("Mine") ? { text: "Yours." } : { text: "Theirs.", hold: held.promise },
  );
  const [ann, bob] = [slack.addUser("ann"), slack.addUser("bob")];
  const roots = Array.from({ length: 50 }, (_, at) => slack.say({ in: slack.channel, by: bob, text: `thread ${at}` }));
  const ask = (by: typeof ann, at: number, text: string) => {
    const thread = roots[at % 50];
    return slack.say({ in: slack.channel, by, text: `<@${slack.botUserId}> ${text}`, ...(thread ? { thread } : {}) });
  };
  for (let at = 0; at < 300; at++) ask(ann, at, `Question ${at}`);
  const own = (at: number) => {
    const root = roots[at];
    const said = root === undefined ? [] : slack.messages(slack.channel, root);
    return said.filter(({ userId }) => userId === slack.botUserId).map(({ text }) => text);
  };
  await ai.until(() => ai.requests.length >= 3);
  ask(bob, 10, "Mine");
  await slack.until(() => own(10).includes("Yours."));
  expect(ai.requests).toHaveLength(4);
  expect(slack.ephemerals(slack.channel).filter(({ text }) => text.includes(fullNotice("person")))).toHaveLength(1);
  held.resolve();
  // Twenty wait. Those that are asked leave room for as many, if they leave before the last has come.
  const theirs = () => roots.flatMap((_, at) => own(at)).filter((text) => text === "Theirs.").length;
  await slack.until(() => theirs() >= 20 && theirs() === ai.requests.length - 1);
  expect(theirs()).toBeLessThanOrEqual(23);
}, 90_000);
