import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBot } from "../../src/bot.ts";
import { toAccessEntry } from "../../src/limits/access.ts";
import type { ModelClient } from "../../src/model/model-client.ts";
import {
  type DeletedEvent,
  type EditedEvent,
  eventId,
  type MessageEvent,
  type MessageId,
  noSurface,
} from "../../src/port/index.ts";
import { modelNotice, storeNotice, withNotice } from "../../src/reply/notices.ts";
import type { Clock } from "../../src/runtime/clock.ts";
import { StoreError } from "../../src/store/conversation-store.ts";
import { bob, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { runs } from "../support/fuzz.ts";
import { gate, type OpenedBot, openBot } from "../support/open-bot.ts";
import { modelError } from "../support/scripted-model.ts";

let count = 0;
const editOf = (
  { kind: _, id, viaCommand: __, ...message }: MessageEvent,
  text: string,
  rest: Partial<EditedEvent> = {},
) => ({ ...message, kind: "edited", id: eventId(`edit${++count}`), of: id, text, ...rest }) satisfies EditedEvent;
const deletionOf = (...messages: readonly MessageId[]): DeletedEvent => ({
  kind: "deleted",
  id: eventId(`deletion${++count}`),
  messages,
  threads: [placeOf().thread],
});

type Event = Parameters<OpenedBot["receive"]>[0];
const send = (bot: OpenedBot, event: Event) => bot.receive(event, event.kind === "deleted" ? noSurface : bot.surface);

async function arrive(bot: OpenedBot, ...events: readonly Event[]) {
  const received = events.map((event) => send(bot, event));
  await bot.clock.pass(20_000);
  await Promise.all(received);
}

/** A question in the middle of its answer; the rest comes when the gate opens. */
async function halfway(bot: OpenedBot, question: MessageEvent, ...words: readonly string[]) {
  const { opened, open } = gate();
  bot.model.script([...(words.length > 0 ? words : ["Half "]), { until: opened }, "and the rest."]);
  const done = send(bot, question);
  await bot.clock.pass(3_000);
  return { done, open };
}

describe("an edited question", () => {
  test("whose new answer fails has the reason in the place of the old answer, and nothing of that in the memory", async () => {
    const bot = await openBot();
    const question = messageOf("Capital of Italy?");
    bot.model.script(["Rome."], [modelError("rejected", "no")]);
    await arrive(bot, question);
    await arrive(bot, editOf(question, "Capital of France?"));
    expect(bot.surface.texts).toEqual([withNotice("", modelNotice("rejected", false))]);
    expect(await bot.memory()).toEqual(["Ada: Capital of France?", "bot (failed): "]);
  });

  test("that is larger than the window says so below its new answer", async () => {
    const bot = await openBot({ settings: { windowTokens: 1_000 } });
    const question = messageOf("Short.");
    await arrive(bot, question);
    await arrive(bot, editOf(question, "word ".repeat(10_000)));
    expect(bot.surface.texts).toHaveLength(1);
    expect(bot.surface.texts[0]).toMatch(
      /^Answer\.\n\n_⚠️ This is more than I can read at once: I got the first [\d,]+ of 50,000 characters/,
    );
  });

  test("is not asked anew where it could not be stored, and the person hears of it", async () => {
    let broken = false;
    const bot = await openBot({
      wrapStore: (store) => ({
        ...store,
        amend: (...change) => (broken ? Promise.reject(new StoreError("unwritten", "no")) : store.amend(...change)),
      }),
    });
    const question = messageOf("Capital of Italy?");
    bot.model.script(["Rome."]);
    await arrive(bot, question);
    broken = true;
    await arrive(bot, editOf(question, "Capital of France?"));
    expect(bot.surface.responses).toEqual([withNotice("", storeNotice("unwritten"))]);
    expect(await bot.memory()).toEqual(["Ada: Capital of Italy?", "bot (whole): Rome."]);
  });

  test("is answered without what was said after it in view, which stays where it was", async () => {
    const bot = await openBot({ settings: { followThreads: false } });
    const question = messageOf("Capital of Italy?");
    bot.model.script(["Rome."], ["Paris."]);
    await arrive(bot, question, messageOf("I like pizza", { via: "ambient" }));
    await arrive(bot, editOf(question, "Capital of France?"));
    expect(JSON.stringify(bot.model.prompts.at(-1))).not.toMatch(/pizza|Rome/);
    expect(await bot.memory()).toEqual(["Ada: Capital of France?", "bot (whole): Paris.", "Ada: I like pizza"]);
  });

  test("that was only overheard and now names the bot is answered, with everything in view", async () => {
    const bot = await openBot({ settings: { followThreads: false } });
    const overheard = messageOf("What is 2+2?", { via: "ambient" });
    await arrive(bot, messageOf("Hello"), overheard);
    await arrive(bot, editOf(overheard, "What is 2+3?", { via: "mention" }));
    expect(bot.model.prompts).toHaveLength(2);
    expect((await bot.memory()).slice(2)).toEqual(["Ada: What is 2+3?", "bot (whole): Answer."]);
  });

  test("after a reset stays forgotten", async () => {
    const bot = await openBot();
    const question = messageOf("Secret?");
    await arrive(bot, question);
    await bot.store.forget(placeOf().thread);
    await arrive(bot, editOf(question, "Secret!"));
    expect(bot.model.prompts).toHaveLength(1);
    expect(await bot.memory()).toEqual([]);
  });

  test("of more than an hour ago that nobody knows is not taken for new", async () => {
    const bot = await openBot();
    const old = messageOf("Hello", { sentAt: bot.clock.now() - 61 * 60_000 });
    await arrive(bot, editOf(old, "Hello again"));
    expect(bot.model.prompts).toEqual([]);
    await arrive(bot, editOf(messageOf("Hello", { sentAt: bot.clock.now() - 50 * 60_000 }), "Hello again"));
    expect(bot.model.prompts).toHaveLength(1);
  });

  test("that becomes a command runs nothing", async () => {
    const bot = await openBot();
    await arrive(bot, editOf(messageOf("hello", { via: "ambient" }), "persona pirate", { via: "mention" }));
    await arrive(bot, editOf(messageOf("hello", { via: "ambient" }), "", { via: "mention" }));
    expect([bot.surface.responses, bot.model.prompts]).toEqual([[], []]);
  });

  test("longer than the window is answered anew once", async () => {
    const bot = await openBot({ settings: { windowTokens: 400 } });
    const question = messageOf("Hello");
    const { done, open } = await halfway(bot, question);
    await arrive(bot, editOf(question, "word ".repeat(2_000)));
    open();
    await done;
    expect(bot.model.prompts).toHaveLength(2);
    expect(bot.surface.texts).toHaveLength(1);
  });

  test("and edited again before it is asked anew is asked once, as it reads last", async () => {
    let again: (() => void) | undefined;
    const bot = await openBot({
      wrapStore: (store) => ({
        ...store,
        async amend(...change) {
          again?.();
          again = undefined;
          return store.amend(...change);
        },
      }),
    });
    const question = messageOf("One?");
    await arrive(bot, question);
    again = () => void send(bot, editOf(question, "Three?"));
    await arrive(bot, editOf(question, "Two?"));
    expect(bot.model.prompts.map(({ messages }) => messages.at(-1)?.content)).toEqual([
      expect.stringContaining("One?"),
      expect.stringContaining("Three?"),
    ]);
  });

  test("is taken out of a summary that stands ready for it", async () => {
    const bot = await openBot();
    const question = messageOf("A secret?");
    await arrive(bot, question);
    const { thread } = question.place;
    const ready = { text: "Ada told a secret.", tokens: 5, turns: 2, upTo: 2, from: 2 };
    await bot.core.summaries.keep(thread, ready, [question.author.id]);
    await arrive(bot, deletionOf(question.message));
    expect(await bot.core.summaries.at(thread)).toBeUndefined();
  });

  test("that is answered just then keeps its place before what waits", async () => {
    const bot = await openBot();
    const question = messageOf("First?");
    const { done, open } = await halfway(bot, question);
    bot.model.script(["To the first, as it reads now."], ["To the second."]);
    const second = send(bot, messageOf("Second?"));
    const edited = send(bot, editOf(question, "First, please?"));
    open();
    await bot.clock.pass(20_000);
    await Promise.all([done, second, edited]);
    expect(bot.surface.texts).toEqual(["To the first, as it reads now.", "To the second."]);
    expect(await bot.memory()).toEqual([
      "Ada: First, please?",
      "bot (whole): To the first, as it reads now.",
      "Ada: Second?",
      "bot (whole): To the second.",
    ]);
  });

  test("deleted while it is answered anew takes the old answer's place along", async () => {
    const bot = await openBot();
    const question = messageOf("Capital of Italy?");
    bot.model.script(["Rome."]);
    await arrive(bot, question);
    const { done, open } = await halfway(bot, editOf(question, "Capital of France?") as never);
    await arrive(bot, deletionOf(question.message));
    open();
    await done;
    expect(bot.surface.texts).toEqual([]);
    expect(await bot.turns()).toMatchObject([
      { kind: "person", text: "", deleted: true },
      { kind: "bot", text: "", withdrawn: true },
    ]);
    await arrive(bot, messageOf("And now?"));
    expect(bot.model.prompts.at(-1)?.messages.slice(1)).toHaveLength(1);
    expect(JSON.stringify(bot.model.prompts.at(-1))).not.toMatch(/France|Rome|taken away|deleted/);
  });

  test("at the shutdown changes the history and is not asked anew", async () => {
    const bot = await openBot();
    const question = messageOf("Capital of Italy?");
    bot.model.script(["Rome."]);
    await arrive(bot, question);
    const { done, open } = await halfway(bot, messageOf("More?"));
    const edited = send(bot, editOf(question, "Capital of France?"));
    const closed = bot.close();
    await bot.clock.pass(20_000);
    open();
    await Promise.all([done, edited, closed]);
    expect((await bot.memory())[0]).toBe("Ada: Capital of France?");
    expect(bot.model.prompts).toHaveLength(2);
  });
});

describe("a question that is answered anew", () => {
  const asked = (text: string) => messageOf(text, { recallKey: "somewhere" });
  /** As if the process had been killed: same store, nothing in memory. */
  const restart = async (bot: OpenedBot) => {
    const next = createBot(bot.nextCore());
    await next.recover(async () => ({ surface: bot.surface, withdrawn: false }));
    await bot.clock.pass(120_000);
  };

  test.each(["while it was answered", "after it was answered"])(
    "because it was edited %s, over a restart is finished in place, and the old answer is not taken for the new",
    async (when) => {
      const bot = await openBot();
      const question = asked("Capital of Italy?");
      if (when.startsWith("after")) {
        bot.model.script(["Rome."]);
        await arrive(bot, question);
      } else await halfway(bot, question, "Ro");
      await halfway(bot, editOf(question, "Capital of France?") as never, "Pa");
      bot.model.script(["Paris."]);
      await restart(bot);
      expect(bot.surface.texts).toEqual(["Paris."]);
      expect(await bot.memory()).toEqual(["Ada: Capital of France?", "bot (whole): Paris."]);
      expect(await bot.left()).toEqual([]);
    },
  );

  test("because it was edited while the last text was written, and the bot ended then, does not get the old answer", async () => {
    const bot = await openBot();
    const question = asked("Capital of Italy?");
    const { opened, open } = gate();
    bot.model.script(["Rome."]);
    const done = send(bot, question);
    bot.surface.gate = opened;
    await bot.clock.pass(5_000);
    const edited = send(bot, editOf(question, "Capital of France?"));
    await bot.clock.pass(0);
    const closed = bot.close();
    open();
    await bot.clock.pass(20_000);
    await Promise.all([done, edited, closed]);
    bot.model.script(["Paris."]);
    await restart(bot);
    expect(bot.surface.texts).toEqual(["Paris."]);
    expect(await bot.memory()).toEqual(["Ada: Capital of France?", "bot (whole): Paris."]);
  });

  test("is answered after a restart, at whichever write the process ended", async () => {
    const { promise: dead } = Promise.withResolvers<never>();
    let isDying = false;
    const bot = await openBot({
      wrapStore: (store) => ({
        ...store,
        async amend(...change) {
          const count = await store.amend(...change);
          if (!isDying) return count;
          isDying = false;
          return dead;
        },
      }),
    });
    const question = asked("Capital of Italy?");
    bot.model.script(["Rome."], ["Paris."]);
    await arrive(bot, question);
    isDying = true;
    void send(bot, editOf(question, "Capital of France?"));
    await bot.clock.pass(0);
    await restart(bot);
    expect(bot.surface.texts).toEqual(["Paris."]);
    expect(await bot.memory()).toEqual(["Ada: Capital of France?", "bot (whole): Paris."]);
  });

  test("takes the place of an answer that was given up", async () => {
    const bot = await openBot({ settings: { resume: "close" } });
    const question = asked("Capital of Italy?");
    await halfway(bot, question, "Ro");
    await restart(bot);
    expect(bot.surface.contents[0]?.controls).toMatchObject([{ command: "retry" }]);
    bot.model.script(["Paris."]);
    const next = createBot(bot.nextCore());
    await next.recover(async () => ({ surface: bot.surface, withdrawn: false }));
    const edited = next.receive(editOf(question, "Capital of France?"), bot.surface);
    await bot.clock.pass(20_000);
    await edited;
    expect(bot.surface.contents).toMatchObject([{ markdown: "Paris.", controls: [] }]);
    expect(await bot.offered(question.place.thread)).toEqual([]);
  });

  test("counts towards the limits of the day; where they are used up the old answer stands", async () => {
    const bot = await openBot({ settings: { limits: { user: { requests: 1 } } } });
    const question = messageOf("Capital of Italy?");
    bot.model.script(["Rome."]);
    await arrive(bot, question);
    await arrive(bot, editOf(question, "Capital of France?"));
    expect(bot.model.prompts).toHaveLength(1);
    expect(bot.surface.texts).toEqual(["Rome."]);
    expect(await bot.memory()).toEqual(["Ada: Capital of France?", "bot (whole): Rome."]);
    expect(bot.surface.responses.join()).toContain("daily limit");
  });

  test("leaves no half of the first answer where the limits of the day end it", async () => {
    const bot = await openBot({ settings: { limits: { user: { requests: 1 } } } });
    const question = messageOf("Capital of Italy?");
    const { done, open } = await halfway(bot, question, "Ro");
    await arrive(bot, editOf(question, "Capital of France?"));
    open();
    await done;
    expect(bot.surface.texts).toEqual([]);
    expect(await bot.memory()).toEqual(["Ada: Capital of France?"]);
  });
});

test("an edit by somebody who may not talk here changes nothing, and nothing is said of it", async () => {
  const bot = await openBot({
    settings: { access: { allow: [], deny: [toAccessEntry("user:u-bob") ?? expect.fail()] } },
  });
  await arrive(bot, editOf(messageOf("Hello", { author: bob, via: "ambient" }), "Hello", { via: "mention" }));
  expect([bot.model.prompts, bot.surface.responses]).toEqual([[], []]);
});

describe("a deleted message", () => {
  test("that waited is not taken up after a restart", async () => {
    const bot = await openBot();
    const { done, open } = await halfway(bot, messageOf("First?"));
    const waiting = messageOf("Second?", { recallKey: "somewhere" });
    const waited = send(bot, waiting);
    const deleted = send(bot, deletionOf(waiting.message));
    open();
    await bot.clock.pass(20_000);
    await Promise.all([done, waited, deleted]);
    expect(await bot.left()).toEqual([]);
  });

  test("is forgotten also while the bot ends", async () => {
    const bot = await openBot();
    const question = messageOf("A secret");
    await arrive(bot, question);
    const { open } = await halfway(bot, messageOf("More"));
    const closed = bot.close();
    const deleted = send(bot, deletionOf(question.message));
    open();
    await bot.clock.pass(20_000);
    await Promise.all([closed, deleted]);
    expect(JSON.stringify(await bot.store.open(placeOf().thread))).not.toContain("secret");
  });

  test("that nobody answered leaves no trace in the prompt", async () => {
    const bot = await openBot({ settings: { followThreads: false } });
    const overheard = messageOf("A secret", { via: "ambient" });
    await arrive(bot, messageOf("Hello"), overheard);
    await arrive(bot, deletionOf(overheard.message));
    await arrive(bot, messageOf("And now?"));
    expect(JSON.stringify(bot.model.prompts.at(-1))).not.toMatch(/secret|deleted/i);
  });

  test("keeps its author's id and nothing else of theirs", async () => {
    const bot = await openBot();
    const question = messageOf("A secret");
    await arrive(bot, question);
    await arrive(bot, deletionOf(question.message));
    expect((await bot.turns())[0]).toMatchObject({ author: { id: question.author.id, name: "" }, text: "" });
  });

  test("of the bot's, one of several of an answer, ends the whole answer's part in the memory", async () => {
    const bot = await openBot();
    bot.model.script(["word ".repeat(600)]);
    await arrive(bot, messageOf("Long, please"));
    const [, second] = bot.surface.writes.map(({ message }) => message).filter(unique);
    await arrive(bot, deletionOf(second as MessageId));
    expect((await bot.turns()).at(-1)).toMatchObject({ text: "", withdrawn: true });
    expect(bot.surface.texts).toHaveLength(2); // what nobody took away stands
  });

  test("of the bot's, while a later one is written, leaves that without a cursor and says nothing", async () => {
    const bot = await openBot();
    const { done, open } = await halfway(bot, messageOf("Long, please"), "word ".repeat(500));
    const [first] = bot.surface.writes.map(({ message }) => message).filter(unique);
    await bot.surface.remove(first as MessageId);
    await arrive(bot, deletionOf(first as MessageId));
    open();
    await done;
    expect(bot.surface.contents).toMatchObject([{ live: false, controls: [] }]);
    expect(bot.surface.texts.join()).not.toMatch(/▌|⚠️|rest/);
    expect(bot.surface.responses).toEqual([]);
  });

  test("cannot be read out of the store any more", async () => {
    const bot = await openBot();
    const question = messageOf("The password is swordfish");
    bot.model.script(["I will keep it."]);
    await arrive(bot, question);
    await arrive(bot, deletionOf(question.message));
    expect(JSON.stringify(await bot.store.open(placeOf().thread))).not.toContain("swordfish");
  });
});

const unique = <T>(one: T, index: number, all: readonly T[]) => all.indexOf(one) === index;

type Step = { readonly act: "say" | "edit" | "delete" | "admin" | "wait"; readonly which: number };

test("whatever people say, edit and delete, the thread and the memory end up with what they left", async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    act: fc.constantFrom("say", "say", "edit", "edit", "delete", "admin", "wait", "wait"),
    which: fc.nat(6),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const opened = await openBot();
      const { core, surface, clock } = opened;
      const bot = createBot({ ...core, model: echo(core.clock) });
      const pending: Promise<void>[] = [];
      const said: { readonly event: MessageEvent; text: string; deleted: boolean }[] = [];
      const takenAway = new Set<string>();
      for (const [index, { act, which }] of steps.entries()) {
        const one = said[which % Math.max(1, said.length)];
        if (act === "wait") await clock.pass(which * 400);
        else if (act === "say") {
          const event = messageOf(`text ${index}`, { place: directPlace(), via: "direct" });
          said.push({ event, text: event.text, deleted: false });
          pending.push(bot.receive(event, surface));
        } else if (act === "admin") {
          const standing = [...new Set(surface.writes.map(({ message }) => message))][which];
          if (standing === undefined) continue;
          takenAway.add(standing);
          await surface.remove(standing);
          pending.push(bot.receive(deletionOf(standing), noSurface));
        } else if (one !== undefined && !one.deleted) {
          if (act === "delete") one.deleted = true;
          else one.text = `text ${index}`;
          const event = act === "delete" ? deletionOf(one.event.message) : editOf(one.event, one.text);
          pending.push(bot.receive(event, act === "delete" ? noSurface : surface));
        }
      }
      await clock.pass(600_000);
      await Promise.all(pending);

      const turns = await opened.turns();
      const left = said.filter(({ deleted }) => !deleted).map(({ text }) => text);
      const people = turns.flatMap((turn) => (turn.kind === "person" && turn.deleted !== true ? [turn.text] : []));
      expect(people).toEqual(left);
      // Every question that stands was answered, and the last one as it reads now.
      for (const [at, turn] of turns.entries()) {
        if (turn.kind !== "person") continue;
        const next = turns[at + 1];
        if (turn.deleted !== true) expect(next?.kind).toBe("bot");
        const isLast = turns.slice(at + 2).every(({ kind }) => kind === "person");
        if (next?.kind === "bot" && next.withdrawn !== true && isLast && turn.deleted !== true)
          expect(next.text).toBe(`re: ${turn.text}`);
      }
      // What stands in the thread is what the memory holds, and nothing of it is half.
      const words = turns.flatMap((turn) => (turn.kind === "bot" && turn.withdrawn !== true ? [turn.text] : []));
      expect(surface.texts.join("\n")).not.toMatch(/▌|⚠️/);
      expect(surface.texts.filter((text) => words.includes(text))).toEqual(words);
      for (const content of surface.contents) expect(content.live).toBe(false);
      expect(core.exchanges.in(placeOf().thread)).toEqual([]);
      expect(surface.responses).toEqual([]);
    }),
    runs(60, 5),
  );
});

/** Answers what was asked last, word by word, a second each. */
function echo(clock: Clock): ModelClient {
  return {
    model: "echo",
    check: async () => undefined,
    async *stream({ messages }, signal) {
      const [question = ""] = (messages.at(-1)?.content ?? "").split("\n").slice(-1);
      for (const word of `re: ${question}`.split(/(?<= )/)) {
        await clock.wait(1_000, signal);
        if (signal.aborted) return yield { kind: "end", ending: "stopped" };
        yield { kind: "text", text: word };
      }
      yield { kind: "end", ending: "whole" };
    },
  };
}

describe("a deletion that the store does not take", () => {
  /** Answered, and then deleted while nothing can be written. */
  async function deletedWhileFull() {
    let isFull = false;
    const bot = await openBot({
      wrapStore: (store) => ({
        ...store,
        amend: (...args) => (isFull ? Promise.reject(new StoreError("full", "no room")) : store.amend(...args)),
      }),
    });
    const secret = messageOf("The secret word");
    void bot.receive(secret, bot.surface);
    await bot.clock.pass(10_000);
    isFull = true;
    void bot.receive(deletionOf(secret.message), bot.surface);
    await bot.clock.pass(0);
    expect(await bot.memory()).toContain("Ada: The secret word");
    const makeRoom = () => {
      isFull = false;
    };
    return { bot, makeRoom };
  }

  test("is carried out by itself once there is room", async () => {
    const { bot, makeRoom } = await deletedWhileFull();
    await bot.clock.pass(30_000);
    makeRoom();
    await bot.clock.pass(60_000);
    expect((await bot.memory()).join()).not.toContain("secret");
  });

  test("is carried out before whatever is asked next, and nothing is asked while it cannot be", async () => {
    const { bot, makeRoom } = await deletedWhileFull();
    void bot.receive(messageOf("Second"), bot.surface);
    await bot.clock.pass(0);
    expect(bot.model.prompts).toHaveLength(1);
    expect(bot.surface.responses.join()).toContain("My disk is full");
    makeRoom();
    void bot.receive(messageOf("Third"), bot.surface);
    await bot.clock.pass(10);
    expect(bot.model.prompts).toHaveLength(2);
    expect(JSON.stringify(bot.model.prompts[1])).not.toContain("secret");
  });
});
