import { describe, expect, test } from "vitest";
import { type BotEvent, eventId, type MessageEvent, noSurface, PlatformError, threadId } from "../../src/port/index.ts";
import { stoppedAside } from "../../src/reply/notices.ts";
import { bob, commandOf, messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";
import { createRecordingSurface, type RecordingSurface, testLimits } from "../support/recording-surface.ts";

const sentence = (number: number) => `Sentence ${number} of a long answer goes on for a while.`;
const long = Array.from({ length: 800 }, (_, index) => sentence(index)).join(" ");

/** As Discord: five messages in five seconds. */
const posts = { bucket: "posts", count: 5, periodMs: 5_000 };
const slowSurface = (streaming: "none" | "controls-go" = "none") =>
  createRecordingSurface({ ...testLimits, posts }, [], streaming);

const made = ({ writes }: RecordingSurface) =>
  writes.filter(({ kind }) => kind === "create" || kind === "begin").length;

/** The whole answer has come, and only some of it stands: the platform takes no more messages for a while. */
async function openPosting(bot: OpenedBot, question: MessageEvent, surface = slowSurface()) {
  bot.model.script([long]);
  const done = bot.receive(question, surface);
  await bot.clock.pass(3_000);
  expect(bot.model.aborted).toEqual([false]);
  expect(made(surface)).toBeGreaterThan(0);
  expect(made(surface)).toBeLessThan(10);
  return { surface, done, before: made(surface), text: surface.texts.join("") };
}

const channel = placeOf({ kind: "channel", thread: threadId("test:channel"), authority: ["thread", "channel"] });

type Way = (question: MessageEvent) => BotEvent;

const ways: readonly (readonly [string, Way])[] = [
  ["the command stop", () => commandOf("stop")],
  ["the word stop", () => messageOf("stop", { via: "ambient" })],
  ["a stop of the whole channel", () => commandOf("stop", { channelWide: true, place: channel })],
  ["reset", () => commandOf("reset")],
  ["the word reset", () => messageOf("reset")],
  ["a reset of the whole channel", () => commandOf("reset", { channelWide: true, place: channel })],
  ["forget thread", () => commandOf("forget thread")],
  [
    "the question's deletion",
    ({ place, message }) => ({ kind: "deleted", id: eventId("d"), threads: [place.thread], messages: [message] }),
  ],
];

describe("an answer that is whole, and is being posted", () => {
  test.each(ways)("is not posted any further after %s", async (_, way) => {
    const bot = await openBot();
    const question = messageOf("Tell me all");
    const { surface, done, before } = await openPosting(bot, question);
    const stopped = bot.receive(way(question), bot.surface);
    await bot.clock.pass(600_000);
    await Promise.all([done, stopped]);
    expect(made(surface)).toBe(before);
    expect(surface.contents.filter(({ live }) => live)).toEqual([]);
    expect(await bot.left()).toEqual([]);
  });

  test.each([
    ["by edits", "none"],
    ["by appending", "controls-go"],
  ] as const)("keeps what stands, %s, says that it was stopped, and is remembered so far", async (_, streaming) => {
    const bot = await openBot();
    const { surface, done, before, text } = await openPosting(bot, messageOf("Tell me all"), slowSurface(streaming));
    await bot.receive(commandOf("stop"), bot.surface);
    await bot.clock.pass(600_000);
    await done;
    const notice = stoppedAside("person", false, true) ?? "";
    expect(surface.texts).toHaveLength(before);
    expect(surface.texts.at(-1)).toContain(notice);
    expect(surface.texts.every((one) => one.length <= testLimits.maxLength)).toBe(true);
    const standing = surface.texts.join("").replace(/\n\n\*Stopped.*$/, "");
    expect(text.startsWith(standing)).toBe(true);
    expect(text.length - standing.length).toBeLessThan(200);
    expect(surface.contents.at(-1)?.controls.map(({ command }) => command)).toEqual(["go-on"]);
    expect(surface.contents.slice(0, -1).flatMap(({ controls }) => controls)).toEqual([]);
    const [, answer] = await bot.turns();
    expect(answer).toMatchObject({
      kind: "bot",
      ending: "stopped",
      messages: surface.writes
        .filter(({ kind }) => kind === "create" || kind === "begin")
        .map(({ message }) => message),
    });
    expect(answer?.kind === "bot" && answer.text.trimEnd()).toBe(standing.trimEnd());
  });

  test("in one go, for whoever wants whole messages, is not posted any further either", async () => {
    const bot = await openBot();
    const question = messageOf("Tell me all");
    await bot.receive(commandOf("replies", { options: { mode: "final" } }), bot.surface);
    const { surface, done, before } = await openPosting(bot, question);
    await bot.receive(commandOf("stop"), bot.surface);
    await bot.clock.pass(600_000);
    await done;
    expect(made(surface)).toBe(before);
    expect(surface.texts.at(-1)).toContain("Stopped.");
  });

  test("ends at once also while a refusal of the platform is waited out", async () => {
    const bot = await openBot();
    const surface = slowSurface();
    surface.failBy((kind) =>
      kind === "create" && made(surface) === 3
        ? new PlatformError("rate-limited", "slow down", { retryAfterMs: 500_000 })
        : undefined,
    );
    const { done, before } = await openPosting(bot, messageOf("Tell me all"), surface);
    expect(before).toBe(3);
    await bot.receive(commandOf("stop"), bot.surface);
    await bot.clock.pass(5_000);
    await done;
    expect(surface.texts).toHaveLength(3);
    expect(surface.texts.at(-1)).toContain("Stopped.");
  });

  test("gives way to a newer message where it may interrupt, and that one is answered", async () => {
    const bot = await openBot({ settings: { whileAnswering: "interrupt" } });
    const { surface, done, before } = await openPosting(bot, messageOf("Tell me all"));
    bot.model.script(["Short."]);
    const newer = bot.receive(messageOf("Never mind", { author: bob }), surface);
    await bot.clock.pass(600_000);
    await Promise.all([done, newer]);
    expect(made(surface)).toBe(before + 1);
    expect(surface.texts.slice(-2)).toEqual([
      expect.stringContaining("Stopped, because a newer message came."),
      "Short.",
    ]);
  });

  test("is written anew at once where its question was edited", async () => {
    const bot = await openBot();
    const question = messageOf("Tell me all");
    const { surface, done, before } = await openPosting(bot, question);
    bot.model.script(["Short."]);
    const { id, ...rest } = question;
    const edit = { ...rest, kind: "edited", id: eventId("edit"), of: id, text: "Tell me little" } as const;
    const edited = bot.receive(edit, surface);
    await bot.clock.pass(600_000);
    await Promise.all([done, edited]);
    expect(made(surface)).toBe(before);
    expect(surface.texts).toEqual(["Short."]);
  });

  test("ends for whoever wants to be forgotten, and is forgotten with the rest", async () => {
    const bot = await openBot();
    const { surface, done, before } = await openPosting(bot, messageOf("Tell me all"));
    await bot.receive(commandOf("forget me"), bot.surface);
    const forgotten = bot.receive(commandOf("forget me", { button: "forget-me" }), bot.surface);
    await bot.clock.pass(600_000);
    await Promise.all([done, forgotten]);
    expect(made(surface)).toBe(before);
    expect((await bot.memory()).join("")).not.toContain("Sentence");
  });

  test("is not posted any further by the next run, if the process ends right after", async () => {
    const bot = await openBot();
    const { surface, done } = await openPosting(bot, messageOf("Tell me all", { recallKey: "o" }));
    surface.gate = new Promise(() => undefined);
    await bot.receive(commandOf("stop"), bot.surface);
    await bot.clock.pass(60_000);
    const [left] = await bot.left();
    const outcome = left?.stage.kind === "settling" ? left.stage.outcome : undefined;
    expect(outcome).toMatchObject({ ending: "stopped", text: expect.stringMatching(/^Sentence 0/) });
    expect(outcome?.text.length).toBeLessThan(long.length / 2);
    void done;
  });
});

test("an answer that comes faster than it can be posted ends in the messages that stand, though more words have come", async () => {
  const bot = await openBot();
  const surface = slowSurface();
  bot.model.script([long, { until: new Promise(() => undefined) }]);
  const done = bot.receive(messageOf("Tell me all"), surface);
  await bot.clock.pass(3_000);
  const before = made(surface);
  await bot.receive(commandOf("stop"), bot.surface);
  await bot.clock.pass(600_000);
  await done;
  expect(made(surface)).toBe(before);
  expect(surface.texts.at(-1)).toContain("Stopped.");
});

test("“go on” goes on where the stopped answer ends", async () => {
  const bot = await openBot();
  const { done, surface } = await openPosting(bot, messageOf("Tell me all"));
  await bot.receive(commandOf("stop"), noSurface);
  await bot.clock.pass(600_000);
  await done;
  const more = bot.receive(messageOf("Go on."), surface);
  await bot.clock.pass(60_000);
  await more;
  const said = bot.model.prompts[1]?.messages.find(({ role }) => role === "assistant")?.content ?? "";
  expect(long.startsWith(said.trimEnd().slice(0, 3_000))).toBe(true);
  expect(said.length).toBeLessThan(long.length / 2);
});

describe("a question that is said right after", () => {
  test.each([
    ["the word stop", () => messageOf("stop")],
    ["the command stop", () => commandOf("stop")],
    ["the word reset", () => messageOf("reset")],
    ["the command reset", () => commandOf("reset")],
  ])("%s, and arrives with it, is not meant", async (_, way) => {
    const bot = await openBot();
    const held = gate();
    bot.model.script([{ until: held.opened }, "Never."]);
    void bot.receive(messageOf("Before"), bot.surface);
    void bot.receive(messageOf("Waits"), bot.surface);
    await bot.clock.pass(1_000);
    void bot.receive(way(), bot.surface);
    void bot.receive(messageOf("After"), bot.surface);
    held.open();
    await bot.clock.pass(60_000);
    expect(
      bot.model.prompts.map(({ messages }) =>
        messages
          .at(-1)
          ?.content.match(/Before|Waits|After/g)
          ?.at(-1),
      ),
    ).toEqual(["Before", "After"]);
    expect(bot.surface.texts.at(-1)).toBe("Answer.");
  });
});
