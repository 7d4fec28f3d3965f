import { expect, test } from "vitest";
import { userId } from "../../../src/port/index.ts";
import { never } from "../../../src/runtime/clock.ts";
import type { Slack } from "../../emulators/slack/slack-emulator.ts";
import { type Asked, openInProcess } from "../../support/slack-in-process.ts";

// A thousand answers at once, by a clock that is moved by hand, on a Slack that counts its documented limits and to which no wire leads.

const answers = 1_000;
const spreadMs = 30_000;
const words = (count: number) => "word ".repeat(count);
const standsIn = (slack: Slack, { channel, root }: Asked, whole: string) =>
  slack.messages(channel, root).some(({ text, streaming }) => !streaming && text.trim() === whole.trim());

test("a thousand answers at once are all complete within four minutes, and Slack refuses no call", async () => {
  const { slack, model, clock, ask } = await openInProcess();
  const beganAt = clock.now();
  const asked: Asked[] = [];
  for (let index = 0; index < answers; index++) {
    const spoken = Array.from({ length: 10 }, (_, piece) => [
      words(30),
      { until: clock.wait((piece + 1) * 600, never) },
    ]).flat();
    model.script(spoken);
    asked.push(ask(slack.addChannel(), { id: userId(`slack:U${index}`), name: `Person ${index}` }));
    if (index % 20 === 19) await clock.pass((spreadMs * 20) / answers);
  }
  const isComplete = (one: Asked) => standsIn(slack, one, words(300));
  while (!asked.every(isComplete) && clock.now() < beganAt + 240_000) await clock.pass(5_000);
  expect(asked.filter((one) => !isComplete(one))).toHaveLength(0);
  expect(slack.rateLimited).toEqual([]);
}, 180_000);

test("of a hundred answers in direct messages at once, each has a way to be stopped, and Slack refuses no call", async () => {
  const { slack, model, clock, ask, passUntil } = await openInProcess();
  const asked: Asked[] = [];
  for (let index = 0; index < 100; index++) {
    model.script([words(30), { until: clock.wait(60_000, never) }, words(30)]);
    asked.push(ask(slack.direct(slack.addUser(`person-${index}`)), { id: userId(`slack:U${index}`), name: "Sam" }));
  }
  await clock.pass(30_000);
  const hasStop = ({ channel, root }: Asked) =>
    slack.sessions(channel, root).at(-1)?.status === "processing" ||
    slack.messages(channel, root).some(({ buttons }) => buttons.some(({ actionId }) => actionId === "stop"));
  expect(asked.filter((one) => !hasStop(one))).toHaveLength(0);
  await passUntil(() => asked.every((one) => standsIn(slack, one, words(60))));
  await clock.pass(1_000);
  expect(slack.rateLimited).toEqual([]);
  const sessions = asked.map(({ channel, root }) => slack.sessions(channel, root).map(({ status }) => status));
  for (const statuses of sessions) expect(statuses.at(-1) ?? "active").toBe("active");
});
