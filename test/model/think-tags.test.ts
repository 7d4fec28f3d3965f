import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModelEnding, ModelEvent } from "../../src/model/model-client.ts";
import { type Beginning, withoutThinkTags } from "../../src/model/think-tags.ts";

type Told = { readonly begins?: Beginning; readonly ending?: ModelEnding };

/** What is thinking and what is answer in a text that comes in such pieces. */
async function read(pieces: Iterable<string>, { begins, ending = "whole" }: Told = {}) {
  const end: ModelEvent = { kind: "end", ending };
  async function* events(): AsyncGenerator<ModelEvent> {
    for (const text of pieces) yield { kind: "text", text };
    yield end;
  }
  const read: ModelEvent[] = [];
  for await (const event of withoutThinkTags(events(), begins)) read.push(event);
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
  expect(await read([text])).toEqual({ thinking, answer });
  expect(await read(text)).toEqual({ thinking, answer });
});

describe("a closing tag that nothing opened", () => {
  const texts = [
    "Hm.\n</think>\n\nYes.",
    "```\n</think>\n```\nIt is `</think>`.",
    "</think>",
    "> </think>\n</think>\n",
  ];

  test.each(texts)("is a part of the answer: %j", async (text) => {
    expect(await read(text)).toEqual({ thinking: "", answer: text });
  });

  test("teaches nothing: the next answer is handed on as it comes, whatever ends it", async () => {
    await read(["Hm.\n</think>\n\nYes."]);
    const given: ModelEvent[] = [];
    async function* events(): AsyncGenerator<ModelEvent> {
      for (const text of ["One ", "two"]) {
        yield { kind: "text", text };
        expect(given.at(-1)).toEqual({ kind: "text", text });
      }
      throw new Error("dropped");
    }
    const reading = async () => {
      for await (const event of withoutThinkTags(events())) given.push(event);
    };
    await expect(reading()).rejects.toThrow("dropped");
  });
});

describe("where answers are set to begin with thinking", () => {
  test.each([
    ["Hm.\n</think>\n\nYes.", "Hm.\n", "Yes."],
    ["</think>Yes.", "", "Yes."],
    ["<think>Hm.</think>Yes.", "Hm.", "Yes."],
    ["\n <think>Hm.</think> Yes.", "Hm.", "Yes."],
    ["Hm.</think><think>Well.</think>Yes.", "Hm.Well.", "Yes."],
    ["Hm.</think>It is `</think>`.", "Hm.", "It is `</think>`."],
    ["<think>never closed", "never closed", ""],
    ["No", "", "No"],
    ["<thi", "", "<thi"],
  ])("%j is told apart", async (text, thinking, answer) => {
    expect(await read(text, { begins: "thinking" })).toEqual({ thinking, answer });
    expect(await read([text], { begins: "thinking" })).toEqual({ thinking, answer });
  });

  test("a whole answer without any tag is an answer, and one that was cut is none yet", async () => {
    expect((await read("No thinking.", { begins: "thinking" })).answer).toBe("No thinking.");
    expect(await read("Hm, let me", { begins: "thinking", ending: "length" })).toEqual({
      thinking: "Hm, let me",
      answer: "",
    });
  });
});

test("space without an end is not held", async () => {
  const given: ModelEvent[] = [];
  async function* events(): AsyncGenerator<ModelEvent> {
    for (let at = 0; at < 50; at += 1) yield { kind: "text", text: " ".repeat(100) };
  }
  for await (const event of withoutThinkTags(events())) given.push(event);
  expect(given.length).toBeGreaterThan(30);
});

test("property: however it is cut, the same is thought and the same is said", async () => {
  const text = fc.array(fc.constantFrom("<think>", "</think>", "<", "think", ">", "a ", "\n"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (words, length) => {
      const whole = words.join("");
      const pieces = whole.match(new RegExp(`[\\s\\S]{1,${length}}`, "g")) ?? [];
      for (const begins of ["answer", "thinking"] as const)
        expect(await read(pieces, { begins })).toEqual(await read([whole], { begins }));
    }),
    { numRuns: 500 },
  );
});
