import { afterEach, beforeEach, expect, test } from "vitest";
import { type Parley, startParley } from "../../support/parley.ts";

let parley: Parley;

beforeEach(async () => {
  parley = await startParley();
}, 60_000);

afterEach(async () => {
  const { problems } = parley.discord;
  await parley.stop();
  expect(problems).toEqual([]);
});

const texts = (channel: string) => parley.discord.messages(channel).map(({ content }) => content);

/** An answer that was cut, with its button. */
async function cutAnswer(place: string, question: string, thread?: string) {
  const { discord, ai } = parley;
  ai.replies({ text: `Half of ${question}`, finish: "length" });
  const said = discord.say({ in: place, text: thread === undefined ? `<@${discord.botId}> ${question}` : question });
  const where = thread ?? said.id;
  const answer = () =>
    discord.messages(where).find(({ content, components }) => content.startsWith("Half of") && hasButton(components));
  await discord.until(() => answer() !== undefined);
  return answer() ?? expect.unreachable();
}

const hasButton = (components: unknown) => JSON.stringify(components).includes("go-on");

test("a button that stands nowhere shows nobody another's conversation", async () => {
  const { discord, ai } = parley;
  const ann = discord.addUser("Ann");
  const secret = discord.direct(ann);
  ai.replies({ text: "Your secret is safe." });
  discord.say({ in: secret, by: ann, text: "My secret is 4711" });
  await discord.until(() => texts(secret.id).includes("Your secret is safe."));
  const answer = await cutAnswer(discord.channel.id, "a song");
  const mallory = discord.addUser("Mallory");
  const asked = ai.requests.length;
  const pressed = discord.press({
    message: answer.id,
    by: mallory,
    customId: `go-on discord:${secret.id}`,
    forged: true,
  });
  await discord.until(() => pressed.messages.length > 0);
  expect([pressed.ephemeral, pressed.messages[0]?.content]).toEqual([
    true,
    "This button no longer works. Ask again, or type the command.",
  ]);
  expect(ai.requests).toHaveLength(asked);
  expect(hasButton(discord.messages(answer.channelId).find(({ id }) => id === answer.id)?.components)).toBe(true);
});

test.each(["go-on", "stop", "retry", "forget-me", "keep-me"])(
  "%s is refused of a message that is not the bot's, or has no such button",
  async (command) => {
    const { discord, ai } = parley;
    const question = discord.say({ in: discord.channel, text: "Anybody?" });
    const customId = `${command} discord:${discord.channel.id} discord:${discord.addUser("Sam").id}`;
    const pressed = discord.press({ message: question.id, customId, forged: true });
    await discord.until(() => pressed.messages.length > 0);
    expect(pressed.ephemeral).toBe(true);
    expect(ai.requests).toEqual([]);
  },
);

test("the button that stands there works, in a thread and in a direct message", async () => {
  const { discord, ai } = parley;
  const ann = discord.addUser("Ann");
  const direct = discord.direct(ann);
  const answers = [await cutAnswer(discord.channel.id, "a song"), await cutAnswer(direct.id, "a poem", direct.id)];
  for (const { id, channelId } of answers) {
    ai.replies({ text: "The other half." });
    discord.press({ message: id, by: ann, customId: `go-on discord:${channelId}` });
    await discord.until(() => texts(channelId).some((text) => text.includes("The other half.")));
  }
});
