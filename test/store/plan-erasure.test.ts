import { expect, test } from "vitest";
import { type ErasureMark, planErasure } from "../../src/store/plan-erasure.ts";

const marks: Readonly<Record<string, ErasureMark>> = {
  t: "theirs",
  q: "quotes them",
  o: "another's",
  a: "answer",
  f: "forgotten",
};

const forgotten = (thread: string) => {
  const { messages, answers, quotes, everything } = planErasure(
    new Map([...thread].map((letter, at) => [at, marks[letter] ?? "forgotten"])),
  );
  return { messages, answers, quotes, everything };
};

test.each([
  ["", [], [], true],
  ["ta", [0], [1], true],
  ["ataa", [1], [0, 2, 3], true],
  ["oa", [], [], false],
  ["taoa", [0], [1], false],
  ["oata", [2], [3], false],
  // Said while nobody answered, it was in view of the next answer.
  ["toa", [0], [2], false],
  ["ota", [1], [2], false],
  // Only until the bot has answered it.
  ["taoaoa", [0], [1], false],
  ["taaoa", [0], [1, 2], false],
  ["faoa", [], [], false],
])("of %j go the messages %j and the answers %j; everything: %j", (thread, messages, answers, everything) => {
  expect(forgotten(thread)).toEqual({ messages, answers, quotes: [], everything });
});

test("a turn that quotes them stays without the quote, and the answer to it goes", () => {
  expect(forgotten("qaoa")).toEqual({ messages: [], answers: [1], quotes: [0], everything: false });
});

test("turns count in the order of their numbers, however they were found", () => {
  const found = new Map<number, ErasureMark>([
    [10, "answer"],
    [0, "theirs"],
    [2, "another's"],
    [1, "answer"],
  ]);
  expect(planErasure(found)).toMatchObject({ messages: [0], answers: [1] });
});
