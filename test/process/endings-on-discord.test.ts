import { describe, expect, test } from "vitest";
import { type OnDiscord, openWorld } from "./on-discord.ts";

const whole = "Blue whales are big.";

/** The bot has said two words of the first answer and is held; the next answer is whole. */
async function heldInMidAnswer(world: OnDiscord, ...next: readonly string[]) {
  const { discord, ai, start, texts, mention } = world;
  const gate = Promise.withResolvers<void>();
  ai.replies(
    { text: ["Blue ", "whales", " are big."], holdAfter: { deltas: 2, until: gate.promise } },
    ...(next.length === 0 ? [whole] : next).map((text) => ({ text })),
  );
  const parley = await start();
  const question = discord.say({ in: discord.channel, text: mention("Tell me of whales") });
  await discord.until(() => texts(question.id).some((text) => text.startsWith("Blue whales")));
  return { parley, question, gate };
}

/** What is said before this in the same process was heard when it is answered. */
async function heardUntilNow({ discord, texts, mention }: OnDiscord, answer: string): Promise<void> {
  const last = discord.say({ in: discord.channel, text: mention("Are you there?") });
  await discord.until(() => texts(last.id).includes(answer));
}

describe("killed on Discord", () => {
  test("in mid-answer, it finishes that answer even while Discord keeps the slash commands waiting", async () => {
    const world = await openWorld();
    const { discord, start, texts } = world;
    const { parley, question } = await heldInMidAnswer(world);
    parley.kill("SIGKILL");
    await parley.exit();
    discord.fail({ method: "PUT", route: /\/commands$/, hangMs: 60_000 });
    await start();
    await discord.until(() => texts(question.id).includes(whole));
  });

  test("while others wait behind it, it answers all of them, in their order", async () => {
    const world = await openWorld();
    const { discord, start, texts } = world;
    const { parley, question } = await heldInMidAnswer(
      world,
      "Here.",
      whole,
      "Dolphins are quick.",
      "Seals are round.",
    );
    discord.say({ in: question.id, text: "And dolphins?" });
    discord.say({ in: question.id, text: "And seals?" });
    await heardUntilNow(world, "Here.");
    parley.kill("SIGKILL");
    await parley.exit();
    await start();
    await discord.until(() => texts(question.id).includes("Seals are round."));
    expect(texts(question.id)).toEqual([
      whole,
      "And dolphins?",
      "And seals?",
      "Dolphins are quick.",
      "Seals are round.",
    ]);
  });

  test("before its first word, it answers in the thread that it had started", async () => {
    const { discord, ai, start, texts, mention } = await openWorld();
    const gate = Promise.withResolvers<void>();
    ai.replies({ text: whole, holdAfter: { deltas: 0, until: gate.promise } }, { text: whole });
    const parley = await start();
    const question = discord.say({ in: discord.channel, text: mention("Tell me of whales") });
    await discord.until(() => ai.requests.length === 1);
    parley.kill("SIGKILL");
    await parley.exit();
    await start();
    await discord.until(() => texts(question.id).includes(whole));
    expect(texts(question.id)).toEqual([whole]);
  });

  test("in mid-answer to a command, it finishes that answer in the command's own message", async () => {
    const { discord, ai, start, texts } = await openWorld();
    const gate = Promise.withResolvers<void>();
    ai.replies(
      { text: ["Blue ", "whales", " are big."], holdAfter: { deltas: 2, until: gate.promise } },
      { text: whole },
      { text: "They sing." },
    );
    const parley = await start();
    await discord.until(() => discord.commands.length > 0);
    discord.slash({ in: discord.channel, name: "ask", options: { question: "Tell me of whales" } });
    await discord.until(() => texts(discord.channel.id).some((text) => text.includes("Blue whales")));
    parley.kill("SIGKILL");
    await parley.exit();
    await start();
    await discord.until(() => texts(discord.channel.id).some((text) => text.endsWith(whole)));
    expect(texts(discord.channel.id)).toEqual([`> Tell me of whales\n\n${whole}`]);
  });

  test("before it heard that its message stands, and for so long that no nonce helps, it finds that message", async () => {
    const { discord, ai, start, texts, mention } = await openWorld({ nonceLifeMs: 0 });
    const gate = Promise.withResolvers<void>();
    ai.replies({ text: ["Blue ", "whales"], holdAfter: { deltas: 2, until: gate.promise } }, { text: whole });
    const parley = await start();
    discord.fail({ method: "POST", route: /\/messages$/, applied: true, hangMs: 60_000 });
    const question = discord.say({ in: discord.channel, text: mention("Tell me of whales") });
    await discord.until(() => texts(question.id).some((text) => text.startsWith("Blue")));
    parley.kill("SIGKILL");
    await parley.exit();
    await start();
    await discord.until(() => texts(question.id).includes(whole));
    expect(texts(question.id)).toEqual([whole]);
  });

  test("while two people are answered in one channel, it finishes both answers, each in its own message", async () => {
    const { discord, ai, start, mention } = await openWorld();
    const env = { DISCORD_REPLY_IN: "channel" };
    const held = Promise.withResolvers<void>();
    const about = (prompt: string) => (/^.*(whales|quokkas)/s.exec(prompt)?.[1] ?? "nothing").toUpperCase();
    const toldOf = (request: { readonly messages: readonly { readonly content: string }[] }) =>
      about(request.messages.at(-1)?.content ?? "");
    ai.replyTo((request) => ({
      text: ["Of ", `${toldOf(request)} half`],
      holdAfter: { deltas: 2, until: held.promise },
    }));
    const parley = await start({ env });
    const own = () => discord.messages(discord.channel).filter(({ authorId }) => authorId === discord.botId);
    for (const animal of ["whales", "quokkas"]) {
      const by = discord.addUser(`friend of ${animal}`);
      discord.say({ in: discord.channel, by, text: mention(`Tell me of ${animal}`) });
      await discord.until(() => own().some(({ content }) => content.startsWith(`Of ${animal.toUpperCase()} half`)));
    }
    const stood = own().map(({ id }) => id);
    expect(ai.requests).toHaveLength(2); // neither waited for the other
    parley.kill("SIGKILL");
    await parley.exit();
    ai.replyTo((request) => ({ text: `Of ${toldOf(request)} whole.` }));
    await start({ env });
    await discord.until(() => own().every(({ content }) => content.endsWith("whole.")));
    expect(own().map(({ id, content }) => [id, content])).toEqual([
      [stood[0], "Of WHALES whole."],
      [stood[1], "Of QUOKKAS whole."],
    ]);
  });
});
