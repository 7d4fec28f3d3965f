import { afterEach, beforeEach, expect, test } from "vitest";
import { type Parley, startParley } from "../../support/parley.ts";

let parley: Parley;
beforeEach(async () => {
  const waiting = { queuedMs: 0, thinkingMs: 60_000, silentMs: 60_000, renewMs: 10 };
  parley = await startParley({ model: { concurrency: 1 }, core: { waiting } });
});
afterEach(async () => {
  const { problems, rateLimited } = parley.discord;
  await parley.stop();
  expect([problems, rateLimited]).toEqual([[], []]);
});

/** Each asks in a channel of their own, the next one when the last is known to the bot. Returns their threads. */
async function ask(...names: readonly string[]): Promise<readonly string[]> {
  const { discord, ai } = parley;
  const threads: string[] = [];
  for (const name of names) {
    const by = discord.addUser(name, { displayName: name });
    const place = discord.addChannel({ name: `of-${name}` }).id;
    const { id } = discord.say({ in: place, by, text: `<@${discord.botId}> ${name} asks` });
    if (threads.length === 0) await ai.until(() => ai.requests.length === 1);
    else await discord.until(() => last(id).startsWith("_waiting"));
    threads.push(id);
  }
  return threads;
}

const last = (place: string) =>
  parley.discord
    .messages(place)
    .filter(({ authorId }) => authorId === parley.discord.botId)
    .at(-1)?.content ?? "";
const name = (content: string | undefined) => /(\w+) asks/.exec(content ?? "")?.[1];
const asked = () => parley.ai.requests.map(({ messages }) => name(messages.at(-1)?.content));

/** Everybody is answered with their own name, when the gate of their turn opens. */
function answers() {
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  let turn = 0;
  parley.ai.replyTo(({ messages }) => {
    const hold = gates[turn++]?.promise;
    return { text: `To ${name(messages.at(-1)?.content)}.`, ...(hold === undefined ? {} : { hold }) };
  });
  return (index: number) => gates[index]?.resolve();
}

test("everybody is answered in turn, and sees their place where the answer will stand", async () => {
  const { discord } = parley;
  const open = answers();
  const threads = await ask("ann", "ben", "cleo", "dan");
  expect(threads.slice(1).map(last)).toEqual([
    "_waiting: your question is next_ ▌",
    "_waiting: 1 question before yours_ ▌",
    "_waiting: 2 questions before yours_ ▌",
  ]);
  for (const [index, thread] of threads.entries()) {
    open(index);
    await discord.until(() => last(thread).startsWith("To "));
    const next = threads[index + 2];
    if (next !== undefined) await discord.until(() => last(next) === "_waiting: your question is next_ ▌");
  }
  await discord.until(() => threads.every((thread) => !last(thread).includes("▌")));
  expect(threads.map(last)).toEqual(["To ann.", "To ben.", "To cleo.", "To dan."]);
});

test("whoever says stop while they wait is told at once, and their question is never asked", async () => {
  const { discord } = parley;
  const open = answers();
  const threads = await ask("ann", "ben", "cleo");
  const [, ben = "", cleo = ""] = threads;
  discord.say({ in: ben, by: discord.addUser("eve", { displayName: "Eve" }), text: "stop" });
  await discord.until(() =>
    discord.messages(ben).some(({ content }) => content.includes("Stopped before the first word")),
  );
  for (const index of [0, 1]) open(index);
  await discord.until(() => last(cleo) === "To cleo.");
  expect(asked()).toEqual(["ann", "cleo"]);
});
