import { expect, onTestFinished, test } from "vitest";
import { startParley } from "../../support/parley.ts";

const long = Array.from({ length: 1_400 }, (_, at) => `Sentence ${at} of a long answer goes on for a while.`).join(" ");

test.each([
  ["stop", "Stopped."],
  ["reset", "because the memory was cleared"],
])(
  "“%s” while a long answer is being posted is the end of it: one message may be under way",
  async (word, notice) => {
    const parley = await startParley();
    onTestFinished(() => parley.stop());
    const { discord, ai } = parley;
    ai.replies({ text: [long] });
    const question = discord.say({ in: discord.channel, text: `<@${discord.botId}> Tell me all` });
    const answer = () =>
      discord
        .messages(question.id)
        .filter(({ authorId, content }) => authorId === discord.botId && /Sentence/.test(content));
    await discord.until(() => answer().length >= 4, 12_000);
    const before = answer().length;
    discord.say({ in: question.id, text: word });
    await discord.until(() => answer().at(-1)?.content.includes(notice) === true, 12_000);
    expect(answer().length - before).toBeLessThanOrEqual(1);
    expect(answer().filter(({ content }) => content.includes("▌"))).toEqual([]);
    expect(
      answer()
        .flatMap(({ components }) => components)
        .filter((row) => JSON.stringify(row).includes("stop")),
    ).toEqual([]);
    expect(discord.problems).toEqual([]);
  },
  30_000,
);
