import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { split } from "../../src/markdown/split.ts";
import { type Control, type Limits, PlatformError } from "../../src/port/index.ts";
import { endingNotice, withNotice } from "../../src/reply/notices.ts";
import { createReplyHandle } from "../../src/reply/reply-handle.ts";
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

/** Text with all that makes a reply hard to show: long, without places to cut, with code blocks. */
const markdown = fc
  .array(
    fc.oneof(
      fc.lorem({ maxCount: 12 }),
      fc.constantFrom("\n", "\n\n", "\n```ts\n", "\n```\n", "\n````````\n", " ", ". ", "👍🏽", "漢字", "- item\n"),
      fc.integer({ min: 1, max: 150 }).map((length) => "x".repeat(length)),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((pieces) => pieces.join(""));

const chunkSizes = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 12 });

function prefixesOf(text: string, sizes: readonly number[]): readonly string[] {
  const prefixes: string[] = [];
  for (let length = 0, step = 0; length < text.length; step++) {
    length += sizes[step % sizes.length] ?? 1;
    prefixes.push(text.slice(0, length));
  }
  return prefixes;
}

test("property: however a text arrives, the messages are the same in the end", async () => {
  await fc.assert(
    fc.asyncProperty(markdown, chunkSizes, async (text, sizes) => {
      const { surface, reply } = openReply();
      for (const prefix of prefixesOf(text, sizes)) await reply.show(prefix);
      await reply.settle(text, []);
      expect(surface.texts).toEqual(split(text, 200).filter((one) => one.trim() !== ""));
    }),
    { numRuns: 300, seed: 11 },
  );
});

test("property: what a message showed is never taken back, and nothing is too long", async () => {
  await fc.assert(
    fc.asyncProperty(markdown, chunkSizes, async (text, sizes) => {
      const { surface, reply } = openReply();
      for (const prefix of prefixesOf(text, sizes)) await reply.show(prefix);
      await reply.settle(text, []);
      const shown = new Map<string, string>();
      for (const { message, content } of surface.writes) {
        const words = withoutFrame(content.markdown);
        expect(words.startsWith(shown.get(message) ?? "")).toBe(true);
        shown.set(message, words);
      }
    }),
    { numRuns: 300, seed: 12 },
  );
});

/** The model's own words: no cursor, no lines that open or close code (half of one may show while it arrives). */
function withoutFrame(markdown: string): string {
  return markdown
    .replace(/ ▌$/, "")
    .replace(/^`+\w*$\n?/gm, "")
    .trimEnd();
}

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
