import { afterEach, beforeEach, expect, test } from "vitest";
import { endingNotice, longestNotice } from "../../../src/reply/notices.ts";
import { mostMessages } from "../../../src/reply/reply-handle.ts";
import { type Parley, startParley } from "../../support/parley.ts";
import { refusals } from "../../support/refusals.ts";

let parley: Parley;
beforeEach(async () => {
  parley = await startParley({
    core: { windowTokens: 100_000 },
    // Discord's own five messages in five seconds would take a minute here.
    discord: { rates: { "POST /channels/:channel/messages": [1_000, 1_000] } },
  });
});
afterEach(() => parley.stop());

const answersIn = (thread: string) =>
  parley.discord.messages(thread).filter(({ authorId }) => authorId === parley.discord.botId);

test("what the provider's filter refuses is told to its author, and the next person is answered", async () => {
  const { discord, ai } = parley;
  ai.replyTo(({ messages }) => (JSON.stringify(messages).includes("POISON") ? refusals[0]?.[1] : undefined) ?? {});
  const question = discord.say({ in: discord.channel, text: `<@${discord.botId}> POISON` });
  await discord.until(() => JSON.stringify(answersIn(question.id)).includes("content filter"), 20_000);
  expect(answersIn(question.id).at(-1)?.content).toContain(endingNotice("filtered", true));
  const bea = discord.addUser("bea");
  discord.say({ in: question.id, by: bea, text: "And the weather?" });
  await discord.until(() => answersIn(question.id).at(-1)?.content.includes("Hello!") === true, 20_000);
  expect(ai.requests).toHaveLength(2);
}, 60_000);

test("an answer that goes on for ever is ended, and its button goes on with it", async () => {
  const { discord, ai } = parley;
  ai.replies({ text: Array.from({ length: 400 }, () => "All work and no play. ".repeat(20)) }, { text: "More." });
  const question = discord.say({ in: discord.channel, text: `<@${discord.botId}> Write` });
  const last = () => answersIn(question.id).at(-1);
  const isEnded = () => JSON.stringify(last()?.components ?? "").includes("go-on");
  await discord.until(isEnded, 20_000);
  expect(answersIn(question.id).length).toBeLessThanOrEqual(mostMessages);
  expect(last()?.content).toContain(longestNotice(false, true));
  const length = answersIn(question.id).reduce((sum, { content }) => sum + content.length, 0);
  expect(length).toBeGreaterThan(90_000);
  expect(length).toBeLessThan(101_000);
  discord.press({ message: last()?.id ?? "", customId: `go-on discord:${question.id}` });
  await discord.until(() => last()?.content.endsWith("More.") === true, 20_000);
  expect(JSON.stringify(ai.requests.at(-1)?.messages)).toContain("continue exactly where it stops");
}, 60_000);
