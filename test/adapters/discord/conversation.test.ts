import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Parley, type ParleyOptions, startParley } from "../../support/parley.ts";

let parley: Parley;
const start = async (options?: ParleyOptions) => {
  parley = await startParley(options);
};

afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect(problems).toEqual([]);
  expect(rateLimited).toEqual([]);
});

const mention = (text: string) => `<@${parley.discord.botId}> ${text}`;
const texts = (channel: string) => parley.discord.messages(channel).map(({ content }) => content);
const lastPrompt = () => parley.ai.requests.at(-1)?.messages ?? [];

describe("by default", () => {
  beforeEach(() => start());

  test("a mention in a channel is answered in a thread started from it, with a typing sign until the first text", async () => {
    const { discord, ai } = parley;
    const gate = Promise.withResolvers<void>();
    ai.replies({ text: "Four, of course.", hold: gate.promise });
    const question = discord.say({ in: discord.channel, text: mention("What is 2+2?") });
    await discord.until(() => discord.typing(question.id).length > 0);
    expect(discord.thread(question.id)?.name).toBe("What is 2+2?");
    gate.resolve();
    await discord.until(() => texts(question.id).at(-1) === "Four, of course.");
    expect(texts(discord.channel.id)).toEqual([question.content]);
    expect(lastPrompt().at(-1)?.content).toContain("What is 2+2?");
  });

  test("in a thread it has joined every message is answered, and it remembers", async () => {
    const { discord, ai } = parley;
    const ann = discord.addUser("Ann");
    const bob = discord.addUser("Bob");
    ai.replies({ text: "Noted, Ann." }, { text: "Blue, says Ann." });
    const question = discord.say({ in: discord.channel, by: ann, text: mention("My colour is blue.") });
    await discord.until(() => texts(question.id).includes("Noted, Ann."));
    discord.say({ in: question.id, by: bob, text: "What is Ann's colour?" });
    await discord.until(() => texts(question.id).includes("Blue, says Ann."));
    const said = lastPrompt()
      .slice(1)
      .map(({ role, content }) => `${role}: ${content}`);
    expect(said).toEqual([
      'user: <message from="Ann">\nMy colour is blue.\n</message>',
      "assistant: Noted, Ann.",
      'user: <message from="Bob">\nWhat is Ann\'s colour?\n</message>',
    ]);
  });

  test("a direct message is answered where it was sent", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "Hello to you alone." });
    const ann = discord.addUser("Ann");
    discord.dm({ by: ann, text: "Hi" });
    await discord.until(() => texts(discord.direct(ann).id).includes("Hello to you alone."));
    expect(lastPrompt().at(-1)?.content).toBe("Hi");
  });

  test("a forum post that mentions it is answered in the post", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "Try turning it off." });
    const forum = discord.addChannel({ type: "forum", name: "help" });
    const post = discord.post({ in: forum, title: "Broken", text: mention("My lamp is broken") });
    await discord.until(() => texts(post.id).includes("Try turning it off."));
  });

  test("a reply to its message in a channel goes on with that conversation, in a thread of that message", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "The capital is Paris." }, { text: "About two million." });
    discord.slash({ in: discord.channel, name: "ask", options: { question: "Capital of France?" } });
    await discord.until(() => texts(discord.channel.id).some((text) => text.includes("Paris.")));
    const answer = discord.messages(discord.channel.id).at(-1);
    const followUp = discord.say({
      in: discord.channel,
      text: "How many people?",
      replyTo: answer?.id ?? "",
      pings: false,
    });
    const thread = answer?.id ?? "";
    await discord.until(() => texts(thread).includes("> Sam: How many people?\n\nAbout two million."));
    expect(texts(followUp.id)).toEqual([]);
    expect(lastPrompt().at(-2)).toEqual({ role: "assistant", content: "The capital is Paris." });
  });

  test("called into a thread late, it knows what was said there before", async () => {
    const { discord, ai } = parley;
    const thread = discord.openThread({ in: discord.channel, name: "Lunch" });
    discord.say({ in: thread, by: discord.addUser("Cem"), text: "Pizza on Friday?" });
    ai.replies({ text: "Cem suggests pizza." });
    discord.say({ in: thread, text: mention("Sum up, please") });
    await discord.until(() => texts(thread.id).includes("Cem suggests pizza."));
    expect(lastPrompt().at(-1)?.content).toContain('<message from="Cem">\nPizza on Friday?\n</message>');
  });

  test("called late into a thread that was started from a message, it knows that message, and each only once", async () => {
    const { discord, ai } = parley;
    const topic = discord.say({ in: discord.channel, by: discord.addUser("Cem"), text: "The roof leaks" });
    for (let count = 0; count < 25; count++) discord.say({ in: discord.channel, text: `Other talk ${count}` });
    const thread = discord.openThread({ in: discord.channel, name: "Roof", message: topic.id });
    discord.say({ in: thread, text: "Since Monday" });
    ai.replies({ text: "Call a roofer." });
    discord.say({ in: thread, text: mention("What to do?") });
    await discord.until(() => texts(thread.id).includes("Call a roofer."));
    const prompt = lastPrompt().at(-1)?.content ?? "";
    for (const text of ["The roof leaks", "Since Monday", "What to do?"]) expect(prompt.split(text)).toHaveLength(2);
  });

  test("links get no previews, in a thread or from a command", async () => {
    const { discord, ai } = parley;
    ai.replies({ text: "See https://example.org" });
    const question = discord.say({ in: discord.channel, text: mention("Where?") });
    await discord.until(() => texts(question.id).includes("See https://example.org"));
    const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "Where?" } });
    await discord.until(() => asked.messages.at(-1)?.content.endsWith("example.org") === true);
    for (const { flags } of [...discord.messages(question.id), ...asked.messages]) expect(flags & 4).toBe(4);
  });

  test("other talk in channels and strangers' threads is left alone", async () => {
    const { discord, ai } = parley;
    const thread = discord.openThread({ in: discord.channel, name: "Lunch" });
    discord.say({ in: discord.channel, text: "Nobody asked the bot" });
    discord.say({ in: thread, text: "Nor here" });
    discord.say({ in: discord.channel, by: discord.addUser("Other bot", { bot: true }), text: mention("Hi") });
    discord.say({ in: discord.channel, webhook: true, text: mention("Hi") });
    const question = discord.say({ in: discord.channel, text: mention("Now you") });
    await discord.until(() => texts(question.id).length > 0);
    expect(ai.requests).toHaveLength(1);
    expect(texts(thread.id)).toEqual(["Nor here"]);
  });

  test("an event delivered twice is answered once", async () => {
    const { discord, ai } = parley;
    const question = discord.say({ in: discord.channel, text: mention("Once") });
    discord.say({ in: discord.channel, text: mention("Once"), messageId: question.id });
    await discord.until(() => texts(question.id).length > 0);
    const second = discord.say({ in: question.id, text: "And now?" });
    await discord.until(() => texts(question.id).at(-1) !== second.content);
    expect(ai.requests).toHaveLength(2);
  });

  test("a long answer grows in place and rolls over into further messages, code whole in each", async () => {
    const { discord, ai } = parley;
    const code = Array.from({ length: 110 }, (_, index) => `const value${index} = compute(${index});`).join("\n");
    const text = `Here you are:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThat is all.`;
    ai.replies({ text, tokensPerSecond: 300 });
    const question = discord.say({ in: discord.channel, text: mention("Code, please") });
    await discord.until(() => texts(question.id).at(-1)?.endsWith("That is all.") === true);
    const parts = discord.messages(question.id);
    expect(parts.length).toBe(2);
    expect(parts[0]?.states.length).toBeGreaterThan(2);
    expect(parts.map(({ content }) => content.replace(/^```ts\n/, "").replace(/\n```$/, "")).join("\n")).toContain(
      code.slice(1_000),
    );
    for (const { content, states } of parts) {
      expect(content.match(/```/g)?.length).toBe(2);
      for (const state of states) expect(state.content.match(/```/g)?.length ?? 0).not.toBe(1);
      expect(content).not.toContain("▌");
    }
  });

  test("a code block too long for messages leaves a preview and comes whole as a file", async () => {
    const { discord, ai } = parley;
    const code = Array.from({ length: 400 }, (_, index) => `value_${index} = compute(${index})`).join("\n");
    ai.replies({ text: `Here:\n\n\`\`\`python\n${code}\n\`\`\`\n\nThat is all.`, tokensPerSecond: 2_000 });
    const question = discord.say({ in: discord.channel, text: mention("Code, please") });
    await discord.until(() => texts(question.id).at(-1)?.endsWith("That is all.") === true);
    const parts = discord.messages(question.id);
    const files = parts.flatMap((part) => part.files);
    expect(files.map(({ name, content }) => [name, Buffer.from(content).toString()])).toEqual([
      ["code.py", `${code}\n`],
    ]);
    const shown = parts.map(({ content }) => content).join("\n");
    expect(shown).toContain("value_100 = compute(100)");
    expect(shown).not.toContain("value_399 = compute(399)");
    expect(shown).toMatch(/_… \d+ more lines\. The whole code is in the file below\._/);
    expect(parts.length).toBeLessThanOrEqual(3);
  });

  test("what Discord does not draw is drawn for it, also while it grows, and remembered as it was written", async () => {
    const { discord, ai } = parley;
    const text = "#### Sizes\n\n| name | size |\n| --- | ---: |\n| a | 1 |\n| beta | 20 |\n\nAs \\(x_1^2\\) says.";
    ai.replies({ text, tokensPerSecond: 30 }, { text: "Yes." });
    const question = discord.say({ in: discord.channel, text: mention("Sizes?") });
    await discord.until(() => texts(question.id).at(-1)?.endsWith("says.") === true);
    expect(texts(question.id)).toEqual([
      "**Sizes**\n\n```\nname  size\n────  ────\na        1\nbeta    20\n```\n\nAs `x_1^2` says.",
    ]);
    const states = discord.messages(question.id)[0]?.states.map(({ content }) => content) ?? [];
    for (const state of states) expect(state).not.toMatch(/\||\\\(|####/);
    discord.say({ in: question.id, text: "Sure?" });
    await discord.until(() => texts(question.id).at(-1) === "Yes.");
    expect(JSON.stringify(ai.requests.at(-1)?.messages)).toContain("| beta | 20 |");
  });

  test("nobody is pinged by what the model writes", async () => {
    const { discord, ai } = parley;
    const ann = discord.addUser("Ann");
    ai.replies({ text: `@everyone <@${ann.id}> look!`, tokensPerSecond: 50 });
    const question = discord.say({ in: discord.channel, text: mention("Shout") });
    await discord.until(() => texts(question.id).at(-1)?.endsWith("look!") === true);
    for (const { states } of discord.messages(question.id)) {
      for (const { pings } of states) expect(pings).toEqual({ users: [], roles: [], everyone: false });
    }
  });

  test("two people at once in one thread get an answer each, in order", async () => {
    const { discord, ai } = parley;
    const question = discord.say({ in: discord.channel, text: mention("Start") });
    await discord.until(() => texts(question.id).length > 0);
    ai.replyTo(({ messages }) => ({
      text: `To: ${/\n(\w+)\n<\/message>$/.exec(messages.at(-1)?.content ?? "")?.[1]}`,
      tokensPerSecond: 40,
    }));
    discord.say({ in: question.id, by: discord.addUser("Ann"), text: "first" });
    discord.say({ in: question.id, by: discord.addUser("Bob"), text: "second" });
    await discord.until(() => texts(question.id).at(-1) === "To: second");
    expect(texts(question.id).slice(-2)).toEqual(["To: first", "To: second"]);
  });

  test("a stop takes effect in mid-answer, keeps what was written, and going on goes on", async () => {
    const { discord, ai } = parley;
    const gate = Promise.withResolvers<void>();
    ai.replies(
      { text: ["One ", "two ", "three ", "four"], holdAfter: { deltas: 2, until: gate.promise } },
      { text: "three four" },
    );
    const question = discord.say({ in: discord.channel, text: mention("Count") });
    await discord.until(() => texts(question.id).some((text) => text.startsWith("One two")));
    discord.say({ in: question.id, text: "stop" });
    await discord.until(() =>
      texts(question.id).some((text) => text.startsWith("One two") && text.includes("Stopped.")),
    );
    await ai.until(() => ai.requests[0]?.aborted === true);
    const answer = discord.messages(question.id).find(({ content }) => content.startsWith("One two"));
    const button = JSON.stringify(answer?.components);
    expect(button).toContain("Go on");
    discord.press({ message: answer?.id ?? "", customId: `go-on discord:${question.id}` });
    await discord.until(() => texts(question.id).some((text) => text.endsWith("three four")));
    expect(discord.message(answer?.id ?? "")?.components).toEqual([]);
    expect(lastPrompt().at(-2)).toEqual({ role: "assistant", content: "One two " });
    expect(lastPrompt().at(-1)?.content).toContain("continue exactly where it stops");
    gate.resolve();
  });
});

describe("with other settings", () => {
  test("DISCORD_REPLY_IN=channel answers in the channel, as a reply to the question", async () => {
    await start({ adapter: { replyIn: "channel" } });
    const { discord, ai } = parley;
    ai.replies({ text: "Here." });
    const question = discord.say({ in: discord.channel, text: mention("Where?") });
    await discord.until(() => texts(discord.channel.id).includes("Here."));
    expect(discord.threads(discord.channel.id)).toEqual([]);
    expect(discord.messages(discord.channel.id).at(-1)).toMatchObject({
      replyTo: question.id,
      pings: { users: [], roles: [], everyone: false },
    });
  });

  test("FOLLOW_THREADS=false waits for a mention, and then knows what was said meanwhile", async () => {
    await start({ core: { followThreads: false } });
    const { discord, ai } = parley;
    const question = discord.say({ in: discord.channel, text: mention("Start") });
    await discord.until(() => texts(question.id).length > 0);
    discord.say({ in: question.id, text: "A secret: 42" });
    ai.replies({ text: "It is 42." });
    discord.say({ in: question.id, text: mention("What is the secret?") });
    await discord.until(() => texts(question.id).includes("It is 42."));
    expect(ai.requests).toHaveLength(2);
    expect(lastPrompt().at(-1)?.content).toContain("A secret: 42");
  });

  test("without the Message Content intent it says so, and mentions work", async () => {
    await start({ discord: { messageContent: false } });
    const { discord, log } = parley;
    expect(log.text()).toContain("follow-ups in threads need a mention");
    const question = discord.say({ in: discord.channel, text: mention("Hello") });
    await discord.until(() => texts(question.id).length > 0);
    discord.say({ in: question.id, text: "unseen follow-up" });
    const answer = discord.messages(question.id).at(-2)?.id ?? "";
    discord.say({ in: question.id, text: "unseen reply", replyTo: answer, pings: false });
    const again = discord.say({ in: question.id, text: mention("Again") });
    await discord.until(() => texts(question.id).at(-1) !== again.content);
    expect(parley.ai.requests).toHaveLength(2);
  });
});
