import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { botEvents, botScopes } from "../../adapters/slack/app/manifest.ts";
import { threadId } from "../../src/port/index.ts";
import type { ChannelRecord, EphemeralRecord, MessageRecord, UserRecord } from "../emulators/slack/records.ts";
import { type SlackParley, startSlackParley } from "../support/slack-parley.ts";
import { isStored, wordsInFile } from "../support/words-in-file.ts";

const allScopes = botScopes.map(({ scope }) => scope);

let parley: SlackParley;
let folder: string;
let ada: UserRecord;
let bob: UserRecord;
const file = () => join(folder, "parley.sqlite");

async function start(scopes: readonly string[] = allScopes): Promise<void> {
  parley = await startSlackParley({ storeUrl: `sqlite://${file()}`, slack: { scopes, events: botEvents } });
  ada = parley.slack.addUser("ada", { displayName: "Ada Marchwarden" });
  bob = parley.slack.addUser("bob", { displayName: "Bob" });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parley-privacy-"));
});

afterEach(async () => {
  const { problems } = parley.slack;
  await parley.stop();
  rmSync(folder, { recursive: true });
  expect(problems).toEqual([]);
});

const stored = (answer: string) => vi.waitUntil(() => isStored(file(), answer));
const memoryOf = async ({ channelId, ts }: MessageRecord) => {
  const name = threadId(`slack:${parley.slack.team.id}:${channelId}:${ts}`);
  return (await parley.store.open(name)).turns.map(({ text }) => text);
};

/** Says something and waits until the answer is stored. */
async function ask(by: UserRecord, text: string, answer: string, thread?: MessageRecord): Promise<MessageRecord> {
  const { slack, ai } = parley;
  ai.replies({ text: answer });
  const place = thread === undefined ? {} : { thread };
  const said = slack.say({ in: slack.channel, by, text: `<@${slack.botUserId}> ${text}`, ...place });
  await stored(answer);
  return said;
}

/** What is whispered to a person after the deed. */
async function whispered(to: UserRecord, words: string, place: ChannelRecord = parley.slack.channel) {
  const found = () =>
    parley.slack
      .ephemerals(place)
      .find(({ user, text, deleted }) => !deleted && user === to.id && text.includes(words));
  await parley.slack.until(() => found() !== undefined);
  return found() as EphemeralRecord;
}

test("after “/parley forget me” not a word of the person is left in the file, and what others said stays", async () => {
  await start();
  const { slack } = parley;
  const shared = await ask(ada, "My code is zanzibarquokka.", "You said zanzibarquokka.");
  await ask(bob, "And mine is heliotrope.", "Heliotrope, noted.", shared);
  await ask(ada, "Once more: zanzibarquokka.", "Again zanzibarquokka.");
  await expect.poll(() => wordsInFile(file(), "zanzibarquokka").rows).toHaveLength(4);
  slack.command({ in: slack.channel, by: ada, text: "forget me" });
  const question = await whispered(ada, "in every thread of this workspace");
  slack.press({ on: question, by: ada, actionId: "forget-me" });
  await whispered(ada, "Forgotten: 2 messages in 2 threads, and 2 of my answers.");
  for (const word of ["zanzibarquokka", "Marchwarden"]) {
    expect(wordsInFile(file(), word), word).toEqual({ rows: [], bytes: 0 });
  }
  expect(await memoryOf(shared)).toEqual(["And mine is heliotrope.", "Heliotrope, noted."]);
  expect(slack.ephemerals(slack.channel).filter(({ buttons }) => buttons.length > 0)).toEqual([]);
});

test("said in a thread, “forget me” is asked there of the person alone, and “Keep everything” keeps it", async () => {
  await start();
  const { slack } = parley;
  const thread = await ask(ada, "I like zanzibarquokka.", "Nice.");
  slack.say({ in: slack.channel, by: ada, text: "forget me", thread });
  const question = await whispered(ada, "Shall I forget everything you said to me");
  expect(question.threadTs).toBe(thread.ts);
  slack.press({ on: question, by: ada, actionId: "keep-me" });
  await whispered(ada, "Nothing was changed.");
  expect(await memoryOf(thread)).toHaveLength(2);
});

test("in direct messages the question stands in the conversation, and its answer in its place", async () => {
  await start();
  const { slack, ai } = parley;
  const direct = slack.direct(ada);
  ai.replies({ text: "Nice zanzibarquokka." });
  const said = slack.say({ in: direct, by: ada, text: "I like zanzibarquokka." });
  await stored("Nice zanzibarquokka.");
  slack.say({ in: direct, by: ada, text: "forget me", thread: said });
  const last = () => slack.messages(direct, said).at(-1) as MessageRecord;
  await slack.until(() => last().buttons.length === 2);
  slack.press({ on: last(), by: ada, actionId: "forget-me" });
  await slack.until(() => last().text.includes("Forgotten: 1 message in 1 thread, and 1 of my answers."));
  expect(last().buttons).toEqual([]);
  expect(wordsInFile(file(), "zanzibarquokka")).toEqual({ rows: [], bytes: 0 });
});

test("a person of another workspace with the same id is not forgotten", async () => {
  await start();
  const { slack } = parley;
  const thread = await ask(ada, "I like zanzibarquokka.", "Nice.");
  const foreign = threadId("slack:T0OTHER:C1:1.0");
  const [turn] = (await parley.store.open(threadId(`slack:${slack.team.id}:${thread.channelId}:${thread.ts}`))).turns;
  if (turn === undefined) throw new Error("nothing is stored");
  await parley.store.append(await parley.store.open(foreign), { ...turn, text: "I am another heliotrope." });
  slack.command({ in: slack.channel, by: ada, text: "forget me" });
  slack.press({ on: await whispered(ada, "Shall I forget"), by: ada, actionId: "forget-me" });
  await whispered(ada, "Forgotten: 1 message in 1 thread");
  expect((await parley.store.open(foreign)).turns).toHaveLength(1);
});

test("“forget thread” and /parley forget thread delete a thread, and all threads of a channel", async () => {
  await start();
  const { slack } = parley;
  const one = await ask(ada, "I like zanzibarquokka.", "Nice.");
  const two = await ask(bob, "I like heliotrope.", "Fine.");
  slack.say({ in: slack.channel, by: bob, text: `<@${slack.botUserId}> forget thread`, thread: one });
  await whispered(bob, "Forgotten: 2 messages of this thread");
  expect(await memoryOf(one)).toEqual([]);
  expect(wordsInFile(file(), "zanzibarquokka")).toEqual({ rows: [], bytes: 0 });
  expect(await memoryOf(two)).toHaveLength(2);
  const refused = slack.command({ in: slack.channel, by: bob, text: "forget thread" });
  await slack.until(() => refused.responses.length > 0);
  expect(JSON.stringify(refused.responses)).toContain(
    "Only the creator of this channel and the workspace's admins can",
  );
  slack.command({ in: slack.channel, by: slack.addUser("boss", { admin: true }), text: "forget thread" });
  await slack.until(() => slack.ephemerals(slack.channel).some(({ text }) => text.includes("2 messages in 1 thread")));
  expect(wordsInFile(file(), "heliotrope").rows).toEqual([]); // the file is cleaned once a minute
});

test("“export” comes as two files in a direct message, and nobody else sees any of it", async () => {
  await start();
  const { slack } = parley;
  const thread = await ask(ada, "I like zanzibarquokka.", "Nice.");
  slack.say({ in: slack.channel, by: bob, text: `<@${slack.botUserId}> export`, thread });
  await whispered(bob, "I sent it to you in a direct message.");
  const [message] = slack.messages(slack.direct(bob));
  expect(message?.text).toContain("What I store of this thread: 2 messages, as Markdown");
  const contents = message?.files.map(({ name, content }) => [name, new TextDecoder().decode(content)]) ?? [];
  expect(contents.map(([name]) => name)).toEqual(["memory.md", "memory.json"]);
  expect(JSON.parse(contents[1]?.[1] ?? "")).toMatchObject({ turns: [{ kind: "person" }, { text: "Nice." }] });
  expect(slack.messages(slack.channel, thread).flatMap(({ files }) => files)).toEqual([]);
});

test("in a direct conversation the files come where it is", async () => {
  await start();
  const { slack, ai } = parley;
  const direct = slack.direct(ada);
  ai.replies({ text: "Nice." });
  const said = slack.say({ in: direct, by: ada, text: "I like zanzibarquokka." });
  await stored("Nice.");
  slack.say({ in: direct, by: ada, text: "export", thread: said });
  await slack.until(() => slack.messages(direct, said).some(({ files }) => files.length === 2));
});

test("without the scope for files the person is told which one is missing", async () => {
  await start(allScopes.filter((scope) => scope !== "files:write"));
  const { slack } = parley;
  const thread = await ask(ada, "I like zanzibarquokka.", "Nice.");
  slack.say({ in: slack.channel, by: ada, text: `<@${slack.botUserId}> export`, thread });
  await whispered(ada, "Ask the person who runs me to add the scope");
  expect(parley.log.text()).toContain("files:write (it cannot send an export)");
});

test("who chose “memory off” is answered, and not a word of it is stored", async () => {
  await start();
  const { slack, ai } = parley;
  slack.command({ in: slack.channel, by: ada, text: "memory off" });
  await whispered(ada, "From now on memory is off for you in this workspace");
  ai.replies({ text: "You said zanzibarquokka." });
  const said = slack.say({ in: slack.channel, by: ada, text: `<@${slack.botUserId}> I like zanzibarquokka.` });
  await slack.until(() => slack.messages(slack.channel, said).some(({ text }) => text === "You said zanzibarquokka."));
  await ask(bob, "I like heliotrope.", "Fine.", said);
  expect(await memoryOf(said)).toEqual(["I like heliotrope.", "Fine."]);
  expect(wordsInFile(file(), "zanzibarquokka")).toEqual({ rows: [], bytes: 0 });
});
