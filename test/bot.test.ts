import { describe, expect, test } from "vitest";
import { createBot } from "../src/bot.ts";
import { PlatformError, threadId } from "../src/port/index.ts";
import { endingNotice, lostNotice, stoppedAside, withAside, withNotice } from "../src/reply/notices.ts";
import { sentences } from "../src/sentences/sentences.ts";
import type { ConversationStore } from "../src/store/conversation-store.ts";
import { bob, commandOf, directPlace, messageOf, placeOf } from "./support/build-event.ts";
import { gate, type OpenedBot, openBot } from "./support/open-bot.ts";
import { createRecordingSurface } from "./support/recording-surface.ts";

type Event = Parameters<OpenedBot["receive"]>[0];

/** Lets the event arrive and as much time go by as it may need. */
async function arrive(bot: OpenedBot, ...events: readonly Event[]) {
  const received = events.map((event) => bot.receive(event, bot.surface));
  await bot.clock.pass(10_000);
  await Promise.all(received);
}

const overheard = { via: "ambient" } as const;

describe("an event", () => {
  test("that is delivered twice is answered once", async () => {
    const bot = await openBot();
    const question = messageOf("Hello");
    await arrive(bot, question, question);
    await arrive(bot, question);
    expect(bot.surface.texts).toEqual(["Answer."]);
    expect(await bot.memory()).toEqual(["Ada: Hello", "bot (whole): Answer."]);
  });

  test("that is a command and delivered twice is run once", async () => {
    const bot = await openBot();
    const command = commandOf("help");
    await arrive(bot, command, command);
    expect(bot.surface.responses).toHaveLength(1);
  });

  test("that is delivered again after a restart is answered once", async () => {
    const bot = await openBot();
    const question = messageOf("Hello");
    await arrive(bot, question);
    await arrive(bot, { ...question, id: messageOf("").id });
    expect(bot.surface.texts).toEqual(["Answer."]);
  });

  test("in strangers' talk leaves no trace", async () => {
    const bot = await openBot();
    await arrive(bot, messageOf("Not for the bot", overheard));
    expect([bot.surface.texts, bot.surface.responses, bot.model.prompts, await bot.memory()]).toEqual([[], [], [], []]);
  });
});

describe("what concerns one person alone", () => {
  const openWhispering = async () => {
    const bot = await openBot();
    const whispers: string[] = [];
    bot.surface.respondPrivately = async (markdown) => void whispers.push(markdown);
    return { bot, whispers };
  };

  test("is whispered where the platform can: a private command, a refusal, a failure", async () => {
    const { bot, whispers } = await openWhispering();
    await arrive(bot, commandOf("persona show"));
    await arrive(bot, commandOf("persona set", { options: { persona: "pirate", scope: "server" } }));
    await arrive(bot, commandOf("nonsense"));
    expect(whispers[0]).toContain("I speak as **Assistant**");
    expect(whispers[1]).toContain("Only people who may manage this server");
    expect(whispers[2]).toBe(withNotice("", sentences.answers.unexpected));
    expect(bot.surface.responses).toEqual([]);
  });

  test("is that, and no more: what others have to know is said to all", async () => {
    const { bot, whispers } = await openWhispering();
    await arrive(bot, commandOf("persona set", { options: { persona: "pirate" } }));
    expect(bot.surface.responses).toEqual(["In this thread I now speak as **Pirate**."]);
    expect(whispers).toEqual([]);
  });

  test("reaches them also where the bot may not write", async () => {
    const { bot, whispers } = await openWhispering();
    bot.surface.failWith(
      ...["first", "last"].map((write) => new PlatformError("absent", `${write}: not in the channel`)),
    );
    await arrive(bot, messageOf("Hello"));
    expect(whispers).toEqual([withNotice("", lostNotice("absent"))]);
  });
});

test("a short answer that came too fast for the platform is said once, when it may be", async () => {
  const bot = await openBot();
  bot.surface.respondFailure = new PlatformError("rate-limited", "slow down", { retryAfterMs: 2_000 });
  const received = bot.receive(commandOf("help"), bot.surface);
  await bot.clock.pass(1_999);
  expect(bot.surface.responses).toEqual([]);
  bot.surface.respondFailure = undefined;
  await bot.clock.pass(1);
  await received;
  expect(bot.surface.responses).toHaveLength(1);
});

test("a reset that is delivered again after a restart does not clear what was said since", async () => {
  const bot = await openBot();
  const reset = commandOf("reset");
  await arrive(bot, messageOf("One"));
  await arrive(bot, reset);
  await arrive(bot, messageOf("Two"));
  const revived = createBot(bot.nextCore());
  const received = revived.receive(reset, bot.surface);
  await bot.clock.pass(1_000);
  await received;
  expect(await bot.memory()).toEqual(["Ada: Two", "bot (whole): Answer."]);
});

describe("messages in one thread", () => {
  test("are answered in order, each knowing the answer before it", async () => {
    const bot = await openBot();
    const first = gate();
    bot.model.script([{ until: first.opened }, "First answer."], ["Second answer."]);
    const received = [messageOf("First"), messageOf("Second", { author: bob })].map((event) =>
      bot.receive(event, bot.surface),
    );
    await bot.clock.pass(10_000);
    expect(bot.model.prompts).toHaveLength(1);
    first.open();
    await bot.clock.pass(10_000);
    await Promise.all(received);
    expect(bot.surface.texts).toEqual(["First answer.", "Second answer."]);
    expect(await bot.memory()).toEqual([
      "Ada: First",
      "bot (whole): First answer.",
      "Bob: Second",
      "bot (whole): Second answer.",
    ]);
  });

  test("do not wait for those in another thread", async () => {
    const bot = await openBot();
    const first = gate();
    bot.model.script([{ until: first.opened }, "Late."], ["Early."]);
    const waiting = bot.receive(messageOf("Slow"), bot.surface);
    await bot.clock.pass(1_000);
    const elsewhere = createRecordingSurface();
    const place = placeOf({ thread: threadId("test:other") });
    const other = bot.receive(messageOf("Quick", { place }), elsewhere);
    await bot.clock.pass(5_000);
    expect([bot.surface.texts, elsewhere.texts]).toEqual([[], ["Early."]]);
    first.open();
    await bot.clock.pass(10_000);
    await Promise.all([waiting, other]);
    expect(await bot.memory(place.thread)).toEqual(["Ada: Quick", "bot (whole): Early."]);
  });
});

describe("stop", () => {
  const asButton = () => commandOf("stop");
  const asMention = () => messageOf("Stop");
  const asWord = () => messageOf("stop", overheard);

  test.each([
    ["a button or command", asButton],
    ["a mention", asMention],
    ["a word in the thread", asWord],
  ])("as %s does not wait for the answer that it stops", async (_, stop) => {
    const bot = await openBot();
    bot.model.script([], ["One ", { until: gate().opened }]);
    await arrive(bot, messageOf("Join"));
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(5_000);
    await bot.receive(stop(), bot.surface);
    await bot.clock.pass(5_000);
    await received;
    expect(bot.surface.texts.at(-1)).toBe(withAside("One ", stoppedAside("person", false, true)));
    expect(bot.surface.responses).toEqual([]);
  });

  test("is answered where the platform waits for it, else the thread shows it", async () => {
    const bot = await openBot();
    bot.model.script(["One ", { until: gate().opened }]);
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(5_000);
    bot.surface.expectsResponse = true;
    await bot.receive(commandOf("stop"), bot.surface);
    await bot.clock.pass(5_000);
    await received;
    expect(bot.surface.responses).toEqual(["Stopped."]);
  });

  test("by the button under the answer lets the message that waits behind be answered", async () => {
    const bot = await openBot();
    bot.model.script([{ until: gate().opened }], ["Second answer."]);
    const received = [messageOf("First"), messageOf("Second")].map((event) => bot.receive(event, bot.surface));
    await bot.clock.pass(1_000);
    await bot.receive(commandOf("stop", { button: "stop" }), bot.surface);
    await bot.clock.pass(10_000);
    await Promise.all(received);
    expect(bot.surface.texts.at(-1)).toBe("Second answer.");
  });

  test("where nothing is written says so", async () => {
    const bot = await openBot();
    await arrive(bot, commandOf("stop"));
    expect(bot.surface.responses).toEqual(["I'm not writing anything here."]);
  });

  test("said in strangers' talk is nobody's command", async () => {
    const bot = await openBot();
    await arrive(bot, messageOf("stop", overheard));
    expect(bot.surface.responses).toEqual([]);
  });
});

describe("reset", () => {
  test("in mid-answer stops the answer first and then clears the memory, which stays empty", async () => {
    const bot = await openBot();
    bot.model.script(["One ", { until: gate().opened }]);
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(5_000);
    const cleared = bot.receive(messageOf("reset", overheard), bot.surface);
    await bot.clock.pass(10_000);
    await Promise.all([received, cleared]);
    expect(bot.surface.texts[0]).toContain("Stopped, because the memory was cleared.");
    expect(bot.surface.contents[0]?.controls).toEqual([]);
    expect(bot.surface.responses).toEqual([expect.stringContaining("Memory cleared")]);
    expect(await bot.memory()).toEqual([]);
  });

  test("leaves the bot in the thread, with nothing of what was said", async () => {
    const bot = await openBot();
    await arrive(bot, messageOf("My colour is blue"));
    await arrive(bot, commandOf("reset"));
    await arrive(bot, messageOf("And now?", overheard));
    expect(bot.model.prompts).toHaveLength(2);
    expect(JSON.stringify(bot.model.prompts[1])).not.toContain("blue");
  });

  test("leaves out a question that was asked before it and waits, and says so", async () => {
    const bot = await openBot();
    bot.model.script([{ until: gate().opened }]);
    const received = [messageOf("First"), messageOf("Second")].map((event) => bot.receive(event, bot.surface));
    await bot.clock.pass(1_000);
    received.push(bot.receive(messageOf("reset"), bot.surface));
    await bot.clock.pass(10_000);
    await Promise.all(received);
    expect(bot.model.prompts).toHaveLength(1);
    expect(bot.surface.responses).toEqual([
      expect.stringContaining("1 question that waited here will not be answered"),
      expect.stringContaining("Memory cleared"),
    ]);
    expect(await bot.memory()).toEqual([]);
  });
});

describe("words that are a command or are not", () => {
  test("a bare mention gets the help", async () => {
    const bot = await openBot();
    await arrive(bot, messageOf(" "));
    expect(bot.surface.responses).toEqual([
      expect.stringContaining("I'm **Parley**, and I speak as **Assistant** here."),
    ]);
    expect(bot.model.prompts).toEqual([]);
  });

  test("a bare direct message gets the help for direct messages", async () => {
    const bot = await openBot();
    await arrive(bot, messageOf("", { via: "direct", place: directPlace() }));
    expect(bot.surface.responses).toEqual([expect.stringContaining("I remember this conversation")]);
  });

  test("a mention with nothing but a file is a question", async () => {
    const bot = await openBot();
    const attachments = [{ name: "a.txt", mediaType: "text/plain", bytes: 1, url: "https://example.org/a" }];
    await arrive(bot, messageOf("", { attachments }));
    expect(bot.surface.texts).toEqual(["Answer."]);
  });

  test.each(["help me with SQL", "Should I reset it?", "persona of the year", "what does stop do?"])(
    "“%s” is a question",
    async (text) => {
      const bot = await openBot();
      await arrive(bot, messageOf(text));
      expect(bot.surface.texts).toEqual(["Answer."]);
      expect(bot.surface.responses).toEqual([]);
    },
  );

  test("what was asked through a command is a question, also when it reads like a command", async () => {
    const bot = await openBot();
    await arrive(bot, messageOf("help", { quotedQuestion: "> help", viaCommand: true }));
    expect(bot.surface.texts).toEqual(["> help\n\nAnswer."]);
  });

  test("a command said in a joined thread is run, and is no part of the memory", async () => {
    const bot = await openBot();
    await arrive(bot, messageOf("Hello"));
    await arrive(bot, messageOf("help", overheard));
    expect(bot.surface.responses).toHaveLength(1);
    expect(await bot.memory()).toEqual(["Ada: Hello", "bot (whole): Answer."]);
  });

  test("a command said where threads are not followed is only remembered", async () => {
    const bot = await openBot({ settings: { followThreads: false } });
    await arrive(bot, messageOf("Hello"));
    await arrive(bot, messageOf("reset", overheard));
    expect(bot.surface.responses).toEqual([]);
    expect((await bot.memory()).at(-1)).toBe("Ada: reset");
  });

  test("a long answer to a command comes in as many messages as it needs", async () => {
    const bot = await openBot();
    const text = `You are ${"very ".repeat(700)}kind.`;
    await arrive(bot, commandOf("persona set", { options: { persona: text } }));
    await arrive(bot, commandOf("persona show"));
    const shown = bot.surface.responses.slice(1);
    expect(shown.length).toBeGreaterThan(1);
    for (const one of shown) expect(one.length).toBeLessThanOrEqual(bot.surface.limits.maxLength);
  });
});

/** A store that fails in a way that no store should, once. */
function brokenOnce(store: ConversationStore): ConversationStore {
  let broken = true;
  return {
    ...store,
    async open(thread) {
      if (!broken) return store.open(thread);
      broken = false;
      throw new TypeError("a bug");
    },
  };
}

describe("a failure that nobody foresaw", () => {
  test("is told where the person spoke, and does not stop the next event", async () => {
    const bot = await openBot({ wrapStore: brokenOnce });
    bot.model.script(["Second answer."]);
    await arrive(bot, messageOf("First"));
    await arrive(bot, messageOf("Second"));
    expect(bot.surface.responses).toEqual([withNotice("", sentences.answers.unexpected)]);
    expect(bot.surface.texts).toEqual(["Second answer."]);
    expect(bot.log.lines.find(({ level }) => level === "error")?.fields).toMatchObject({
      error: expect.stringContaining("a bug"),
    });
  });

  test("is told of a command that does not exist", async () => {
    const bot = await openBot();
    await arrive(bot, commandOf("dance"));
    expect(bot.surface.responses).toEqual([withNotice("", sentences.answers.unexpected)]);
  });

  test.each([new PlatformError("forbidden", "no"), new TypeError("a bug")])(
    "never escapes, even where it cannot be told: %s",
    async (failure) => {
      const bot = await openBot({ wrapStore: brokenOnce });
      bot.surface.respondFailure = failure;
      bot.model.script(["Second answer."]);
      await arrive(bot, messageOf("First"), commandOf("help"), commandOf("dance"));
      expect(bot.log.text()).toContain("the person could not be told of the failure");
      await arrive(bot, messageOf("Second"));
      expect(bot.surface.texts).toEqual(["Second answer."]);
    },
  );
});

describe("closing", () => {
  test("ends live replies with the reason, keeps and stores what is written", async () => {
    const bot = await openBot();
    bot.model.script(["One ", { until: gate().opened }]);
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(5_000);
    let closed = false;
    const closing = bot.close().then(() => {
      closed = true;
    });
    await bot.clock.pass(5_000);
    expect(closed).toBe(true);
    await Promise.all([closing, received]);
    expect(bot.surface.texts).toEqual([withNotice("One ", endingNotice("stopped", false))]);
    expect(await bot.memory()).toEqual(["Ada: Count", "bot (stopped): One "]);
  });

  test("waits until the last reply is stored", async () => {
    const bot = await openBot();
    const held = gate();
    bot.model.script(["One ", { until: gate().opened }]);
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(5_000);
    bot.surface.gate = held.opened;
    let closed = false;
    const closing = bot.close().then(() => {
      closed = true;
    });
    await bot.clock.pass(60_000);
    expect(closed).toBe(false);
    held.open();
    await bot.clock.pass(5_000);
    await Promise.all([closing, received]);
    expect((await bot.memory()).at(-1)).toBe("bot (stopped): One ");
  });

  test("does not begin an answer to the question that waits behind a live reply", async () => {
    const bot = await openBot();
    const second = gate();
    bot.model.script([{ until: gate().opened }], ["Two ", { until: second.opened }]);
    const events = [messageOf("First"), messageOf("Second", { recallKey: "somewhere" })];
    const received = events.map((event) => bot.receive(event, bot.surface));
    await bot.clock.pass(1_000);
    let closed = false;
    const closing = bot.close().then(() => {
      closed = true;
    });
    await bot.clock.pass(10_000);
    const closedInTime = closed;
    second.open(); // so that the bot can end in any case
    await bot.clock.pass(10_000);
    await Promise.all([closing, ...received]);
    expect(closedInTime).toBe(true);
    expect(bot.surface.texts.join("\n")).not.toContain("Two");
    expect(bot.surface.responses).toEqual([]);
    expect((await bot.left()).map(({ question }) => question.text)).toEqual(["Second"]);
  });

  test("of a bot at rest is done at once, and what comes later leaves no trace", async () => {
    const bot = await openBot();
    await arrive(bot, messageOf("Hello"));
    await bot.close();
    await arrive(bot, messageOf("Too late"), commandOf("help"));
    expect(bot.surface.texts).toEqual(["Answer."]);
    expect(bot.surface.responses).toEqual([]);
    expect(await bot.memory()).toEqual(["Ada: Hello", "bot (whole): Answer."]);
  });
});

test("whoever waits behind another's answer sees that they were heard", async () => {
  const bot = await openBot();
  const held = gate();
  bot.model.script([{ until: held.opened }, "One."], ["Two."]);
  const received = bot.receive(messageOf("First"), bot.surface);
  await bot.clock.pass(100);
  const waiting = createRecordingSurface();
  const second = bot.receive(messageOf("Second", { author: bob }), waiting);
  await bot.clock.pass(100);
  expect(waiting.busyCalls).toBe(1);
  held.open();
  await bot.clock.pass(10_000);
  await Promise.all([received, second]);
});
