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

describe("thinking in other tags", () => {
  test.each([
    ["<Think>Hm.</Think>Yes.", "Hm.", "Yes."],
    ["<thinking>\nHm.\n</thinking>\n\nYes.", "\nHm.\n", "Yes."],
    ["<thought>Hm.</thought>Yes.", "Hm.", "Yes."],
    ["<reasoning>Hm.</reasoning>Yes.", "Hm.", "Yes."],
    ["<seed:think>Hm.</seed:think>Yes.", "Hm.", "Yes."],
    ["[THINK]Hm.[/THINK]Yes.", "Hm.", "Yes."],
    ["◁think▷Hm.◁/think▷Yes.", "Hm.", "Yes."],
    ["<|channel>thought\nHm.<channel|>Yes.", "\nHm.", "Yes."],
    ["<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.", "Hm.", "Yes."],
    ["<|start|>assistant<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>Yes.", "Hm.", "Yes."],
    ["<|channel|>final<|message|>Yes.", "", "Yes."],
    ["[THINK]never closed", "never closed", ""],
    ["<thinking>Hm.</think>Yes.", "", "<thinking>Hm.</think>Yes."],
    ["<thought>is a root tag", "", "<thought>is a root tag"],
    ["[thin air]", "", "[thin air]"],
    ["<reasons>", "", "<reasons>"],
    ["İ<think>no</think>", "", "İ<think>no</think>"],
  ])("%j, cut anywhere, is thought and said apart", async (text, thinking, answer) => {
    for (const pieces of [[text], text]) {
      const told = await read(pieces);
      expect(told.answer).toBe(answer);
      if (answer !== text) expect(told.thinking).toBe(thinking); // else it was taken for thinking until the end
    }
  });

  test("is none where the model had its say and closed nothing, and is none yet where it was cut", async () => {
    expect((await read("<thinking>Hm", { ending: "length" })).answer).toBe("");
    expect((await read("<thinking>Hm")).answer).toBe("<thinking>Hm");
  });
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
  const text = fc.array(
    fc.constantFrom("<think>", "</think>", "<thought>", "</thought>", "<", "think", ">", "a ", "\n"),
    { maxLength: 12 },
  );
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
