import { describe, expect, test } from "vitest";
import { check, type State } from "./correctness.ts";
import { richText } from "./texts.ts";

const answer = "Hello **bold** world, see [the guide](https://example.org/guide).\n\n```ts\nconst a = 1;\n```\n\nDone.";

const states = (...texts: readonly string[]): readonly State[] => texts.map((text, at) => ({ at, text }));
const faultsOf = (...messages: readonly (readonly State[])[]) =>
  check(answer, messages).faults.map(({ fault }) => fault);

describe("an answer is right", () => {
  test("where it grows to its end, with a cursor, a placeholder and markup that is closed early", () => {
    expect(
      faultsOf(
        states("…", "Hello **bo** ▌", "Hello **bold** world, see the gui▌", `${answer.slice(0, -12)}\n\`\`\`▌`, answer),
      ),
    ).toEqual([]);
  });

  test("where it stands in several messages, the later ones with a code block that is opened again", () => {
    const text = "One.\n\n```ts\nconst a = 1;\nconst b = 2;\n```\n\nTwo.";
    const [first, second] = ["One.\n\n```ts\nconst a = 1;\n```", "```ts\nconst b = 2;\n```\n\nTwo."];
    const later = [{ at: 5, text: second }];
    expect(check(text, [states("One.", first), later]).faults).toEqual([]);
  });

  test("where the platform shows links its own way", () => {
    expect(
      faultsOf(
        states(answer.replace("[the guide](https://example.org/guide)", "<https://example.org/guide|the guide>")),
      ),
    ).toEqual([]);
  });

  test("where a text that only grows leaves a block open meanwhile", () => {
    const open = { at: 0, text: "Hello **bold** world, see the guide.\n\n```ts\ncon", grows: true };
    expect(faultsOf([open, { at: 1, text: answer }])).toEqual([]);
  });
});

describe("a fault is found", () => {
  test.each([
    ["another text", states("Hello bald", answer)],
    ["another text", states("Hello world", answer)],
    ["shrank", states("Hello **bold** world", "Hello **bold**", answer)],
    ["shrank", states("Hello", "…", answer)],
    ["open fence", states(answer.slice(0, -11), answer)],
    ["half a link", states("Hello **bold** world, see [the guide](https://exam", answer)],
    ["open emphasis", states("Hello **bo", answer)],
    ["incomplete", states("Hello **bold** world")],
  ])("%s, %#", (fault, messages) => {
    expect(faultsOf(messages)).toEqual([fault]);
  });

  test("where nothing was written at all", () => {
    expect(faultsOf()).toEqual(["incomplete"]);
  });

  test("where a later message begins before the one above it is full", () => {
    const above = [
      { at: 0, text: "One" },
      { at: 2, text: "One two" },
    ];
    expect(check("One two three", [above, [{ at: 1, text: "three" }]]).faults).toMatchObject([
      { fault: "another text", at: 1 },
    ]);
  });

  test("where two messages stand in the wrong order", () => {
    expect(check("One two", [states("two"), states("One")]).faults.map(({ fault }) => fault)).toContain("another text");
  });
});

test("the Markdown of the benchmark is right in the form in which it was written", () => {
  expect(check(richText().join(""), [states(richText().join(""))]).faults).toEqual([]);
});
