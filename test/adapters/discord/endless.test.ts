import { afterEach, beforeEach, expect, test } from "vitest";
import { longestNotice } from "../../../src/reply/notices.ts";
import { mostMessages } from "../../../src/reply/reply-handle.ts";
import { type Parley, startParley } from "../../support/parley.ts";

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
