import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutEndMarks } from "../../src/model/end-marks.ts";
import type { ModelEvent } from "../../src/model/model-client.ts";

async function read(pieces: Iterable<string>, error?: Error): Promise<string> {
  async function* events(): AsyncGenerator<ModelEvent> {
    for (const text of pieces) yield { kind: "text", text };
    if (error !== undefined) throw error;
    yield { kind: "end", ending: "whole" };
  }
  let said = "";
  try {
    for await (const event of withoutEndMarks(events())) if (event.kind === "text") said += event.text;
  } catch (thrown) {
    expect(thrown).toBe(error);
  }
  return said;
}

test.each([
  ["Yes.<|im_end|>", "Yes."],
  ["Yes.</s>", "Yes."],
  ["Yes.<|eot_id|><|eot_id|>\n", "Yes."],
  ["Yes.<end_of_turn>\n<eos>", "Yes."],
  ["Yes.\n<|endoftext|>", "Yes.\n"],
  ["<|im_end|>", ""],
  ["Yes. <|im_e", "Yes. <|im_e"],
  ["a < b", "a < b"],
  ["a <", "a <"],
  ["`<|im_end|>` ends a turn", "`<|im_end|>` ends a turn"],
  ["`</s>`", "`</s>`"],
  ["<s>old</s> new", "<s>old</s> new"],
  ["</s><|im_start|>user", "</s><|im_start|>user"],
])("%j, cut anywhere, says %j", async (text, said) => {
  expect(await read([text])).toBe(said);
  expect(await read(text)).toBe(said);
  expect(await read(text, new Error("dropped"))).toBe(said);
});

test("property: however it is cut, the same is said", async () => {
  const text = fc.array(fc.constantFrom("<|im_end|>", "</s>", "<", "</", "|>", "a", "\n", " "), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(text, async (words) => {
      expect(await read(words.join(""))).toBe(await read([words.join("")]));
    }),
    { numRuns: 500 },
  );
});

test("what may be an end is held, and no more", async () => {
  const given: string[] = [];
  async function* events(): AsyncGenerator<ModelEvent> {
    for (let at = 0; at < 500; at += 1) yield { kind: "text", text: at % 2 === 0 ? "</s>" : "   " };
  }
  for await (const event of withoutEndMarks(events())) if (event.kind === "text") given.push(event.text);
  expect(given.join("").length).toBeGreaterThan(500);
});
