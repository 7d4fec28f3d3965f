import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { split } from "../../src/markdown/cutting/split.ts";
import { type Control, type Limits, PlatformError } from "../../src/port/index.ts";
import { endingNotice, withNotice } from "../../src/reply/notices.ts";
import { createReplyHandle } from "../../src/reply/reply-handle.ts";
import { runs } from "../support/fuzz.ts";
import { beginningsOf, chunkSizes, nastyMarkdown } from "../support/nasty-markdown.ts";
import { createRecordingSurface, type RecordingSurface, testLimits } from "../support/recording-surface.ts";

const stop: Control = { command: "stop", label: "Stop" };
const goOn: Control = { command: "go-on", label: "Go on" };
const small: Limits = { ...testLimits, maxLength: 200 };

function openReply(limits: Limits = small) {
  const surface = createRecordingSurface(limits);
  return { surface, reply: createReplyHandle(surface, [stop]) };
}

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(" ");
const kinds = (surface: RecordingSurface) => surface.writes.map(({ kind, message }) => `${kind} ${message}`);

test("a reply that is being written ends with a cursor, a settled one does not", async () => {
  const { surface, reply } = openReply();
  await reply.show("Hello");
  expect(surface.texts).toEqual(["Hello ▌"]);
  await reply.settle("Hello, you.", []);
  expect(surface.texts).toEqual(["Hello, you."]);
});

test("the cursor stands below an open code block, which is closed above it", async () => {
  const { surface, reply } = openReply();
  await reply.show("```ts\nconst a = 1;");
  expect(surface.texts).toEqual(["```ts\nconst a = 1;\n```\n ▌"]);
});

test("a text that grew is an edit of the same message, one that did not is no write at all", async () => {
  const { surface, reply } = openReply();
  for (const text of ["One", "One two", "One two"]) await reply.show(text);
  expect(kinds(surface)).toEqual(["create m1", "edit m1"]);
});

test("nothing is sent while there is only white space to show", async () => {
  const { surface, reply } = openReply();
  await reply.show("\n\n ");
  expect(surface.writes).toEqual([]);
  expect(reply.messages).toEqual([]);
});

test("a text that outgrows its message rolls over into the next, and the full ones are left alone", async () => {
  const { surface, reply } = openReply();
  const text = words(120);
  for (let length = 20; length < text.length; length += 20) await reply.show(text.slice(0, length));
  await reply.settle(text, []);
  expect(surface.texts.join("")).toBe(text);
  expect(surface.texts.length).toBeGreaterThan(3);
  expect(reply.messages).toEqual(surface.texts.map((_, index) => `m${index + 1}`));
  const lastWriteTo = (message: string) => surface.writes.findLastIndex((one) => one.message === message);
  const firstWriteTo = (message: string) => surface.writes.findIndex((one) => one.message === message);
  expect(lastWriteTo("m1")).toBeLessThan(firstWriteTo("m2"));
  expect(lastWriteTo("m2")).toBeLessThan(firstWriteTo("m3"));
});

test("a text of exactly the longest length is one message", async () => {
  const { surface, reply } = openReply();
  await reply.settle("x".repeat(200), []);
  expect(surface.texts).toEqual(["x".repeat(200)]);
});

describe("controls", () => {
  test("stand under the live part alone while it grows, and under the last part when it is done", async () => {
    const { surface, reply } = openReply();
    await reply.show(words(60));
    expect(surface.contents.map(({ controls }) => controls)).toEqual([[], [], [stop]]);
    await reply.settle(words(60), [goOn]);
    expect(surface.contents.map(({ controls }) => controls)).toEqual([[], [], [goOn]]);
  });

  test("are gone from a settled reply that has none", async () => {
    const { surface, reply } = openReply();
    await reply.show("Hello");
    await reply.settle("Hello", []);
    expect(surface.contents).toMatchObject([{ markdown: "Hello", controls: [] }]);
  });

  test("change also where the text stays the same and the platform shows no cursor", async () => {
    const { surface, reply } = openReply({ ...small, cursor: "" });
    await reply.show("Hello");
    await reply.settle("Hello", [goOn]);
    expect(surface.contents).toMatchObject([{ markdown: "Hello", controls: [goOn] }]);
  });
});

test("a message that can no longer be changed is followed by a new one with the whole part", async () => {
  const { surface, reply } = openReply();
  await reply.show("Hello");
  surface.failWith(new PlatformError("frozen", "too old"));
  await reply.settle("Hello, you.", []);
  expect(surface.texts).toEqual(["Hello ▌", "Hello, you."]);
  expect(reply.messages).toEqual(["m2"]);
});

test("a message that is gone is not sent anew", async () => {
  const { surface, reply } = openReply();
  await reply.show("Hello");
  surface.failWith(new PlatformError("gone", "deleted"));
  await expect(reply.settle("Hello, you.", [])).rejects.toMatchObject({ code: "gone" });
  expect(kinds(surface)).toEqual(["create m1"]);
});

test("settling again after a failure writes what is missing and nothing twice", async () => {
  const { surface, reply } = openReply();
  const text = words(60);
  const parts = split(text, 200);
  await reply.settle(parts.slice(0, 2).join(""), []);
  surface.failWith(new PlatformError("unavailable", "down"));
  await expect(reply.settle(text, [])).rejects.toMatchObject({ code: "unavailable" });
  await reply.settle(text, []);
  await reply.settle(text, []);
  expect(surface.writes.map(({ kind }) => kind)).toEqual(["create", "create", "create"]);
  expect(surface.texts).toEqual(parts);
});

describe("a notice below the text", () => {
  test("is whole also where the text ended in much white space that a message's end fell into", async () => {
    const { surface, reply } = openReply();
    const text = `${words(26)}${"\n".repeat(60)}`;
    const notice = endingNotice("stopped", false) ?? "";
    for (let length = 10; length <= text.length; length += 10) await reply.show(text.slice(0, length));
    await reply.settle(withNotice(text, notice), []);
    expect(surface.texts.join("")).toContain(notice);
  });
});

test("property: however a text arrives, the messages are the same in the end", async () => {
  await fc.assert(
    fc.asyncProperty(nastyMarkdown, chunkSizes, async (text, sizes) => {
      const { surface, reply } = openReply();
      for (const prefix of beginningsOf(text, sizes)) await reply.show(prefix);
      await reply.settle(text, []);
      expect(surface.texts).toEqual(split(text, 200).filter((one) => one.trim() !== ""));
    }),
    runs(300, 11),
  );
});

test("property: what a message showed is never taken back, and nothing is too long", async () => {
  await fc.assert(
    fc.asyncProperty(nastyMarkdown, chunkSizes, async (text, sizes) => {
      const { surface, reply } = openReply();
      for (const prefix of beginningsOf(text, sizes)) await reply.show(prefix);
      await reply.settle(text, []);
      const shown = new Map<string, string>();
      for (const { message, content } of surface.writes) {
        const words = lettersOf(content.markdown);
        expect(words.startsWith(shown.get(message) ?? "")).toBe(true);
        shown.set(message, words);
        if (!text.includes("▌")) expect(content.markdown.includes("▌")).toBe(content.live);
      }
    }),
    runs(300, 12),
  );
});

/** The model's own words without any sign that may have been put there to close or open something. */
const lettersOf = (markdown: string): string => markdown.replace(/ ▌$/, "").replace(/[\s`*_~|]/g, "");

describe("what is shown on the way", () => {
  test("has its bold closed before the cursor, and no closers in the end", async () => {
    const { surface, reply } = openReply();
    await reply.show("Some **bold");
    expect(surface.texts).toEqual(["Some **bold** ▌"]);
    await reply.settle("Some **bold", []);
    expect(surface.texts).toEqual(["Some **bold"]);
  });

  test("is read anew in each message: what was open in the one before is not closed in it", async () => {
    const { surface, reply } = openReply();
    const text = `**${words(60)}`;
    for (const length of [100, text.length]) await reply.show(text.slice(0, length));
    expect(surface.texts.length).toBeGreaterThan(2);
    expect(surface.texts.at(-1)).not.toContain("**");
  });

  test("is nothing of a code block that has only its opening line", async () => {
    const { surface, reply } = openReply();
    await reply.show("```ts\n");
    expect(surface.writes).toEqual([]);
  });

  test("has the cursor below a table, or it would be taken for a row", async () => {
    const { surface, reply } = openReply();
    await reply.show("| a | b |\n|---|---|\n| 1 | 2 |\n");
    expect(surface.texts).toEqual(["| a | b |\n|---|---|\n| 1 | 2 |\n\n ▌"]);
  });

  test("has nothing at its end that would have to go again, where the platform shows no cursor", async () => {
    const { surface, reply } = openReply({ ...small, cursor: "" });
    for (const text of ["Some ", "Some **bo", "Some **bold** words", "Some **bold** words\n\n```ts\nlet a"]) {
      await reply.show(text);
    }
    expect(surface.writes.map(({ content }) => content.markdown)).toEqual([
      "Some ",
      "Some **bold** words",
      "Some **bold** words\n\n```ts\nlet a",
    ]);
  });
});

describe("while code grows that goes into a file", () => {
  const filed: Limits = { ...testLimits, maxLength: 500, dialect: { ...testLimits.dialect, maxCodeLength: 400 } };
  const codeOf = (code: string) => `Here it is:\n\n\`\`\`py\n${code}\n\`\`\`\n\nThat is all.`;
  const lines = codeOf("print(1)\n".repeat(120).trim());

  async function showAll(limits: Limits, text = lines) {
    const { surface, reply } = openReply(limits);
    for (let length = 5; length < text.length; length += 5) await reply.show(text.slice(0, length));
    await reply.settle(text, []);
    return surface.writes;
  }

  test("the message tells below its preview how much more has come, and keeps changing", async () => {
    const shown = (await showAll(filed)).map(({ content }) => content.markdown);
    const counts = shown.flatMap((one) => /\n`{3}\n_… (\d+) more lines? so far_ ▌$/.exec(one)?.[1] ?? []);
    expect(counts.length).toBeGreaterThan(60);
    expect(counts.map(Number)).toEqual(counts.map((_, index) => index + 1));
  });

  test("nothing else that was shown is taken back, and no message is too long, however little room there is", async () => {
    for (let maxLength = 380; maxLength < 520; maxLength += 3) {
      const shown = new Map<string, string>();
      const text = maxLength % 2 === 0 ? lines : codeOf("x".repeat(1_500));
      for (const { message, content } of await showAll({ ...filed, maxLength }, text)) {
        const words = lettersOf(content.markdown.replace(/\n_… [\d,]+ more \w+ so far_/, ""));
        expect(words.startsWith(shown.get(message) ?? "")).toBe(true);
        shown.set(message, words);
      }
    }
  });

  test("a message that grows by appending has no such line", async () => {
    for (const { content } of await showAll({ ...filed, cursor: "" })) expect(content.markdown).not.toContain("so far");
  });
});

test("a reply that is retired keeps its words, loses its cursor and its controls, and gets the notice", async () => {
  const surface = createRecordingSurface();
  const reply = createReplyHandle(surface, [{ command: "stop", label: "Stop" }]);
  await reply.show("Half of it");
  expect(await reply.retire("No more.")).toBe(true);
  expect(surface.texts).toEqual(["Half of it\n\n_⚠️ No more._"]);
  expect(surface.contents[0]?.controls).toEqual([]);
});

test("a reply of which nothing stands cannot be retired", async () => {
  const surface = createRecordingSurface();
  expect(await createReplyHandle(surface, []).retire("No more.")).toBe(false);
  expect(surface.writes).toEqual([]);
});

describe("a reply that takes the place of an earlier try", () => {
  async function earlierTry(text: string) {
    const { surface, reply } = openReply();
    await reply.settle(text, []);
    return { surface, standing: reply.messages };
  }

  test("is written over its messages, and those that it does not need are removed", async () => {
    const { surface, standing } = await earlierTry(words(60));
    expect(standing.length).toBeGreaterThan(1);
    const reply = createReplyHandle(surface, [stop], standing);
    await reply.show("Another");
    await reply.settle("Another answer.", []);
    expect(surface.texts).toEqual(["Another answer."]);
    expect(reply.messages).toEqual(standing.slice(0, 1));
  });

  test("goes on in new messages where it is longer", async () => {
    const { surface, standing } = await earlierTry("Short.");
    const reply = createReplyHandle(surface, [stop], standing);
    const text = words(60);
    await reply.settle(text, []);
    expect(surface.texts).toEqual(split(text, small.maxLength));
    expect(reply.messages[0]).toBe(standing[0]);
  });
});
