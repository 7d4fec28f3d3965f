import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { split } from "../../src/markdown/cutting/split.ts";
import { type Control, type Limits, PlatformError, type PlatformErrorCode } from "../../src/port/index.ts";
import { createMessageWriter, type Part } from "../../src/reply/message-writer.ts";
import { createReplyHandle } from "../../src/reply/reply-handle.ts";
import { runs } from "../support/fuzz.ts";
import { beginningsOf, chunkSizes, nastyMarkdown } from "../support/nasty-markdown.ts";
import {
  createRecordingSurface,
  type Failure,
  type Streaming,
  testLimits,
  type WriteKind,
} from "../support/recording-surface.ts";

const stop: Control = { command: "stop", label: "Stop" };
const goOn: Control = { command: "go-on", label: "Go on" };

const live = (text: string): Part => ({ markdown: text, open: text, controls: [stop], live: true });
const whole = (text: string): Part => ({ markdown: text, open: text, controls: [goOn], live: false });
const answer = (code: PlatformErrorCode) => new PlatformError(code, "as planned");

function openWriter(streaming: Streaming = "controls-go") {
  const surface = createRecordingSurface(testLimits, [], streaming);
  const paid: string[] = [];
  const writer = createMessageWriter(surface);
  return {
    surface,
    paid,
    writer,
    write: (part: Part) =>
      writer.write(part, async (pace) => {
        if (pace !== undefined) paid.push(pace.bucket);
      }),
    /** Each call that was carried out, with what stood after it. */
    log: () => surface.writes.map(({ kind, content }) => `${kind}: ${content.markdown}`),
  };
}

test("a text grows by what is new, and ends with its tail and its controls", async () => {
  const { surface, write, log, paid } = openWriter();
  for (const part of [live("One"), live("One two"), live("One two"), whole("One two three")]) await write(part);
  expect(log()).toEqual(["begin: One", "append: One two", "end: One two three"]);
  expect(surface.contents).toEqual([{ markdown: "One two three", controls: [goOn], live: false }]);
  expect(paid).toEqual(["test append"]);
});

test("a text that is whole at once is simply sent", async () => {
  const { write, log, paid } = openWriter();
  await write(whole("One"));
  expect(log()).toEqual(["create: One"]);
  expect(paid).toEqual([]);
});

test("controls that stand above the text go by an edit, which is paid for", async () => {
  const { surface, write, log, paid } = openWriter("controls-stay");
  for (const part of [live("One"), whole("One two")]) await write(part);
  expect(log()).toEqual(["begin: One", "end: One two", "edit: One two"]);
  expect(surface.contents[0]?.controls).toEqual([goOn]);
  expect(paid).toEqual(["test"]);
});

test("a message that has ended is changed by edits, and left alone where nothing changed", async () => {
  const { write, log } = openWriter();
  for (const part of [live("One"), whole("One two"), whole("One two"), whole("One two, and a notice")]) {
    await write(part);
  }
  expect(log()).toEqual(["begin: One", "end: One two", "edit: One two, and a notice"]);
});

test("a text that does not go on from what was sent takes its place", async () => {
  const { surface, write, log } = openWriter();
  for (const part of [live("One"), live("Another")]) await write(part);
  expect(log()).toEqual(["begin: One", "end: One", "edit: Another ▌"]);
  await write(whole("Another."));
  expect(surface.texts).toEqual(["Another."]);
});

test("a code block is closed only when the message is whole", async () => {
  const { write, log } = openWriter();
  await write({ markdown: "```\na\n```", open: "```\na", controls: [], live: true });
  await write({ markdown: "```\nab\n```", open: "```\nab", controls: [], live: true });
  await write({ markdown: "```\nab\n```", open: "```\nab", controls: [], live: false });
  expect(log()).toEqual(["begin: ```\na", "append: ```\nab", "end: ```\nab\n```"]);
});

test("files go with the part that is whole, and a message whose files alone changed is written", async () => {
  const { surface, write, log } = openWriter("none");
  const file = { name: "code.ts", text: "let a = 1;" };
  await write(live("One"));
  await write({ ...whole("One"), files: [file] });
  await write({ ...whole("One"), files: [file] });
  await write({ ...whole("One"), files: [{ ...file, text: "let b = 2;" }] });
  expect(log()).toEqual(["create: One ▌", "edit: One", "edit: One"]);
  expect(surface.contents[0]?.files).toEqual([{ ...file, text: "let b = 2;" }]);
});

test("a stream whose part has files goes on by an edit, since nothing can be appended to them", async () => {
  const { surface, write, log } = openWriter();
  await write(live("One"));
  await write({ ...whole("One two"), files: [{ name: "code.ts", text: "let a = 1;" }] });
  expect(log()).toEqual(["begin: One", "end: One", "edit: One two"]);
  expect(surface.contents[0]?.files).toHaveLength(1);
});

test("nothing is begun or appended while all that is new may have to be taken back", async () => {
  const { write, log } = openWriter();
  await write({ ...live("**One**"), open: "" });
  expect(log()).toEqual([]);
  await write(live("**One** two"));
  expect(log()).toEqual(["begin: **One** two"]);
});

const steps = ["begin", "append", "end"] as const;
const parts = [live("One"), live("One two"), live("One two three"), whole("One two three.")];

/** Writes all parts as the pacer would: what passes is followed by the next text, and the last one tries again. */
async function writeAll(write: (part: Part) => Promise<void>): Promise<PlatformErrorCode[]> {
  const failures: PlatformErrorCode[] = [];
  const offer = (part: Part) =>
    write(part).catch((error: unknown) => {
      if (!(error instanceof PlatformError)) throw error;
      failures.push(error.code);
      return error.code === "unavailable" || error.code === "rate-limited" ? error.code : "lost";
    });
  for (const part of parts) if ((await offer(part)) === "lost") return failures;
  for (let tries = 0; tries < 9 && (await offer(whole("One two three."))) !== undefined; tries++);
  return failures;
}

/** Fails the first write of a kind. */
function once(step: WriteKind, failure: Failure): (kind: WriteKind) => Failure | undefined {
  let left = 1;
  return (kind) => (kind === step && left-- > 0 ? failure : undefined);
}

describe.each(["controls-go", "controls-stay"] as const)("where %s", (streaming) => {
  const cases = steps.flatMap((step) =>
    (["unsupported", "ended", "rate-limited", "unavailable", "invalid"] as const).map((code) => [step, code] as const),
  );
  test.each(cases)("%s refused as %s: the whole text stands once, with its controls", async (step, code) => {
    const { surface, write } = openWriter(streaming);
    surface.failBy(once(step, answer(code)));
    await writeAll(write);
    expect(surface.contents).toEqual([{ markdown: "One two three.", controls: [goOn], live: false }]);
    expect([...surface.live]).toEqual([]);
  });

  test.each(steps)("%s carried out, but its answer lost: the whole text stands once", async (step) => {
    const { surface, write } = openWriter(streaming);
    surface.failBy(once(step, { answerLost: answer("unavailable") }));
    await writeAll(write);
    expect(surface.contents).toEqual([{ markdown: "One two three.", controls: [goOn], live: false }]);
    expect([...surface.live]).toEqual([]);
  });

  test.each(["gone", "forbidden", "absent", "closed", "blocked"] as const)(
    "an append refused as %s ends the reply, and nothing is written after it",
    async (code) => {
      const { surface, write, log } = openWriter(streaming);
      surface.failBy(once("append", answer(code)));
      expect(await writeAll(write)).toEqual([code]);
      expect(log()).toEqual(["begin: One"]);
    },
  );
});

test("a start that is refused for a while becomes a message at once", async () => {
  const { surface, write, log, writer } = openWriter();
  surface.failWith(new PlatformError("rate-limited", "slow down", { retryAfterMs: 60_000 }));
  await write(live("One"));
  expect(log()).toEqual(["create: One ▌"]);
  expect(writer.pace).toBe(surface.limits);
});

test("where the end is refused for a while, its words are appended first, and nothing is said twice", async () => {
  const { surface, write, log } = openWriter();
  await write(live("One"));
  surface.failWith(new PlatformError("rate-limited", "slow down", { retryAfterMs: 60_000 }));
  await expect(write(whole("One two."))).rejects.toMatchObject({ code: "rate-limited", retryAfterMs: 60_000 });
  expect(log()).toEqual(["begin: One", "append: One two."]);
  await write(whole("One two."));
  expect(log().at(-1)).toBe("end: One two.");
});

test("an end that is refused again and again appends nothing more", async () => {
  const { surface, write, log } = openWriter();
  await write(live("One"));
  surface.failBy((kind) => (kind === "end" ? answer("rate-limited") : undefined));
  for (let tries = 0; tries < 3; tries++) {
    await expect(write(whole("One two."))).rejects.toMatchObject({ code: "rate-limited" });
  }
  expect(log()).toEqual(["begin: One", "append: One two."]);
});

test("a text whose fate is unknown is never appended again: the message is closed, and says the whole by an edit", async () => {
  const { surface, write, log } = openWriter();
  await write(live("One"));
  surface.failWith({ answerLost: answer("unavailable") });
  await expect(write(live("One two"))).rejects.toMatchObject({ code: "unavailable" });
  surface.failWith(answer("unavailable"));
  await expect(write(live("One two three"))).rejects.toMatchObject({ code: "unavailable" });
  await write(live("One two three"));
  expect(log()).toEqual(["begin: One", "append: One two", "end: One two", "edit: One two three ▌"]);
});

const failures = fc.array(
  fc.constantFrom("none", "none", "ended", "unavailable", "answer-lost", "rate-limited" as const),
  { maxLength: 30 },
);
const small: Limits = { ...testLimits, maxLength: 200 };

function toFailure(kind: WriteKind, wish: string | undefined): Failure | undefined {
  if (wish === "answer-lost") return { answerLost: answer("unavailable") };
  if (wish === "unavailable" || wish === "rate-limited") return answer(wish);
  return wish === "ended" && (kind === "append" || kind === "end") ? answer("ended") : undefined;
}

const isPassing = (error: unknown) =>
  error instanceof PlatformError && (error.code === "unavailable" || error.code === "rate-limited");

test("property: however a text arrives and whatever goes wrong, every word stands once", async () => {
  const streamings = fc.constantFrom<Streaming>("none", "controls-go", "controls-stay");
  await fc.assert(
    fc.asyncProperty(nastyMarkdown, chunkSizes, failures, streamings, async (text, sizes, wishes, streaming) => {
      const surface = createRecordingSurface(small, [], streaming);
      const left = [...wishes];
      surface.failBy((kind) => toFailure(kind, left.shift()));
      const reply = createReplyHandle(surface, [stop]);
      const tried = (write: Promise<void>) =>
        write.then(
          () => true,
          (error: unknown) => {
            if (isPassing(error)) return false;
            throw error;
          },
        );
      for (const known of beginningsOf(text, sizes)) await tried(reply.show(known));
      while (!(await tried(reply.settle(text, [goOn]))));
      const expected = split(text, small.maxLength).filter((one) => one.trim() !== "");
      expect(surface.texts).toEqual(expected);
      expect([...surface.live]).toEqual([]);
      expect(surface.contents.every((content) => !content.live && !content.controls.includes(stop))).toBe(true);
      expect(reply.messages).toHaveLength(expected.length);
    }),
    runs(500, 21),
  );
});

test("property: without failures nothing that was sent is sent again", async () => {
  await fc.assert(
    fc.asyncProperty(nastyMarkdown, chunkSizes, async (text, sizes) => {
      const surface = createRecordingSurface(small, [], "controls-go");
      const reply = createReplyHandle(surface, [stop]);
      for (const known of beginningsOf(text, sizes)) await reply.show(known);
      await reply.settle(text, [goOn]);
      expect(surface.writes.filter(({ kind }) => kind === "edit")).toEqual([]);
    }),
    runs(300, 22),
  );
});
