import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelEvent } from "../../src/model/model-client.ts";
import { type ThinkingHabit, withoutThinking } from "../../src/model/thinking.ts";

const end: ModelEvent = { kind: "end", ending: "whole" };

/** What is thinking and what is answer in a text that comes in such pieces. */
const read = (...pieces: readonly string[]) => readFrom({ opensItself: false }, ...pieces);

async function readFrom(habit: ThinkingHabit, ...pieces: readonly string[]) {
  async function* events(): AsyncGenerator<ModelEvent> {
    for (const text of pieces) yield { kind: "text", text };
    yield end;
  }
  const read: ModelEvent[] = [];
  for await (const event of withoutThinking(events(), habit)) read.push(event);
  expect(read.filter(({ kind }) => kind === "end")).toEqual([end]);
  expect(read.at(-1)).toEqual(end);
  const all = (kind: ModelEvent["kind"]) =>
    read.flatMap((event) => (event.kind === kind && "text" in event ? [event.text] : [])).join("");
  return { thinking: all("reasoning"), answer: all("text") };
}

test.each([
  ["<think>\nHm.\n</think>\n\nYes.", "\nHm.\n", "Yes."],
  ["\n<think></think>Yes.", "", "Yes."],
  ["<think>never closed", "never closed", ""],
  ["No thinking.", "", "No thinking."],
  ["Say <think>this</think>.", "", "Say <think>this</think>."],
  ["<thinly veiled>", "", "<thinly veiled>"],
  ["<thi", "", "<thi"],
  ["  indented", "", "  indented"],
  ["<think>a</think>\n<think>b</think>\n\nYes.", "ab", "Yes."],
  ["<think>a</think><thin ice", "a", "<thin ice"],
  ["<think>a</think> <thi", "a", "<thi"],
  ["<think>a</think>\n", "a", ""],
  ["<think>a</think><think>never closed", "anever closed", ""],
  ["<think>a</think>b <think>c</think>", "a", "b <think>c</think>"],
])("%j, cut anywhere, is thought and said apart", async (text, thinking, answer) => {
  expect(await read(text)).toEqual({ thinking, answer });
  expect(await read(...text)).toEqual({ thinking, answer });
});

test("a server that only closes the thinking is known after one answer, and forgotten when it stops doing so", async () => {
  const habit: ThinkingHabit = { opensItself: false };
  const closing = "Hm.\n</think>\n\nYes.";
  expect(await readFrom(habit, ...closing)).toEqual({ thinking: "", answer: closing });
  expect(await readFrom(habit, ...closing)).toEqual({ thinking: "Hm.\n", answer: "Yes." });
  expect(await readFrom(habit, "<think>Hm.</think>", "Yes.")).toEqual({ thinking: "Hm.", answer: "Yes." });
  expect((await readFrom(habit, "No", " thinking.")).answer).toBe("No thinking.");
  expect(await readFrom(habit, "Yes.\n", "No.")).toEqual({ thinking: "", answer: "Yes.\nNo." });
});

test.each(["Write <think>\nand\n</think>\n", "It ends with `</think>` then.", "no tag"])(
  "an answer that speaks of the tags is no such server: %j",
  async (text) => {
    const habit: ThinkingHabit = { opensItself: false };
    await readFrom(habit, ...text);
    expect(habit.opensItself).toBe(false);
  },
);

test("property: however it is cut, the same is thought and the same is said", async () => {
  const text = fc.array(fc.constantFrom("<think>", "</think>", "<", "think", ">", "a ", "\n"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (words, length) => {
      const whole = words.join("");
      const pieces = whole.match(new RegExp(`[\\s\\S]{1,${length}}`, "g")) ?? [];
      expect(await read(...pieces)).toEqual(await read(whole));
    }),
    { numRuns: 500 },
  );
});
