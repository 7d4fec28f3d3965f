import { expect, test } from "vitest";
import { userId } from "../../../src/port/index.ts";
import { never } from "../../../src/runtime/clock.ts";
import { type Asked, openInProcess } from "../../support/slack-in-process.ts";

// A thousand answers at once, by a clock that is moved by hand, on a Slack that counts its documented limits and to which no wire leads.

const answers = 1_000;
const spreadMs = 30_000;
const words = (count: number) => "word ".repeat(count);
const whole = words(300).trim();

test("a thousand answers at once are all complete within four minutes, and Slack refuses no text", async () => {
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
  // A note may follow: each thread is as good as new to the bot, and so many are not read back at once.
  const isComplete = ({ channel, root }: Asked) =>
    slack.messages(channel, root).some(({ text, streaming }) => !streaming && text.startsWith(whole));
  while (!asked.every(isComplete) && clock.now() < beganAt + 240_000) await clock.pass(5_000);
  expect(asked.filter((one) => !isComplete(one))).toHaveLength(0);
  expect(slack.rateLimited.filter(({ method }) => method.startsWith("chat."))).toHaveLength(0);
}, 180_000);
