import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { AccessEntry } from "../../src/limits/access.ts";
import { endingNotice, withAside } from "../../src/reply/notices.ts";
import { fullNotice } from "../../src/reply/refusal-notices.ts";
import { sentences } from "../../src/sentences/sentences.ts";
import type { CoreOptions } from "../support/core.ts";
import { createDayClock } from "../support/day-clock.ts";
import { refusals } from "../support/refusals.ts";
import { platforms, type Stage } from "./on-both.ts";

describe.each(platforms)("on $name", ({ open }) => {
  let stage: Stage;
  const start = async (options?: CoreOptions) => {
    stage = await open(options);
  };
  afterEach(() => stage.stop());

  /** A model that says a word and then waits. */
  const hold = (first: string, ...others: readonly string[]) => {
    const gate = Promise.withResolvers<void>();
    stage.ai.replies(
      { text: first, holdAfter: { deltas: 1, until: gate.promise } },
      ...others.map((text) => ({ text })),
    );
    return gate;
  };
  const prompted = () => JSON.stringify(stage.ai.requests.at(-1)?.messages);

  describe("a question that is edited", () => {
    beforeEach(() => start());

    test("while it is answered is answered anew in the same message, and the first answer leaves nothing", async () => {
      const gate = hold("Rome, of course, and more of it.", "Paris.");
      const thread = stage.asks("Capital of Italy?");
      await stage.until(() => thread.answers().length > 0);
      const [begun] = thread.answers();
      thread.root.edit("Capital of France?");
      await thread.shows("Paris.");
      gate.resolve();
      expect(thread.answers().map(({ id }) => id)).toEqual([begun?.id]);
      expect(stage.ai.requests).toHaveLength(2);
      await thread.passes();
      expect(prompted()).not.toMatch(/Italy|Rome/);
    });

    test("after its answer is answered anew in the same message, whose old words are forgotten", async () => {
      stage.ai.replies({ text: "Rome." }, { text: "Paris." });
      const thread = stage.asks("Capital of Italy?");
      await thread.shows("Rome.");
      const [answer] = thread.answers();
      thread.root.edit("Capital of France?");
      await thread.shows("Paris.");
      expect(thread.answers().map(({ id }) => id)).toEqual([answer?.id]);
      expect(prompted()).toContain("Capital of France?");
      await thread.passes();
      expect(prompted()).not.toMatch(/Italy|Rome/);
    });

    test("in a direct message is answered anew there", async () => {
      stage.ai.replies({ text: "Rome." }, { text: "Paris." });
      const thread = stage.asksDirectly("Capital of Italy?");
      await thread.shows("Rome.");
      thread.root.edit("Capital of France?");
      await thread.shows("Paris.");
      expect(thread.texts()).toEqual(["Paris."]);
    });

    test("while it waits is answered as it reads then", async () => {
      const gate = hold("First answer.", "Second answer.");
      const thread = stage.asks("First?");
      await stage.until(() => thread.answers().length > 0);
      const waiting = thread.says("What is a cat?");
      waiting.edit("What is a dog?");
      await stage.heard();
      gate.resolve();
      await thread.shows("Second answer.");
      expect(prompted()).toContain("What is a dog?");
      expect(prompted()).not.toContain("cat");
      expect(stage.ai.requests).toHaveLength(2);
    });

    test("when others were asked since changes what is remembered, and no answer", async () => {
      stage.ai.replies({ text: "Noted." }, { text: "Indeed." });
      const thread = stage.asks("My cat is called Tom.");
      await thread.shows("Noted.");
      thread.says("And he is old.");
      await thread.shows("Indeed.");
      thread.root.edit("My cat is called Kitty.");
      await thread.passes();
      expect(thread.texts()).toEqual(["Noted.", "Indeed.", "Still here."]);
      expect(prompted()).toContain("Kitty");
      expect(prompted()).not.toContain("Tom");
    });

    test("many times at once is answered as it reads last, in one message", async () => {
      const gate = hold("Zero.");
      stage.ai.replies(...Array.from({ length: 9 }, () => ({ text: "Nine." })));
      const thread = stage.asks("Edition 0");
      await stage.until(() => thread.answers().length > 0);
      for (let edition = 1; edition < 10; edition++) thread.root.edit(`Edition ${edition}`);
      await stage.ai.until(() => prompted().includes("Edition 9"));
      await thread.shows("Nine.");
      gate.resolve();
      await thread.passes();
      expect(thread.texts()).toEqual(["Nine.", "Still here."]);
      expect(prompted()).not.toContain("Edition 0");
    });
  });

  test("what the provider's filter refuses is told to its author, and the next person is answered", async () => {
    await start({ core: { windowTokens: 100_000 } });
    stage.ai.replyTo(({ messages }) => (JSON.stringify(messages).includes("POISON") ? refusals[0]?.[1] : {}) ?? {});
    const thread = stage.asks("POISON", stage.person("Ann"));
    await stage.until(() => thread.texts().join().includes("content filter"));
    expect(thread.texts().at(-1)).toContain(endingNotice("filtered", true));
    thread.says("And the weather?", stage.person("Bea"));
    await thread.shows("Hello! How can I help?");
    expect(stage.ai.requests).toHaveLength(2);
  });

  test("a limit that is used up is told with the time of renewal, and the next day there is room again", async () => {
    const clock = createDayClock();
    await start({ clock, core: { limits: { server: { requests: 1 } } } });
    const [ann, bob] = [stage.person("Ann"), stage.person("Bob")];
    await stage.asks("Hi", ann).shows("Hello! How can I help?");
    const refused = stage.asks("Hi", bob);
    await stage.until(() => stage.told(bob, refused).join().includes("daily limit"));
    expect(stage.told(bob, refused).join()).toMatch(
      /This (server|workspace) has reached its daily limit of 1 question\. You can ask again in 1\d h.* \(at 00:00 UTC\)\./,
    );
    clock.passDay();
    await stage.asks("Hi", bob).shows("Hello! How can I help?");
    expect(stage.ai.requests).toHaveLength(2);
  });

  test("a button under another's answer stays when somebody who is denied presses it", async () => {
    const deny: AccessEntry[] = [];
    await start({ core: { access: { allow: [], deny } } });
    const [ann, bob] = [stage.person("Ann"), stage.person("Bob")];
    deny.push([{ kind: "user", id: ann.id }]);
    stage.ai.replies({ text: "Half of", finish: "length" }, { text: "the other." });
    const thread = stage.asks("Hi", bob);
    const hasButton = () => thread.answers().some(({ goesOn }) => goesOn);
    await stage.until(hasButton);
    const told = thread.press("go-on", ann);
    await stage.until(() => told().includes(withAside("", sentences.refusals.notAllowed)));
    expect(hasButton()).toBe(true);
    thread.press("go-on", bob);
    await stage.until(() => thread.texts().join().includes("the other."));
  });
});

// Where answers are edited, Slack lets a channel have one message a second.
test.each(platforms.slice(0, 2))(
  "300 questions of one person in fifty threads on $name: three are asked at once, the person is told, another one is answered",
  async ({ open }) => {
    const stage = await open();
    onTestFinished(stage.stop);
    const held = Promise.withResolvers<void>();
    stage.ai.replyTo(({ messages }) =>
      messages.at(-1)?.content.includes("Mine") ? { text: "Yours." } : { text: "Theirs.", hold: held.promise },
    );
    const [ann, bob] = [stage.person("Ann"), stage.person("Bob")];
    const threads = Array.from({ length: 50 }, () => stage.opens(bob));
    const texts = () => threads.flatMap((thread) => thread.texts());
    for (let at = 0; at < 300; at++) threads[at % 50]?.asks(`Question ${at}`, ann);
    await stage.ai.until(() => stage.ai.requests.length >= 3);
    threads[10]?.asks("Mine", bob);
    await stage.until(() => texts().includes("Yours."));
    expect(stage.ai.requests).toHaveLength(4);
    const told = new Set(threads.flatMap((thread) => stage.told(ann, thread)));
    expect([...told].filter((text) => text.includes(fullNotice("person")))).toHaveLength(1);
    held.resolve();
    // Twenty wait. Those that are asked leave room for as many, if they leave before the last has come.
    const theirs = () => texts().filter((text) => text === "Theirs.").length;
    await stage.until(() => theirs() >= 20 && theirs() === stage.ai.requests.length - 1);
    expect(theirs()).toBeLessThanOrEqual(23);
  },
);
