import { expect, test } from "vitest";
import "../../../adapters/slack/index.ts"; // both run in one process
import { startParley } from "../../support/parley.ts";

test("where Slack's client is loaded too, a long code block still comes as a file", async () => {
  const parley = await startParley();
  const { discord, ai } = parley;
  const code = Array.from({ length: 300 }, (_, line) => `const value${line} = ${line};`).join("\n");
  ai.replies({ text: `Here:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThat is all.` });
  const question = discord.say({ in: discord.channel, text: `<@${discord.botId}> Code, please` });
  const said = () => discord.messages(question.id);
  await discord.until(() => said().at(-1)?.content.endsWith("That is all.") === true);
  const files = said().flatMap((message) => message.files);
  expect(files.map(({ content }) => Buffer.from(content).toString().trim())).toEqual([code]);
  expect(discord.problems).toEqual([]);
  await parley.stop();
});
