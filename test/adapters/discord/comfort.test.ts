import { afterEach, beforeEach, expect, test } from "vitest";
import { type Parley, startParley } from "../../support/parley.ts";

let parley: Parley;
beforeEach(async () => {
  // A thought is told at once, so that nobody waits for the line here.
  parley = await startParley({ core: { waiting: { thinkingMs: 0, silentMs: 60_000, renewMs: 60_000 } } });
  await parley.discord.until(() => parley.discord.commands.length > 0);
});
afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect(problems).toEqual([]);
  expect(rateLimited).toEqual([]);
});

const line = "_thinking… 0 s_ ▌";

function ask(text = "Why?") {
  const { discord } = parley;
  return discord.say({ in: discord.channel, text: `<@${discord.botId}> ${text}` }).id;
}

/** Uses a slash command and waits for its answer. */
async function use(name: string, place: string, options = {}) {
  const used = parley.discord.slash({ in: place, name, options });
  await parley.discord.until(() => (used.messages.at(-1)?.content ?? "") !== "");
  return { text: used.messages.at(-1)?.content ?? "", ephemeral: used.ephemeral };
}

const own = (place: string) =>
  parley.discord.messages(place).filter(({ authorId }) => authorId === parley.discord.botId);
const last = (place: string) => own(place).at(-1)?.content ?? "";

test("a model that thinks is seen to think in place; its thoughts are shown only to who asks for them", async () => {
  const { discord, ai } = parley;
  const { promise, resolve } = Promise.withResolvers<void>();
  ai.replies({ reasoning: "Hm, @everyone knows.", text: "Because.", holdAfter: { deltas: 0, until: promise } });
  const thread = ask();
  await discord.until(() => last(thread) === line);
  expect(JSON.stringify(own(thread)[0]?.components)).toContain("Stop");
  resolve();
  await discord.until(() => last(thread) === "Because.");
  expect(own(thread)).toHaveLength(1);
  expect(JSON.stringify(own(thread))).not.toContain("knows");
  expect(await use("reasoning", thread)).toEqual({
    text: "What the model thought before its last answer here:\n> Hm, @everyone knows.",
    ephemeral: true,
  });
  discord.say({ in: thread, text: "reasoning" });
  await discord.until(() => last(thread).includes("@everyone"));
  expect(own(thread).flatMap(({ states }) => states.filter(({ pings }) => pings.everyone))).toEqual([]);
});

test("a block of thoughts that is never closed leaves a notice and no thought", async () => {
  const { discord, ai } = parley;
  const { promise, resolve } = Promise.withResolvers<void>();
  ai.replies({ text: ["<thi", "nk>Hm, let me see, ", "and on and on"], holdAfter: { deltas: 2, until: promise } });
  const thread = ask();
  await discord.until(() => last(thread) === line);
  resolve();
  await discord.until(() => last(thread).includes("The model sent an empty answer."));
  expect(JSON.stringify(own(thread))).not.toContain("Hm");
});

test("the button below the line stops the model", async () => {
  const { discord, ai } = parley;
  const { promise, resolve } = Promise.withResolvers<void>();
  ai.replies({ reasoning: "Hm.", text: "Because.", holdAfter: { deltas: 0, until: promise } });
  const thread = ask();
  await discord.until(() => last(thread) === line);
  discord.press({ message: own(thread)[0]?.id ?? "", customId: `stop discord:${thread}` });
  await discord.until(() => last(thread) === "*Stopped before the first word.*");
  resolve();
});

test("who wants answers only whole gets them written once, and others as they were", async () => {
  const { discord, ai } = parley;
  const chosen = await use("replies", discord.channel.id, { mode: "final" });
  expect(chosen).toMatchObject({ ephemeral: true, text: expect.stringContaining("when they are complete") });
  const { promise, resolve } = Promise.withResolvers<void>();
  const script = { reasoning: "Hm.", text: ["One ", "two."], holdAfter: { deltas: 1, until: promise } };
  ai.replies(script, script);
  const quiet = ask();
  await discord.until(() => discord.typing(quiet).length > 0);
  const other = discord.say({
    in: discord.channel,
    by: discord.addUser("Ann"),
    text: `<@${discord.botId}> Count`,
  }).id;
  await discord.until(() => last(other).startsWith("One"));
  expect(own(quiet)).toEqual([]);
  resolve();
  await discord.until(() => last(quiet) === "One two." && last(other) === "One two.");
  expect(own(quiet).map(({ states }) => states.map(({ content }) => content))).toEqual([["One two."]]);
  expect(JSON.stringify(own(quiet)[0]?.components)).not.toContain("stop");
  expect(own(other)[0]?.states.length).toBeGreaterThan(1);
});

test("the same words choose inline", async () => {
  const { discord } = parley;
  ask("replies final");
  await discord.until(() => last(discord.channel.id).includes("are posted when they are complete"));
  ask("replies");
  await discord.until(() => last(discord.channel.id).includes("(your setting)"));
});
