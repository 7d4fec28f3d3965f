import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Attachment, type MessageEvent, messageId, type Place, threadId } from "../../src/port/index.ts";
import { endingNotice, modelNotice, withNotice } from "../../src/reply/notices.ts";
import { sentences } from "../../src/sentences/sentences.ts";
import type { Script } from "../emulators/openai/openai-emulator.ts";
import { ada, bob, commandOf, directPlace, messageOf, placeOf } from "../support/build-event.ts";
import { type OpenedCore, openCore } from "../support/core.ts";
import { createRecordingSurface, testLimits } from "../support/recording-surface.ts";
import { refusals } from "../support/refusals.ts";

let core: OpenedCore;
beforeAll(async () => {
  let now = 0;
  // To the model's breaker each question comes a minute later.
  core = await openCore({ modelClock: { now: () => (now += 60_000) } });
});
afterAll(() => core.stop());

const bad = "how to POISON a well";
const note = "A message that stood here is left out";
const refused = withNotice("", endingNotice("filtered", true));
const azure = refusals[0]?.[1] ?? {};

/** Where something bad is said, it answers so; to everything else with a word. */
function refuse(script: Script): void {
  core.ai.replyTo(({ messages }) => (JSON.stringify(messages).includes("POISON") ? script : { text: "Fine." }));
}

let threads = 0;

/** A thread of its own, and what is said in it. */
function openThread(shape: (thread: Place["thread"]) => Place = (thread) => placeOf({ thread })) {
  const place = shape(threadId(`test:${++threads}`));
  const surface = createRecordingSurface({ ...testLimits, bucket: place.thread });
  const first = core.ai.requests.length;
  const requests = () => core.ai.requests.slice(first).map(({ messages }) => messages.slice(1));
  return {
    surface,
    place,
    requests,
    async say(text: string, rest: Partial<MessageEvent> = {}) {
      const before = surface.texts.length;
      await core.bot.receive(messageOf(text, { place, ...rest }), surface);
      return surface.texts.slice(before).join("\n");
    },
    lastPrompt: () => JSON.stringify(requests().at(-1)),
  };
}

describe("a refused question harms its author alone, once", () => {
  test.each(refusals)("%s", async (_, script) => {
    refuse(script);
    const { say, requests, lastPrompt } = openThread();
    expect(await say(bad)).toBe(refused);
    expect(await say("And the weather?", { author: bob })).toBe("Fine.");
    expect(requests()).toHaveLength(2);
    expect(lastPrompt()).not.toContain("POISON");
    expect(lastPrompt()).toContain(note);
    expect(await say("Thanks", { author: bob })).toBe("Fine.");
    expect(requests()).toHaveLength(3);
  });

  test.each([
    ["a direct conversation", (thread: Place["thread"]) => directPlace({ thread })],
    ["/parley ask in a channel", (thread: Place["thread"]) => placeOf({ thread, kind: "channel" })],
  ])("also in %s", async (_, shape) => {
    refuse(azure);
    const { say, lastPrompt } = openThread(shape);
    expect(await say(bad, { viaCommand: true })).toBe(refused);
    expect(await say("And the weather?", { viaCommand: true })).toBe("Fine.");
    expect(lastPrompt()).not.toContain("POISON");
  });

  const file: Attachment = { name: "POISON.txt", mediaType: "text/plain", bytes: 9, url: "" };
  test.each<[string, Partial<MessageEvent>]>([
    ["in its quote", { quote: { author: "Cy", text: bad, own: false } }],
    ["in its attachment", { attachments: [file] }],
  ])("where the words stand %s", async (_, rest) => {
    refuse(azure);
    const { say, lastPrompt } = openThread();
    expect(await say("What is this?", rest)).toBe(refused);
    expect(await say("And the weather?", { author: bob })).toBe("Fine.");
    expect(lastPrompt()).not.toContain("POISON");
  });

  test("after a conversation its question is asked twice at the most, and the rest stays in view", async () => {
    refuse(azure);
    const { say, requests, lastPrompt } = openThread();
    await say("My cat is called Tom.");
    expect(await say(bad)).toBe(refused);
    expect(requests()).toHaveLength(3);
    expect(await say("What is it called?", { author: bob })).toBe("Fine.");
    expect(requests()).toHaveLength(4);
    expect(lastPrompt()).toContain("Tom");
  });

  test("the same words again are refused again, and edited ones are answered", async () => {
    refuse(azure);
    const { say, surface, place, lastPrompt } = openThread();
    const message = messageId("edited-1");
    await say(bad, { message });
    const now = messageOf("how to dig a well", { place, message });
    await core.bot.receive({ ...now, kind: "edited", of: now.id }, surface);
    expect(surface.texts).toEqual(["Fine."]);
    expect(await say("Thanks")).toBe("Fine.");
    expect(lastPrompt()).toContain("dig a well");
    expect(lastPrompt()).not.toContain(note);
  });

  test("many in a row leave one note", async () => {
    refuse(azure);
    const { say, lastPrompt } = openThread();
    for (let count = 0; count < 5; count++) expect(await say(bad)).toBe(refused);
    expect(await say("And the weather?", { author: bob })).toBe("Fine.");
    expect(lastPrompt().split(note)).toHaveLength(2);
  });
});

test("where the persona is somebody's own text, whoever is refused reads that it may be the cause", async () => {
  refuse(azure);
  const { say, surface, place } = openThread();
  await core.bot.receive(commandOf("persona set", { place, options: { persona: "You POISON wells" } }), surface);
  for (const author of [ada, bob])
    expect(await say("Hello", { author })).toBe(withNotice(refused, sentences.answers.maybePersona));
  await core.bot.receive(commandOf("persona set", { place, options: { persona: "You dig wells" } }), surface);
  expect(await say("Hello again")).toBe("Fine.");
});

describe("words that nobody asked about, and that the provider refuses", () => {
  const overheard = { via: "ambient", author: bob } as const;
  /** A thread that the bot is in, where people talk to one another as well. */
  const openTalk = async () => {
    const thread = openThread();
    await thread.say("My cat is called Tom.");
    // A question that the limits refuse, or that is left to another, is remembered so.
    const { store } = core;
    const before = await store.open(thread.place.thread);
    const { message, author, attachments, sentAt: at } = messageOf("", overheard);
    await store.append(before, { kind: "person", message, author, text: bad, attachments, at, tokens: 20 });
    return thread;
  };

  test.each<[string, Script, "filtered" | "failed"]>([
    ...refusals.map(([server, script]) => [server, script, "filtered"] as [string, Script, "filtered"]),
    ["a fault each time", { status: 500, headers: { "x-should-retry": "false" } }, "failed"],
    ["a rejection", { status: 400, error: { message: "no such token" } }, "failed"],
    ["a rejection of another kind", { status: 403, error: { message: "not this" } }, "failed"],
    ["an error in the stream", { errorAfter: 0, text: [] }, "failed"],
  ])("cost the next question one more request, and nothing afterwards (%s)", async (_, script, because) => {
    refuse(script);
    const { say, requests, lastPrompt } = await openTalk();
    const asked = requests().length;
    expect(await say("And the weather?")).toBe(withNotice("Fine.", sentences.answers.apart(because, true)));
    expect(requests()).toHaveLength(asked + 2);
    expect(lastPrompt()).not.toContain("POISON");
    expect(await say("What is it called?")).toBe("Fine.");
    expect(requests()).toHaveLength(asked + 3);
    expect(lastPrompt()).not.toContain("POISON");
    expect(lastPrompt()).toContain("Tom");
  });

  test("do not hide that a question is refused too", async () => {
    refuse(azure);
    const { say, requests } = await openTalk();
    expect(await say(`Tell me ${bad}`)).toBe(refused);
    expect(await say("And the weather?")).toBe(withNotice("Fine.", sentences.answers.apart("filtered", true)));
    const asked = requests().length;
    expect(await say("And now?")).toBe("Fine.");
    expect(requests()).toHaveLength(asked + 1);
  });
});

test("an answer that a filter ended is left out where the next question is refused for it", async () => {
  const { say, lastPrompt } = openThread();
  core.ai.replies({ text: "First, the POISON", finish: "content_filter" });
  await say("A story");
  refuse(azure);
  expect(await say("And the weather?")).toBe(withNotice("Fine.", sentences.answers.apart("filtered", true)));
  expect(await say("What did I ask first?")).toBe("Fine.");
  expect(lastPrompt()).toContain("A story");
});

test("where nothing new can be at fault, the window begins anew, and everybody is answered", async () => {
  const { say, requests, lastPrompt } = openThread();
  core.ai.replies({ text: "Whole." });
  await say(bad); // the provider's rules were others
  refuse(azure);
  expect(await say("And the weather?")).toBe(withNotice("Fine.", sentences.answers.apart("filtered", true)));
  const asked = requests().length;
  expect(await say("And now?")).toBe("Fine.");
  expect(requests()).toHaveLength(asked + 1);
  expect(lastPrompt()).toContain("And the weather?");
});

describe("a text on which the server fails each time", () => {
  const fails: Script = { status: 500, headers: { "x-should-retry": "false" } };

  test("harms its author alone, once", async () => {
    refuse(fails);
    const { say, requests, lastPrompt } = openThread();
    expect(await say(bad)).toBe(withNotice("", modelNotice("unavailable", false)));
    expect(await say("And the weather?", { author: bob })).toBe(
      withNotice("Fine.", sentences.answers.apart("failed", true)),
    );
    expect(await say("And now?", { author: bob })).toBe("Fine.");
    expect(requests()).toHaveLength(4);
    expect(lastPrompt()).not.toContain("POISON");
  });

  test("in an outage nothing is left out: who asks again later is understood", async () => {
    core.ai.replies(fails);
    const { say, lastPrompt } = openThread();
    await say("How high is the Eiffel Tower?");
    await say("Hello?");
    core.ai.replies({ text: "330 m." });
    expect(await say("Try again")).toBe("330 m.");
    expect(lastPrompt()).toContain("Eiffel Tower");
  });

  test("a server that is busy and says until when is not asked twice as much", async () => {
    core.ai.replies({ status: 503, headers: { "retry-after": "30" } });
    const { say, requests } = openThread();
    await say("One?");
    const asked = requests().length;
    await say("Two?");
    expect(requests()).toHaveLength(asked + 1);
  });
});

describe("a blank answer", () => {
  test.each(["\n \n", "\u200b", "\u2800\u3164", ""])("(%j) is told, and is in no later prompt", async (text) => {
    core.ai.replies({ text: [text], finish: "stop" }, { text: "Fine." });
    const { say, requests } = openThread();
    expect(await say("Hello")).toBe(withNotice("", endingNotice("whole", true)));
    expect(await say("Hello?")).toBe("Fine.");
    expect(
      requests()
        .at(-1)
        ?.map(({ role }) => role),
    ).toEqual(["user"]);
  });

  test("from an earlier version is in no prompt either, nor is a message of which nothing is left", async () => {
    core.ai.replies({ text: "Fine." });
    const { say, requests, place } = openThread((thread) => directPlace({ thread }));
    const before = await core.store.open(place.thread);
    const { message, author, attachments, sentAt: at } = messageOf("", { author: ada });
    const person = { kind: "person", message, author, attachments, at, tokens: 12 } as const;
    const bot = { kind: "bot", messages: [], ending: "whole", at, tokens: 12 } as const;
    await core.store.append(before, { ...person, text: "\u200b" }, { ...bot, text: "\n \n" });
    await say("Hello?");
    expect(
      requests()
        .at(-1)
        ?.map(({ role }) => role),
    ).toEqual(["user"]);
    expect(requests().at(-1)?.[0]?.content).toBe("Hello?");
  });
});
