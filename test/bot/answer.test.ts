import { describe, expect, test } from "vitest";
import { type ModelEnding, ModelError, type ModelErrorCode } from "../../src/model/model-client.ts";
import { messageId, PlatformError, threadId, userId } from "../../src/port/index.ts";
import {
  endingNotice,
  modelNotice,
  stoppedAside,
  unreadNotice,
  withAside,
  withNotice,
} from "../../src/reply/notices.ts";
import { sentences } from "../../src/sentences/sentences.ts";
import { type ConversationStore, type Ending, StoreError, type Turn } from "../../src/store/conversation-store.ts";
import { bob, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";
import { createRecordingSurface, testLimits } from "../support/recording-surface.ts";
import { modelError } from "../support/scripted-model.ts";
import { workedMs } from "../support/worked-ms.ts";

/** Asks and lets as much time go by as the reply may need. */
async function ask(bot: OpenedBot, text = "Hello", rest: Parameters<typeof messageOf>[1] = {}) {
  const received = bot.receive(messageOf(text, rest), bot.surface);
  await bot.clock.pass(10_000);
  await received;
}

test("the question is in the memory before the model is called", async () => {
  let known: readonly string[] = [];
  const bot = await openBot();
  const { stream } = bot.model;
  Object.assign(bot.model, {
    async *stream(...args: Parameters<typeof stream>) {
      known = await bot.memory();
      yield* stream(...args);
    },
  });
  await ask(bot, "Hello");
  expect(known).toEqual(["Ada: Hello"]);
});

test("an answer grows in one message and is stored as it stands there", async () => {
  const bot = await openBot();
  const more = gate();
  bot.model.script(["One ", "two ", { until: more.opened }, "three."]);
  const received = bot.receive(messageOf("Count"), bot.surface);
  await bot.clock.pass(5_000);
  expect(bot.surface.texts).toEqual(["One two  ▌"]);
  more.open();
  await bot.clock.pass(5_000);
  await received;
  expect(bot.surface.contents).toMatchObject([{ markdown: "One two three.", controls: [] }]);
  expect(await bot.turns()).toMatchObject([
    { kind: "person", text: "Count" },
    { kind: "bot", text: "One two three.", ending: "whole", messages: ["m1"] },
  ]);
});

test("an answer of many messages is stored with all of them", async () => {
  const bot = await openBot();
  bot.model.script(["word ".repeat(1_000)]);
  await ask(bot);
  expect(bot.surface.texts.join("")).toBe("word ".repeat(1_000));
  expect((await bot.turns()).at(-1)).toMatchObject({ messages: ["m1", "m2", "m3"] });
});

test("what the model thinks is neither shown nor stored", async () => {
  const bot = await openBot();
  bot.model.script([{ thinks: "Hmm, secret." }, "Six."]);
  await ask(bot);
  expect(JSON.stringify(bot.surface.writes)).not.toContain("secret");
  expect(await bot.memory()).toEqual(["Ada: Hello", "bot (whole): Six."]);
});

test("a heading stands above the answer and is no part of the memory", async () => {
  const bot = await openBot();
  bot.model.script(["Six."]);
  await ask(bot, "How many?", { quotedQuestion: "> How many?" });
  expect(bot.surface.texts).toEqual(["> How many?\n\nSix."]);
  expect(await bot.memory()).toEqual(["Ada: How many?", "bot (whole): Six."]);
});

test("the model is told what was said before, by whom, and nothing of other threads", async () => {
  const bot = await openBot();
  const elsewhere = directPlace({ thread: threadId("test:elsewhere") });
  bot.model.script(["Blue."], ["Noted."], ["Unknown."]);
  await ask(bot, "My colour is blue");
  await ask(bot, "A secret", { place: elsewhere, via: "direct" });
  await ask(bot, "And Ada's?", { author: bob });
  const [system, ...said] = bot.model.prompts.at(-1)?.messages ?? [];
  expect(system?.role).toBe("system");
  expect(said.map(({ role, content }) => `${role}: ${content}`)).toEqual([
    'user: <message from="Ada">\nMy colour is blue\n</message>',
    "assistant: Blue.",
    'user: <message from="Bob">\nAnd Ada\'s?\n</message>',
  ]);
  expect(bot.model.prompts.at(-1)?.user).toBe(bob.id);
});

test("the persona's placeholders are filled in, the date as a day", async () => {
  const bot = await openBot({ persona: "Today is {date}; {user} in {channel} of {server} asks {bot} ({model})." });
  await ask(bot);
  await ask(bot, "Hi", { place: directPlace(), via: "direct" });
  const heads = bot.model.prompts.map(({ messages }) => messages[0]?.content.split("\n")[0]);
  expect(heads).toEqual([
    "Today is 2026-01-15; Ada in general of Test Guild asks Parley (scripted-1).",
    "Today is 2026-01-15; Ada in this conversation of a direct conversation asks Parley (scripted-1).",
  ]);
});

test("a conversation longer than its budget is narrowed for the model, and the memory's window with it", async () => {
  const bot = await openBot({ settings: { windowTokens: 500 } });
  for (let index = 0; index < 20; index++) await ask(bot, `Question ${index}: ${"x".repeat(200)}`);
  const last = bot.model.prompts.at(-1)?.messages ?? [];
  expect(last.length).toBeLessThan(15);
  expect(last.at(-1)?.content).toContain("Question 19");
  expect((await bot.store.open(placeOf().thread)).start).toBeGreaterThan(20);
});

test("called into a thread late, it remembers what was said there before, once", async () => {
  const bot = await openBot();
  const author = { id: userId("u-cem"), name: "Cem" };
  const earlier = { author, own: false, attachments: [], sentAt: 1, message: messageId("early") };
  const surface = createRecordingSurface(testLimits, [{ ...earlier, text: "Pizza on Friday?" }]);
  await ask({ ...bot, surface }, "Sum up");
  await ask({ ...bot, surface }, "Again");
  expect(await bot.memory()).toEqual([
    "Cem: Pizza on Friday?",
    "Ada: Sum up",
    "bot (whole): Answer.",
    "Ada: Again",
    "bot (whole): Answer.",
  ]);
});

test("whoever calls it late hears that not all could be read, and the answer is stored without that sentence", async () => {
  const bot = await openBot();
  const author = { id: userId("u-cem"), name: "Cem" };
  const said = { author, own: false, attachments: [], sentAt: 1, message: messageId("early"), text: "Pizza?" };
  bot.surface.history = async () => ({ messages: [said], complete: false });
  await ask(bot);
  expect(bot.surface.texts).toEqual([withNotice("Answer.", unreadNotice(1, "some"))]);
  await ask(bot, "Again");
  expect(bot.surface.texts.at(-1)).toBe("Answer.");
  expect((await bot.memory()).slice(0, 3)).toEqual(["Cem: Pizza?", "Ada: Hello", "bot (whole): Answer."]);
});

test("a place whose earlier messages cannot be read is answered without them, and says so", async () => {
  const bot = await openBot();
  bot.surface.history = () => Promise.reject(new PlatformError("forbidden", "no"));
  await ask(bot);
  expect(bot.surface.texts).toEqual([withNotice("Answer.", unreadNotice(0, "all"))]);
  expect(await bot.memory()).toEqual(["Ada: Hello", "bot (whole): Answer."]);
  expect(bot.log.text()).toContain("could not read the earlier messages");
});

describe("however the model ends, the thread says so and the memory keeps the words", () => {
  const rows: Readonly<Record<Exclude<ModelEnding, "stopped">, boolean>> = {
    whole: false,
    length: true,
    filtered: false,
    refused: false,
  };

  test.each(Object.entries(rows))("%s below a text", async (name, canGoOn) => {
    const ending = name as ModelEnding;
    const bot = await openBot();
    bot.model.script(["Words", { ends: ending }]);
    await ask(bot);
    expect(bot.surface.texts).toEqual([withNotice("Words", endingNotice(ending, false))]);
    expect(bot.surface.contents[0]?.controls.map(({ command }) => command)).toEqual(canGoOn ? ["go-on"] : []);
    expect(await bot.memory()).toEqual(["Ada: Hello", `bot (${ending}): Words`]);
  });

  test.each(Object.keys(rows))("%s without a word", async (name) => {
    const ending = name as ModelEnding;
    const bot = await openBot();
    bot.model.script([{ ends: ending }]);
    await ask(bot);
    expect(bot.surface.contents).toMatchObject([
      { markdown: withNotice("", endingNotice(ending, true)), controls: [] },
    ]);
    expect(await bot.memory()).toEqual(["Ada: Hello", `bot (${ending}): `]);
  });

  test("stopped in mid-answer", async () => {
    const bot = await openBot();
    bot.model.script(["One ", { until: gate().opened }]);
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(5_000);
    await bot.receive(messageOf("stop"), bot.surface);
    await bot.clock.pass(5_000);
    await received;
    expect(bot.surface.texts).toEqual([withAside("One ", stoppedAside("person", false, true))]);
    expect(bot.surface.contents[0]?.controls.map(({ command }) => command)).toEqual(["go-on"]);
    expect(await bot.memory()).toEqual(["Ada: Count", "bot (stopped): One "]);
    expect(bot.model.aborted).toEqual([true]);
  });

  test("stopped before the first word", async () => {
    const bot = await openBot();
    bot.model.script([{ until: gate().opened }]);
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(5_000);
    await bot.receive(messageOf("stop"), bot.surface);
    await bot.clock.pass(5_000);
    await received;
    expect(bot.surface.texts).toEqual([withAside("", stoppedAside("person", true, true))]);
    expect(await bot.memory()).toEqual(["Ada: Count", "bot (stopped): "]);
  });
});

describe("however the model fails, the thread says so and the memory keeps the words", () => {
  const codes: Readonly<Record<ModelErrorCode, true>> = {
    unauthorized: true,
    forbidden: true,
    "unknown-model": true,
    "no-quota": true,
    "rate-limited": true,
    "too-long": true,
    filtered: true,
    rejected: true,
    unavailable: true,
    unreachable: true,
    timeout: true,
    stalled: true,
    broken: true,
    paused: true,
    busy: true,
  };
  const rows = (Object.keys(codes) as ModelErrorCode[]).flatMap((code) => [
    [code, "before the first word", "", code === "filtered" ? code : "failed"] as const,
    [code, "in mid-answer", "One two", code === "filtered" ? code : "broken"] as const,
  ]);

  test.each(rows)("%s %s", async (code, _, text, ending: Ending) => {
    const bot = await openBot();
    bot.model.script([...(text === "" ? [] : [text]), modelError(code, "no", { retryAfterMs: 30_000 })]);
    await ask(bot);
    expect(bot.surface.texts).toEqual([withNotice(text, modelNotice(code, text !== "", 30_000))]);
    expect(bot.surface.contents[0]?.controls).toHaveLength(text === "" || ending === "filtered" ? 0 : 1);
    expect(bot.surface.responses).toEqual([]);
    expect(await bot.memory()).toEqual(["Ada: Hello", `bot (${ending}): ${text}`]);
    expect(bot.log.text()).toContain(code);
  });

  /** Has the answers come from another model, because the first one was down. */
  const fallBack = (bot: OpenedBot) => {
    const { stream } = bot.model;
    const because = new ModelError("unavailable", "down");
    Object.assign(bot.model, {
      async *stream(...args: Parameters<typeof stream>) {
        yield { kind: "restarted", model: "spare", because };
        yield* stream(...args);
      },
    });
  };

  test.each([
    ["an answer of the other model", ["One"], "One", undefined],
    ["one that breaks off", ["One", modelError("broken", "no")], "One", modelNotice("broken", true)],
    ["one without a word", [{ ends: "whole" }], "", endingNotice("whole", true)],
    ["one that never began", [modelError("unauthorized", "no")], "", modelNotice("unavailable", false)],
  ] as const)("%s says whose it is only where there is a word of it", async (_, steps, text, notice) => {
    const bot = await openBot();
    fallBack(bot);
    bot.model.script(steps);
    await ask(bot);
    const aside = text === "" ? undefined : sentences.answers.fallback("spare", "scripted-1");
    expect(bot.surface.texts).toEqual([withAside(withNotice(text, notice), aside)]);
  });

  test("events that stop coming without an end are an answer that broke off", async () => {
    const bot = await openBot();
    Object.assign(bot.model, {
      async *stream() {
        yield { kind: "text", text: "One" };
      },
    });
    await ask(bot);
    expect(bot.surface.texts).toEqual([withNotice("One", modelNotice("broken", true))]);
    expect(await bot.memory()).toEqual(["Ada: Hello", "bot (broken): One"]);
  });

  test("an answer that broke off in bold, or within a link, shows no signs of them, and is remembered as it was written", async () => {
    const bot = await openBot();
    const text = "See **the [docs](https://exam";
    bot.model.script([text, modelError("broken", "dropped")]);
    await ask(bot);
    expect(bot.surface.texts).toEqual([withNotice("See **the [docs]**", modelNotice("broken", true))]);
    expect(await bot.memory()).toEqual(["Ada: Hello", `bot (broken): ${text}`]);
  });

  test("an answer that is whole is shown as it was written", async () => {
    const bot = await openBot();
    bot.model.script(["The rest is **open"]);
    await ask(bot);
    expect(bot.surface.texts).toEqual(["The rest is **open"]);
  });

  test("an error that nobody foresaw is told below the words, which are kept", async () => {
    const bot = await openBot();
    bot.model.script(["One", { fails: new TypeError("a bug") }]);
    await ask(bot);
    expect(bot.surface.texts).toEqual([withNotice("One", sentences.answers.unexpected)]);
    expect(bot.surface.contents[0]?.controls.map(({ command }) => command)).toEqual(["go-on"]);
    expect(bot.surface.responses).toEqual([]);
    expect(await bot.memory()).toEqual(["Ada: Hello", "bot (broken): One"]);
  });

  test("an answer that was cut is gone on with, and the model is told where it stopped", async () => {
    const bot = await openBot();
    bot.model.script(["One, two", modelError("broken", "dropped")], [", three."]);
    await ask(bot, "Count");
    await ask(bot, "go on");
    const [, , cut, goOn] = bot.model.prompts[1]?.messages ?? [];
    expect(cut).toEqual({ role: "assistant", content: "One, two" });
    expect(goOn?.content).toContain("continue exactly where it stops");
  });
});

describe("a store that fails", () => {
  const failing = (on: (turns: readonly Turn[]) => boolean, code: StoreError["code"] = "unwritten") => ({
    wrapStore: (store: ConversationStore): ConversationStore => ({
      ...store,
      append: (conversation, ...turns) =>
        on(turns) ? Promise.reject(new StoreError(code, "no")) : store.append(conversation, ...turns),
    }),
  });

  test.each([
    ["unwritten", "storage does not work"],
    ["full", "disk is full"],
  ] as const)("on the question (%s) is told, and the model is never called", async (code, told) => {
    const bot = await openBot(failing(() => true, code));
    await ask(bot);
    expect(bot.surface.texts).toEqual([]);
    expect(bot.surface.responses).toEqual([expect.stringContaining(told)]);
    expect(bot.model.prompts).toEqual([]);
    expect(await bot.memory()).toEqual([]);
  });

  test("on reading is told, the model is never called, and nothing is written over", async () => {
    const bot = await openBot({
      wrapStore: (store) => ({ ...store, open: () => Promise.reject(new StoreError("unread", "no")) }),
    });
    await ask(bot);
    expect(bot.surface.responses).toEqual([expect.stringContaining("storage does not work")]);
    expect(bot.model.prompts).toEqual([]);
  });

  test("in mid-turn and then works again has written nothing over: the next question finds all but the lost answer", async () => {
    let fails = true;
    const bot = await openBot(failing(([turn]) => fails && turn?.kind === "bot"));
    await ask(bot, "One");
    expect(bot.surface.responses).toEqual([withNotice("", sentences.answers.unsaved)]);
    fails = false;
    await ask(bot, "Two");
    expect(await bot.memory()).toEqual(["Ada: One", "Ada: Two", "bot (whole): Answer."]);
    expect(bot.model.prompts[1]?.messages.at(-1)?.content).toMatch(/One[\s\S]*Two/);
  });

  test("on the reply leaves the answer as it stands and says that it will not be remembered", async () => {
    const bot = await openBot(failing(([turn]) => turn?.kind === "bot"));
    await ask(bot);
    expect(bot.surface.texts).toEqual(["Answer."]);
    expect(bot.surface.responses).toEqual([withNotice("", sentences.answers.unsaved)]);
    expect(await bot.memory()).toEqual(["Ada: Hello"]);
  });
});

describe("a memory that cannot be read", () => {
  /** As the store gives it whose head is damaged. */
  const damaged = () => {
    let isDamaged = true;
    return {
      wrapStore: (store: ConversationStore): ConversationStore => ({
        ...store,
        async open(thread) {
          const conversation = await store.open(thread);
          return isDamaged ? { ...conversation, joined: true, unreadable: true } : conversation;
        },
        append(...args) {
          isDamaged = false;
          return store.append(...args);
        },
      }),
    };
  };

  test("is told once, below the answer, and the thread goes on", async () => {
    const bot = await openBot(damaged());
    await ask(bot);
    expect(bot.surface.texts).toEqual([withNotice("Answer.", sentences.answers.lostMemory)]);
    await ask(bot, "Again");
    expect(bot.surface.texts.at(-1)).toBe("Answer.");
    expect(await bot.memory()).toHaveLength(4);
  });

  test("is made up for by what stands in the thread", async () => {
    const bot = await openBot(damaged());
    const author = { id: userId("u-cem"), name: "Cem" };
    const said = { author, own: false, attachments: [], sentAt: 1, message: messageId("early"), text: "Pizza?" };
    bot.surface.history = async () => ({ messages: [said], complete: true });
    await ask(bot, "What did Cem say?", { via: "ambient" });
    expect((await bot.memory())[0]).toBe("Cem: Pizza?");
  });
});

describe("a message larger than the window", () => {
  test("is answered, is cut for the model and says so to both, and the conversation goes on with it", async () => {
    const bot = await openBot({ settings: { windowTokens: 1_000 } });
    await ask(bot, "word ".repeat(10_000));
    const content = bot.model.prompts[0]?.messages.at(-1)?.content ?? "";
    expect(content).toContain("[cut here: the message goes on]");
    expect(content.length).toBeLessThan(4_000);
    expect(bot.surface.texts[0]).toMatch(
      /^Answer\.\n\n_⚠️ This is more than I can read at once: I got the first [\d,]+ of 50,000 characters/,
    );
    await ask(bot, "go on");
    expect(bot.model.prompts[1]?.messages).toHaveLength(4);
    expect(bot.surface.texts.at(-1)).toBe("Answer.");
  });
});

describe("an answer that is not remembered", () => {
  test.each([
    ["breaks off", modelError("broken", "gone"), "The connection to the model broke. Ask again in a moment."],
    ["reaches its limit", { ends: "length" } as const, "The answer reached its length limit."],
  ])("and %s is not offered to be gone on with", async (_, end, notice) => {
    const bot = await openBot();
    await bot.core.optOuts.add({ id: messageOf("").author.id });
    bot.model.script(["Words", end]);
    await ask(bot, "Hello");
    expect(bot.surface.contents).toEqual([{ markdown: withNotice("Words", notice), controls: [], live: false }]);
  });
});

describe("the window", () => {
  /** Turns that each prompt has of a long conversation, where the server counts so many tokens for one of ours. */
  async function turnsInPrompts(ratio: number): Promise<number> {
    const bot = await openBot({ settings: { windowTokens: 1_000 } });
    const { stream } = bot.model;
    Object.assign(bot.model, {
      async *stream(...args: Parameters<typeof stream>) {
        for await (const event of stream(...args)) {
          const usage = { input: (args[0].tokens ?? 0) * ratio, output: 1 };
          yield event.kind === "end" ? { ...event, usage } : event;
        }
      },
    });
    for (let count = 0; count < 40; count++) await ask(bot, `Question ${count} ${"x".repeat(100)}`);
    return Math.max(...bot.model.prompts.slice(20).map(({ messages }) => messages.length));
  }

  test("holds what the server counts within its budget, not what we count", async () => {
    const alike = await turnsInPrompts(1);
    expect(await turnsInPrompts(2)).toBeLessThan(alike * 0.6);
    expect(await turnsInPrompts(0.6)).toBeGreaterThan(alike * 1.4);
  });
});

describe("a thread that cannot be written to", () => {
  test("any more, because it was taken away, ends the model's work without a word, and none of the answer is kept", async () => {
    const bot = await openBot();
    bot.model.script(["One ", { until: gate().opened }]);
    bot.surface.failWith(new PlatformError("gone", "deleted"));
    await ask(bot);
    expect(bot.model.aborted).toEqual([true]);
    expect(bot.surface.responses).toEqual([]);
    expect(await bot.memory()).toEqual(["Ada: Hello", "bot (stopped): "]);
    expect((await bot.turns()).at(-1)).toMatchObject({ withdrawn: true });
    expect(bot.log.text()).toContain("deleted while it was written");
  });

  test("at the end is logged with what an admin can do, and the answer is stored as cut", async () => {
    const bot = await openBot();
    bot.model.script([]);
    bot.surface.failWith(new PlatformError("forbidden", "no"));
    await ask(bot);
    expect(bot.log.text()).toContain("give it permission to");
    expect((await bot.turns()).at(-1)).toMatchObject({ kind: "bot", ending: "stopped", messages: [] });
  });

  test("because of a moderation rule is told where the person spoke", async () => {
    const bot = await openBot();
    bot.surface.failWith(new PlatformError("blocked", "automod"), new PlatformError("blocked", "automod"));
    await ask(bot);
    expect(bot.surface.responses).toEqual([expect.stringContaining(sentences.answers.platform.blocked)]);
  });

  test("for a moment holds the answer up and loses nothing", async () => {
    const bot = await openBot();
    bot.surface.failWith(...Array.from({ length: 3 }, () => new PlatformError("unavailable", "down")));
    await ask(bot);
    expect(bot.surface.texts).toEqual(["Answer."]);
    expect(await bot.memory()).toEqual(["Ada: Hello", "bot (whole): Answer."]);
  });
});

describe("the typing indicator", () => {
  test("is shown at once and every 8 seconds until the first word, and not after", async () => {
    const bot = await openBot();
    const [first, second] = [gate(), gate()];
    bot.model.script([{ until: first.opened }, "One ", { until: second.opened }, "two"]);
    const received = bot.receive(messageOf("Count"), bot.surface);
    await bot.clock.pass(7_999);
    expect(bot.surface.busyCalls).toBe(1);
    await bot.clock.pass(1);
    expect(bot.surface.busyCalls).toBe(2);
    await bot.clock.pass(16_000);
    expect(bot.surface.busyCalls).toBe(4);
    first.open();
    await bot.clock.pass(60_000);
    expect(bot.surface.busyCalls).toBe(4);
    second.open();
    await bot.clock.pass(60_000);
    await received;
    expect(bot.surface.busyCalls).toBe(4);
  });

  test("goes on while the model only thinks", async () => {
    const bot = await openBot();
    const thought = gate();
    bot.model.script([{ thinks: "Hmm" }, { until: thought.opened }, "Six."]);
    const received = bot.receive(messageOf("?"), bot.surface);
    await bot.clock.pass(8_000);
    expect(bot.surface.busyCalls).toBe(2);
    thought.open();
    await bot.clock.pass(1_000);
    await received;
  });

  test("ends with a reply that never had a word", async () => {
    const bot = await openBot();
    bot.model.script([modelError("timeout", "no")]);
    await ask(bot);
    const calls = bot.surface.busyCalls;
    await bot.clock.pass(60_000);
    expect(bot.surface.busyCalls).toBe(calls);
  });

  test("that cannot be shown keeps nobody from an answer", async () => {
    const bot = await openBot();
    bot.surface.startTyping = () => Promise.reject(new PlatformError("forbidden", "no"));
    await ask(bot);
    expect(bot.surface.texts).toEqual(["Answer."]);
  });
});

test("a message that is only remembered is in the next prompt", async () => {
  const bot = await openBot({ settings: { followThreads: false } });
  await ask(bot, "Start");
  await ask(bot, "The secret is 42", { via: "ambient" });
  await ask(bot, "What is it?");
  expect(bot.model.prompts).toHaveLength(2);
  expect(bot.model.prompts[1]?.messages.at(-1)?.content).toContain("The secret is 42");
});

test("a thread that is only listened to does not pile up: its window keeps to the budget", async () => {
  const bot = await openBot({ settings: { followThreads: false, windowTokens: 500 } });
  await ask(bot, "Start");
  for (let count = 0; count < 60; count++)
    await ask(bot, `Talk ${count} ${"and more ".repeat(10)}`, { via: "ambient" });
  const turns = await bot.turns();
  expect(turns.length).toBeLessThan(25);
  expect(turns.at(-1)).toMatchObject({ text: expect.stringContaining("Talk 59") });
});

test("a file that cannot be read costs the file, not the answer", async () => {
  const bot = await openBot();
  bot.surface.read = () => Promise.reject(new PlatformError("unavailable", "no"));
  const attachments = [{ name: "x.txt", mediaType: "text/plain", bytes: 1, url: "https://example.org/x" }];
  await ask(bot, "Look", { attachments });
  expect(bot.model.prompts[0]?.messages.at(-1)?.content).toContain('name="x.txt" type="text/plain" unread/>');
  expect(bot.surface.texts).toEqual(["Answer."]);
});

test("files take no more of the window than their share, and the model is told that they go on", async () => {
  const bot = await openBot({ settings: { windowTokens: 1_000 } });
  bot.surface.read = () => Promise.resolve("x".repeat(5_000));
  const file = { name: "x.txt", mediaType: "text/plain", bytes: 1, url: "https://example.org/x" };
  await ask(bot, "Look", { attachments: [file, file] });
  const content = bot.model.prompts[0]?.messages.at(-1)?.content ?? "";
  expect(content.length).toBeLessThan(1_600);
  expect(content.match(/cut here: the file goes on/g)).toHaveLength(2);
});

test("a token costs the same in a short answer and in a long one", async () => {
  const msPerToken = async (tokens: number) => {
    const bot = await openBot();
    bot.model.script(Array.from({ length: tokens }, () => "word "));
    return (await workedMs(() => ask(bot))) / tokens;
  };
  await msPerToken(2_000); // the first run pays for the compiler
  const [short, long] = [await msPerToken(4_000), await msPerToken(128_000)];
  expect(long / short).toBeLessThan(8); // thirty-two, if each token went over the whole text
});
