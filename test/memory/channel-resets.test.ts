import { describe, expect, test } from "vitest";
import { channelId, messageId, type Place, threadId } from "../../src/port/index.ts";
import { bob, commandOf, messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";

const thread = placeOf();
const sibling = placeOf({ thread: threadId("test:sibling") });
const stranger = placeOf({ thread: threadId("test:far"), channel: channelId("test:other") });
const channel = placeOf({ kind: "channel", thread: threadId("test:channel"), authority: ["thread", "channel"] });

async function say(bot: OpenedBot, text: string, place: Place): Promise<void> {
  const received = bot.receive(messageOf(text, { place, sentAt: bot.clock.now() }), bot.surface);
  await bot.clock.pass(10_000);
  await received;
}

async function resetChannel(bot: OpenedBot, place = channel): Promise<void> {
  const received = bot.receive(commandOf("reset", { place, channelWide: true }), bot.surface);
  await bot.clock.pass(1_000);
  await received;
}

describe("the reset of a channel", () => {
  test("starts the memory of all its threads over, and of no other", async () => {
    const bot = await openBot();
    for (const place of [thread, sibling, stranger]) await say(bot, "Remember the blue door", place);
    await resetChannel(bot);
    for (const place of [thread, sibling, stranger]) await say(bot, "Which door?", place);
    expect(await bot.memory(thread.thread)).toEqual(["Ada: Which door?", "bot (whole): Answer."]);
    expect(await bot.memory(sibling.thread)).toEqual(["Ada: Which door?", "bot (whole): Answer."]);
    expect(await bot.memory(stranger.thread)).toHaveLength(4);
  });

  test("clears also what was being answered meanwhile", async () => {
    const bot = await openBot();
    const answered = gate();
    bot.model.script(["The door is ", { until: answered.opened }, "blue."], ["I know of no door."]);
    const received = bot.receive(messageOf("Which door?", { place: thread }), bot.surface);
    await bot.clock.pass(1_000);
    await resetChannel(bot);
    answered.open();
    await bot.clock.pass(10_000);
    await received;
    await say(bot, "And now?", thread);
    expect(await bot.memory(thread.thread)).toEqual(["Ada: And now?", "bot (whole): I know of no door."]);
  });

  test("does not touch what is said after it", async () => {
    const bot = await openBot();
    await resetChannel(bot);
    await say(bot, "One", thread);
    await say(bot, "Two", thread);
    expect(await bot.memory(thread.thread)).toHaveLength(4);
  });

  test("leaves the threads joined: they are followed on", async () => {
    const bot = await openBot();
    await say(bot, "Hello", thread);
    await resetChannel(bot);
    const overheard = messageOf("And now?", { place: thread, via: "ambient", sentAt: bot.clock.now() });
    const received = bot.receive(overheard, bot.surface);
    await bot.clock.pass(10_000);
    await received;
    expect(await bot.memory(thread.thread)).toEqual(["Ada: And now?", "bot (whole): Answer."]);
  });

  test("is refused to whoever may not manage the channel, and then nothing is lost", async () => {
    const bot = await openBot();
    await say(bot, "Hello", thread);
    await resetChannel(bot, { ...channel, authority: ["thread"] });
    expect(bot.surface.responses.at(-1)).toContain("Only people who may manage this channel");
    await say(bot, "Still there?", thread);
    expect(await bot.memory(thread.thread)).toHaveLength(4);
  });
});

test("a thread that was reset where nothing was remembered is not read back by the next question", async () => {
  const bot = await openBot();
  const earlier = {
    messages: [
      { message: messageId("old"), author: bob, own: false, text: "An old secret", attachments: [], sentAt: 0 },
    ],
    complete: true,
  };
  const surface = { ...bot.surface, history: async () => earlier };
  void bot.receive(commandOf("reset"), surface);
  await bot.clock.pass(1_000);
  expect(bot.surface.responses.join()).toContain("nothing to clear");
  void bot.receive(messageOf("And now?"), surface);
  await bot.clock.pass(60_000);
  expect(JSON.stringify(bot.model.prompts)).not.toContain("secret");
  expect(bot.model.prompts).toHaveLength(1);
});
