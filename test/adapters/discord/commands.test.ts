import { afterEach, beforeEach, expect, test } from "vitest";
import { type Parley, startParley } from "../../support/parley.ts";

let parley: Parley;

beforeEach(async () => {
  parley = await startParley();
  await parley.discord.until(() => parley.discord.commands.length > 0);
});

afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect(problems).toEqual([]);
  expect(rateLimited).toEqual([]);
});

const manageChannels = 1n << 4n;
const manageGuild = 1n << 5n;
const mention = (text: string) => `<@${parley.discord.botId}> ${text}`;
const texts = (channel: string) => parley.discord.messages(channel).map(({ content }) => content);
const systemMessage = () => parley.ai.requests.at(-1)?.messages[0]?.content ?? "";

async function openThread(): Promise<string> {
  const question = parley.discord.say({ in: parley.discord.channel, text: mention("Start") });
  await parley.discord.until(() => texts(question.id).some((text) => text !== "" && !text.includes("▌")));
  return question.id;
}

type Use = Parameters<Parley["discord"]["slash"]>[0];

/** Uses a slash command and waits for its whole answer. */
async function use(slash: Use) {
  const interaction = parley.discord.slash(slash);
  await parley.discord.until(() => (interaction.messages.at(-1)?.content ?? "") !== "");
  expect((interaction.ackAt ?? Number.POSITIVE_INFINITY) - interaction.createdAt).toBeLessThan(3_000);
  return { text: interaction.messages.at(-1)?.content ?? "", ephemeral: interaction.ephemeral };
}

test("all commands are registered at start, in one request", () => {
  const { discord } = parley;
  expect(discord.requests.filter(({ route }) => route.endsWith("/commands"))).toHaveLength(1);
  const names = discord.commands.map((command) => command["name"]);
  const [before, after] = [
    ["ask", "persona", "replies", "reasoning", "context", "reset"],
    ["stop", "help", "Ask about this message"],
  ];
  expect(names).toEqual([...before, "forget", "export", "memory", ...after]);
});

test("/ask answers in the channel below the question, and going on in a thread of that answer keeps the memory", async () => {
  const { discord, ai } = parley;
  ai.replies({ text: "A moon." }, { text: "Luna." });
  const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "What circles the earth?" } });
  await discord.until(() => asked.messages.at(-1)?.content === "> What circles the earth?\n\nA moon.");
  expect(asked.ephemeral).toBe(false);
  const thread = discord.openThread({ in: discord.channel, name: "Moon", message: asked.messages[0]?.id ?? "" });
  discord.say({ in: thread, text: "Its name?" });
  await discord.until(() => texts(thread.id).includes("Luna."));
  expect(JSON.stringify(ai.requests.at(-1)?.messages)).toContain("A moon.");
});

test("/ask inside a thread belongs to the thread's conversation", async () => {
  const { discord, ai } = parley;
  const thread = await openThread();
  const asked = discord.slash({ in: thread, name: "ask", options: { question: "And more?" } });
  await discord.until(() => asked.messages.at(-1)?.content.startsWith("> And more?\n\nHello") === true);
  expect(ai.requests.at(-1)?.messages).toHaveLength(4);
});

test("“Ask about this message” answers what that message asks", async () => {
  const { discord, ai } = parley;
  const ann = discord.addUser("Ann");
  const target = discord.say({ in: discord.channel, by: ann, text: "Is water wet?" });
  const asked = discord.contextMenu({ in: discord.channel, name: "Ask about this message", target: target.id });
  await discord.until(() => asked.messages.at(-1)?.content.endsWith("How can I help?") === true);
  expect(asked.messages[0]?.content).toContain(target.id);
  expect(ai.requests[0]?.messages.at(-1)?.content).toContain('<quote from="Ann">\nIs water wet?\n</quote>');
});

test("a persona chosen in a thread speaks there and nowhere else", async () => {
  const { discord } = parley;
  const thread = await openThread();
  const { text, ephemeral } = await use({
    in: thread,
    name: "persona",
    subcommand: "set",
    options: { persona: "pirate" },
  });
  expect(text).toBe("In this thread I now speak as **Pirate**.");
  expect(ephemeral).toBe(false);
  discord.say({ in: thread, text: "Who are you?" });
  await discord.until(() => systemMessage().includes("pirate captain"));
  await openThread();
  expect(systemMessage()).not.toContain("pirate captain");
});

test("a channel's persona reaches its threads, and only people who manage the channel can set it", async () => {
  const { discord } = parley;
  const set = { in: discord.channel, name: "persona", subcommand: "set", options: { persona: "teacher" } } as const;
  const member = discord.addUser("Ann", { permissions: 0n });
  const { text: refusal } = await use({ ...set, by: member });
  expect(refusal).toContain("Only people who may manage this channel");
  const { text } = await use({ ...set, by: discord.addUser("Mod", { permissions: manageChannels }) });
  expect(text).toBe("In this channel I now speak as **Teacher**.");
  await openThread();
  expect(systemMessage()).toContain("patient teacher");
});

test("who may manage a channel cannot set the persona of the server", async () => {
  const { discord } = parley;
  const by = discord.addUser("Mod", { permissions: manageChannels });
  const options = { persona: "pirate", scope: "server" };
  const { text } = await use({ in: discord.channel, by, name: "persona", subcommand: "set", options });
  expect(text).toContain("Only people who may manage this server");
});

test("/stop in a channel ends the answer to /ask that is being written there", async () => {
  const { discord, ai } = parley;
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["One ", "two"], holdAfter: { deltas: 1, until: gate.promise } });
  const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "Count" } });
  await discord.until(() => asked.messages.at(-1)?.content.includes("▌") === true);
  expect((await use({ in: discord.channel, name: "stop" })).text).toBe("Stopped.");
  await discord.until(() => asked.messages.at(-1)?.content.includes("Stopped. Say “go on”") === true);
  gate.resolve();
});

test("a go-on button that two people press goes on once", async () => {
  const { discord, ai } = parley;
  ai.replies({ text: "One, two,", finish: "length" }, { text: "three." });
  const question = discord.say({ in: discord.channel, text: mention("Count") });
  await discord.until(() => JSON.stringify(discord.messages(question.id)).includes("go-on"));
  const message = discord.messages(question.id).at(-1)?.id ?? "";
  const customId = `go-on discord:${question.id}`;
  discord.press({ message, customId });
  discord.press({ message, customId });
  const said = discord.say({ in: question.id, text: "help" });
  await discord.until(
    () => texts(question.id).at(-1) !== said.content && texts(question.id).some((text) => text.endsWith("three.")),
  );
  expect(ai.requests).toHaveLength(2);
});

test("a command said as a reply to the bot's message is a command", async () => {
  const { discord, ai } = parley;
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["One ", "two"], holdAfter: { deltas: 1, until: gate.promise } });
  const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "Count" } });
  await discord.until(() => asked.messages.at(-1)?.content.includes("▌") === true);
  discord.say({ in: discord.channel, text: mention("stop"), replyTo: asked.messages[0]?.id ?? "" });
  await discord.until(() => asked.messages.at(-1)?.content.includes("Stopped.") === true);
  expect(ai.requests).toHaveLength(1);
  gate.resolve();
});

test("a reset in a channel leaves the answers to /ask there alone", async () => {
  const { discord, ai } = parley;
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["One ", "two"], holdAfter: { deltas: 1, until: gate.promise } });
  const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "Count" } });
  await discord.until(() => asked.messages.at(-1)?.content.includes("▌") === true);
  expect((await use({ in: discord.channel, name: "reset" })).text).toContain("nothing to clear");
  gate.resolve();
  await discord.until(() => asked.messages.at(-1)?.content === "> Count\n\nOne two");
});

test("“Ask about this message” reads the file that the message is", async () => {
  const { discord, ai } = parley;
  const attachments = [{ name: "message.txt", content: "A long story.", contentType: "text/plain" }];
  const target = discord.say({ in: discord.channel, text: "", attachments });
  discord.contextMenu({ in: discord.channel, name: "Ask about this message", target: target.id });
  await ai.until(() => ai.requests.length === 1);
  expect(ai.requests[0]?.messages.at(-1)?.content).toContain("A long story.");
});

test("a long question is only begun above its answer", async () => {
  const { discord } = parley;
  const asked = discord.slash({ in: discord.channel, name: "ask", options: { question: "why ".repeat(1_000) } });
  await discord.until(() => asked.messages.at(-1)?.content.endsWith("How can I help?") === true);
  expect(asked.messages).toHaveLength(1);
});

test("a message without a word or a file cannot be asked about, which only the asker hears", async () => {
  const { discord, ai } = parley;
  const target = discord.say({ in: discord.channel, text: "" });
  const asked = discord.contextMenu({ in: discord.channel, name: "Ask about this message", target: target.id });
  await discord.until(() => asked.messages.length > 0);
  expect([asked.ephemeral, ai.requests.length]).toEqual([true, 0]);
});

test("a server's persona needs the right to manage the server, and is the widest", async () => {
  const { discord } = parley;
  const set = { name: "persona", subcommand: "set", in: discord.channel } as const;
  const admin = discord.addUser("Admin", { permissions: manageGuild | manageChannels });
  await use({ ...set, by: admin, options: { persona: "You are a librarian in {server}.", scope: "server" } });
  await openThread();
  expect(systemMessage()).toContain(`You are a librarian in ${discord.guild.name}.`);
  await use({ ...set, by: admin, options: { persona: "editor" } });
  await openThread();
  expect(systemMessage()).toContain("You are an editor");
  await use({ ...set, by: admin, subcommand: "reset" });
  await openThread();
  expect(systemMessage()).toContain("librarian");
});

test("/persona show and list answer privately", async () => {
  const { discord } = parley;
  const shown = await use({ in: discord.channel, name: "persona", subcommand: "show" });
  expect(shown).toMatchObject({ ephemeral: true, text: expect.stringContaining("**Assistant** (the default)") });
  const listed = await use({ in: discord.channel, name: "persona", subcommand: "list" });
  expect(listed).toMatchObject({ ephemeral: true, text: expect.stringContaining("`pirate`") });
});

test("a long persona of one's own is stored and shown whole, over two messages", async () => {
  const { discord } = parley;
  const thread = await openThread();
  const persona = `You are a bard. ${"Sing of rivers and hills. ".repeat(140)}The end.`;
  await use({ in: thread, name: "persona", subcommand: "set", options: { persona } });
  const shown = discord.slash({ in: thread, name: "persona", subcommand: "show" });
  await discord.until(() => shown.messages.at(-1)?.content.trimEnd().endsWith("The end.") === true);
  expect(shown.messages).toHaveLength(2);
});

test("persona names complete while they are typed", async () => {
  const { discord } = parley;
  const asked = discord.autocomplete({
    in: discord.channel,
    name: "persona",
    subcommand: "set",
    focused: { name: "persona", value: "Pi" },
  });
  await discord.until(() => asked.choices !== undefined);
  expect(asked.choices).toMatchObject([{ name: "pirate", value: "pirate" }]);
});

test("/reset starts the memory over, and the platform's messages stay", async () => {
  const { discord, ai } = parley;
  const thread = await openThread();
  const before = texts(thread);
  const { text } = await use({ in: thread, name: "reset" });
  expect(text).toContain("Memory cleared");
  discord.say({ in: thread, text: "What did I say?" });
  await ai.until(() => ai.requests.length === 2);
  expect(ai.requests[1]?.messages.slice(1).map(({ role }) => role)).toEqual(["user"]);
  expect(texts(thread).slice(0, before.length)).toEqual(before);
});

test("/stop and the stop button end the answer that is being written", async () => {
  const { discord, ai } = parley;
  const thread = await openThread();
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: ["One ", "two"], holdAfter: { deltas: 1, until: gate.promise } });
  for (const end of ["slash", "button"] as const) {
    discord.say({ in: thread, text: `Count, ${end}` });
    await discord.until(() => texts(thread).at(-1)?.includes("▌") === true);
    if (end === "slash") expect((await use({ in: thread, name: "stop" })).ephemeral).toBe(true);
    else discord.press({ message: discord.messages(thread).at(-1)?.id ?? "", customId: `stop discord:${thread}` });
    await discord.until(
      () => texts(thread).at(-1)?.startsWith("One") === true && texts(thread).at(-1)?.includes("Stopped.") === true,
    );
  }
  expect((await use({ in: thread, name: "stop" })).text).toBe("I'm not writing anything here.");
  gate.resolve();
});

test("/help answers privately, also while an answer is being written", async () => {
  const { discord, ai } = parley;
  const thread = await openThread();
  const gate = Promise.withResolvers<void>();
  ai.replies({ text: "late", hold: gate.promise });
  discord.say({ in: thread, text: "Think" });
  await ai.until(() => ai.requests.length === 2);
  expect(await use({ in: thread, name: "help" })).toMatchObject({
    ephemeral: true,
    text: expect.stringContaining("`reset`"),
  });
  gate.resolve();
  await discord.until(() => texts(thread).at(-1) === "late");
});

test.each([
  ["persona pirate", true, "In this thread I now speak as **Pirate**."],
  ["persona", false, "I speak as **Assistant** (the default)"],
  ["help", true, "speak as **Assistant** here"],
  ["/reset", false, "Memory cleared"],
  ["", true, "Ask me anything"],
])("“%s” is a command inline as well, and no question to the model", async (text, mentioned, answer) => {
  const { discord, ai } = parley;
  const thread = await openThread();
  const said = discord.say({ in: thread, text: mentioned ? mention(text) : text });
  await discord.until(() => texts(thread).at(-1) !== said.content);
  expect(texts(thread).at(-1)).toContain(answer);
  expect(ai.requests).toHaveLength(1);
});

test("an inline persona in a channel is answered in the channel, without a thread", async () => {
  const { discord } = parley;
  const mod = discord.addUser("Mod", { permissions: manageChannels });
  discord.say({ in: discord.channel, by: mod, text: mention("persona pirate") });
  await discord.until(() => texts(discord.channel.id).at(-1) === "In this channel I now speak as **Pirate**.");
  expect(discord.threads(discord.channel.id)).toEqual([]);
});

test("commands work in direct messages", async () => {
  const { discord } = parley;
  const ann = discord.addUser("Ann");
  discord.dm({ by: ann, text: "Hi" });
  const channel = discord.direct(ann);
  await discord.until(() => texts(channel.id).some((text) => text.startsWith("Hello")));
  await use({ in: channel, by: ann, name: "persona", subcommand: "set", options: { persona: "socratic" } });
  discord.dm({ by: ann, text: "Who are you?" });
  await discord.until(() => systemMessage().includes("one good question"));
});
