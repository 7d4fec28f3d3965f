import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { threadId } from "../../src/port/index.ts";
import type { InteractionRecord, UserRecord } from "../emulators/discord/records.ts";
import { type Parley, startParley } from "../support/parley.ts";
import { isStored, wordsInFile } from "../support/words-in-file.ts";

let parley: Parley;
let folder: string;
let ada: UserRecord;
let bob: UserRecord;
const file = () => join(folder, "parley.sqlite");

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "parley-privacy-"));
  parley = await startParley({ storeUrl: `sqlite://${file()}` });
  await parley.discord.until(() => parley.discord.commands.length > 0);
  ada = parley.discord.addUser("ada", { displayName: "Ada Marchwarden" });
  bob = parley.discord.addUser("bob", { displayName: "Bob" });
});

afterEach(async () => {
  const { problems } = parley.discord;
  await parley.stop();
  rmSync(folder, { recursive: true });
  expect(problems).toEqual([]);
});

const mention = (text: string) => `<@${parley.discord.botId}> ${text}`;
const texts = (channel: string) => parley.discord.messages(channel).map(({ content }) => content);
const lastOf = ({ messages }: InteractionRecord) => messages.at(-1);
const memoryOf = async (id: string) =>
  (await parley.store.open(threadId(`discord:${id}`))).turns.map(({ text }) => text);

/** Says something and waits for the whole answer, which is stored as well by then. */
async function ask(by: UserRecord, text: string, answer: string, thread?: string): Promise<string> {
  const { discord, ai } = parley;
  ai.replies({ text: answer });
  const said = discord.say({ in: thread ?? discord.channel, by, text: thread === undefined ? mention(text) : text });
  const place = thread ?? said.id;
  await discord.until(() => texts(place).includes(answer));
  await stored(answer);
  return place;
}

/** An answer is shown before it is stored. */
async function stored(answer: string): Promise<void> {
  await vi.waitUntil(() => isStored(file(), answer));
}

/** Uses a slash command and waits for its answer. */
async function use(by: UserRecord, name: string, subcommand?: string, place: string = parley.discord.channel.id) {
  const command = { in: place, by, name, ...(subcommand === undefined ? {} : { subcommand }) };
  const interaction = parley.discord.slash(command);
  await parley.discord.until(() => (lastOf(interaction)?.content ?? "") !== "");
  expect(interaction.ephemeral).toBe(true);
  return interaction;
}

/** Presses a button under an answer, and waits for what is said then. */
async function press(by: UserRecord, asked: InteractionRecord, which: "forget-me" | "keep-me") {
  const message = lastOf(asked)?.id ?? "";
  const customId = `${which} discord:${asked.channelId} discord:${asked.userId}`;
  const pressed = parley.discord.press({ by, message, customId });
  await parley.discord.until(() => pressed.messages.length > 0);
  return pressed;
}

test("after “forget me” not a word of the person is left in the file, and what others said stays", async () => {
  const { discord, ai } = parley;
  const long = "zanzibarquokka ".repeat(120);
  const shared = await ask(ada, `My code is zanzibarquokka. ${long}`, "You said zanzibarquokka.");
  await ask(bob, "And mine is heliotrope.", "Heliotrope, noted.", shared);
  const own = await ask(ada, "Once more: zanzibarquokka.", "Again zanzibarquokka.");
  ai.replies({ text: "Between us: zanzibarquokka." });
  discord.say({ in: discord.direct(ada), by: ada, text: "Privately: zanzibarquokka." });
  await stored("Between us");
  expect(wordsInFile(file(), "zanzibarquokka").rows.length).toBeGreaterThan(4);

  const asked = await use(ada, "forget", "me");
  expect(lastOf(asked)?.content).toContain("in every thread of every server and in our direct messages");
  const pressed = await press(ada, asked, "forget-me");
  expect(lastOf(pressed)?.content).toContain("Forgotten: 3 messages in 3 threads, and 3 of my answers.");
  expect(lastOf(pressed)?.flags).toBe(64 | 4);

  for (const word of ["zanzibarquokka", "Marchwarden", "Privately"]) {
    expect(wordsInFile(file(), word), word).toEqual({ rows: [], bytes: 0 });
  }
  expect(await memoryOf(shared)).toEqual(["And mine is heliotrope.", "Heliotrope, noted."]);
  expect(await memoryOf(own)).toEqual([]);
  expect(parley.log.text()).not.toContain("cannot be read");
});

test("what the model is asked next holds nothing of who was forgotten, and the thread goes on", async () => {
  const { ai } = parley;
  const shared = await ask(bob, "I like heliotrope.", "Noted.");
  await ask(ada, "I like zanzibarquokka.", "Nice.", shared);
  await press(ada, await use(ada, "forget", "me"), "forget-me");
  await ask(bob, "What do we like?", "Heliotrope.", shared);
  const prompt = JSON.stringify(ai.requests.at(-1)?.messages);
  expect(prompt).toContain("heliotrope");
  expect(prompt).not.toContain("zanzibarquokka");
  expect(prompt).not.toContain("Ada");
});

test("what others quoted of the person goes, and their own words stay", async () => {
  const { discord, ai } = parley;
  const said = discord.say({ in: discord.channel, by: ada, text: "The zanzibarquokka is blue." });
  ai.replies({ text: "Maybe." });
  const question = discord.say({ in: discord.channel, by: bob, text: mention("Is that true?"), replyTo: said.id });
  await discord.until(() => texts(question.id).includes("Maybe."));
  await stored("Maybe.");
  expect(wordsInFile(file(), "zanzibarquokka").rows).toHaveLength(1);
  const pressed = await press(ada, await use(ada, "forget", "me"), "forget-me");
  expect(lastOf(pressed)?.content).toContain(
    "Forgotten: other people's quotes of you, and 1 answer to the messages that had them.",
  );
  expect(wordsInFile(file(), "zanzibarquokka")).toEqual({ rows: [], bytes: 0 });
  expect(await memoryOf(question.id)).toEqual(["Is that true?"]);
});

test("“Keep everything” changes nothing, the question can be answered once, and the buttons go", async () => {
  const thread = await ask(ada, "I like zanzibarquokka.", "Nice.");
  const asked = await use(ada, "forget", "me");
  const kept = await press(ada, asked, "keep-me");
  expect(lastOf(kept)?.content).toBe("Nothing was changed. I keep what you said.");
  expect(parley.discord.interaction(asked.id)?.messages.at(-1)?.components).toEqual([]);
  expect(await memoryOf(thread)).toHaveLength(2);
});

test("said in a channel, the question is seen by all, and only the person's press counts", async () => {
  const { discord } = parley;
  const thread = await ask(ada, "I like zanzibarquokka.", "Nice.");
  discord.say({ in: thread, by: ada, text: "forget me" });
  await discord.until(() => discord.messages(thread).some(({ components }) => components.length > 0));
  const message = discord.messages(thread).find(({ components }) => components.length > 0)?.id ?? "";
  const customId = `forget-me discord:${thread} discord:${ada.id}`;
  const others = discord.press({ by: bob, message, customId });
  await discord.until(() => others.messages.length > 0);
  expect(lastOf(others)?.content).toBe("Only the person who asked can press this. Nothing was changed.");
  expect(await memoryOf(thread)).toHaveLength(2);
  const hers = discord.press({ by: ada, message, customId });
  await discord.until(() => hers.messages.length > 0);
  expect(lastOf(hers)?.content).toContain("Forgotten: 1 message in 1 thread, and 1 of my answers.");
  expect(await memoryOf(thread)).toEqual([]);
});

test("“forget me” ends the answer to that person that is being written, and takes it along", async () => {
  const { discord, ai } = parley;
  ai.replies({ text: ["You said ", "zanzibarquokka."], holdAfter: { deltas: 1, until: new Promise(() => undefined) } });
  const said = discord.say({ in: discord.channel, by: ada, text: mention("zanzibarquokka") });
  await discord.until(() => texts(said.id).some((text) => text.startsWith("You said")));
  const asked = await use(ada, "forget", "me");
  const customId = `forget-me discord:${asked.channelId} discord:${ada.id}`;
  const pressed = discord.press({ by: ada, message: lastOf(asked)?.id ?? "", customId });
  await discord.until(() => pressed.messages.length > 0);
  expect(lastOf(pressed)?.content).toContain("1 message in 1 thread, and 1 of my answers");
  expect(texts(said.id).at(-1)).toContain("because the memory was cleared");
  expect(wordsInFile(file(), "zanzibarquokka")).toEqual({ rows: [], bytes: 0 });
});

test("“forget thread” deletes that thread from the file, and no other", async () => {
  const one = await ask(ada, "I like zanzibarquokka.", "Nice zanzibarquokka.");
  const other = await ask(ada, "I like heliotrope.", "Fine.");
  const forgotten = await use(bob, "forget", "thread", one);
  expect(lastOf(forgotten)?.content).toBe("Forgotten: 2 messages of this thread, mine included. The persona stays.");
  expect(wordsInFile(file(), "zanzibarquokka")).toEqual({ rows: [], bytes: 0 });
  expect(await memoryOf(other)).toHaveLength(2);
});

test("/export shows the person alone all that is remembered of the thread, as Markdown and as JSON", async () => {
  const thread = await ask(ada, "I like zanzibarquokka.", "Nice.");
  await ask(bob, "And I heliotrope.", "Fine.", thread);
  const exported = await use(bob, "export", undefined, thread);
  const message = lastOf(exported);
  expect(message?.content).toContain("What I store of this thread: 4 messages, as Markdown");
  expect(message?.files.map(({ name }) => name)).toEqual(["memory.md", "memory.json"]);
  const [markdown = "", json = ""] = (message?.files ?? []).map(({ content }) => new TextDecoder().decode(content));
  expect(markdown).toMatch(/## Ada Marchwarden, \d{4}-\d\d-\d\dT.*I like zanzibarquokka\..*## Answer, .*Nice\./s);
  expect(JSON.parse(json)).toMatchObject({
    thread: `discord:${thread}`,
    turns: [
      { kind: "person", author: { name: "Ada Marchwarden" }, text: "I like zanzibarquokka." },
      { kind: "bot", text: "Nice.", ending: "whole" },
      { kind: "person", author: { name: "Bob" } },
      { kind: "bot", text: "Fine." },
    ],
  });
});

test("said where all can read it, “export” points to the command that only one can", async () => {
  const { discord } = parley;
  const thread = await ask(ada, "I like zanzibarquokka.", "Nice.");
  discord.say({ in: thread, by: ada, text: "export" });
  await discord.until(() => texts(thread).some((text) => text.includes("Use the command `/export` instead.")));
  expect(discord.messages(thread).flatMap(({ files }) => files)).toEqual([]);
});

test("who chose “memory off” is answered, in a thread that goes on, and not a word of it is stored", async () => {
  const { discord, ai } = parley;
  const off = discord.slash({ in: discord.channel, by: ada, name: "memory", options: { mode: "off" } });
  await discord.until(() => (lastOf(off)?.content ?? "").startsWith("From now on memory is off for you"));
  ai.replies({ text: "You said zanzibarquokka." }, { text: "I do not know." }, { text: "Heliotrope it is." });
  const said = discord.say({ in: discord.channel, by: ada, text: mention("I like zanzibarquokka.") });
  await discord.until(() => texts(said.id).includes("You said zanzibarquokka."));
  discord.say({ in: said.id, by: ada, text: "What do I like?" });
  await discord.until(() => texts(said.id).includes("I do not know."));
  expect(JSON.stringify(ai.requests[1]?.messages)).not.toContain("zanzibarquokka");
  discord.say({ in: said.id, by: bob, text: "I like heliotrope." });
  await discord.until(() => texts(said.id).includes("Heliotrope it is."));
  await stored("Heliotrope it is.");
  expect(await memoryOf(said.id)).toEqual(["I like heliotrope.", "Heliotrope it is."]);
  expect(wordsInFile(file(), "zanzibarquokka")).toEqual({ rows: [], bytes: 0 });
  expect(wordsInFile(file(), "Marchwarden")).toEqual({ rows: [], bytes: 0 });
});

test("what somebody said who is not remembered is not stored either when others point at it or call the bot there", async () => {
  const { discord, ai } = parley;
  const off = discord.slash({ in: discord.channel, by: ada, name: "memory", options: { mode: "off" } });
  await discord.until(() => (lastOf(off)?.content ?? "") !== "");
  const thread = discord.openThread({ in: discord.channel, name: "talk" });
  discord.say({ in: thread, by: bob, text: "Let us talk of heliotrope." });
  const hers = discord.say({ in: thread, by: ada, text: "Rather of zanzibarquokka." });
  ai.replies({ text: "As you like." });
  discord.say({ in: thread, by: bob, text: mention("What does she mean?"), replyTo: hers.id });
  await discord.until(() => texts(thread.id).includes("As you like."));
  expect(JSON.stringify(ai.requests[0]?.messages)).toContain("zanzibarquokka");
  await stored("As you like.");
  expect(await memoryOf(thread.id)).toEqual(["Let us talk of heliotrope.", "What does she mean?", "As you like."]);
  expect(wordsInFile(file(), "zanzibarquokka")).toEqual({ rows: [], bytes: 0 });
});
