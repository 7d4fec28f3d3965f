import { describe, expect, test } from "vitest";
import { sentences } from "../../src/sentences/sentences.ts";

/** Every text of the catalogue that needs nothing to fill it in, with its key. */
function textsIn(part: object, path = ""): readonly (readonly [string, string])[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    const here = path === "" ? key : `${path}.${key}`;
    if (typeof value === "string") return [[here, value] as const];
    return typeof value === "object" && value !== null ? textsIn(value, here) : [];
  });
}

const texts = textsIn(sentences);

describe("a count has its form", () => {
  test.each([
    [1, "1 question that waited here will not be answered."],
    [2, "2 questions that waited here will not be answered."],
    [1_200, "1,200 questions that waited here will not be answered."],
  ])("%i", (count, expected) => expect(sentences.answers.dropped(count)).toContain(expected));

  test.each([
    [1, "1 message, about 2 tokens"],
    [34, "34 messages, about 2 tokens"],
  ])("of messages: %i", (count, expected) =>
    expect(sentences.commands.context.wordForWord(count, 2)).toContain(expected),
  );
});

test.each([
  [1.5, "$1.50"],
  [0.25, "$0.25"],
  [0.01, "$0.01"],
  [0.0042, "$0.0042"],
  [0.000_123_4, "$0.00012"],
  [2_000, "$2,000.00"],
])("%d dollars are %s, with two digits that say something", (value, expected) => {
  expect(sentences.refusals.limits.dollars(value)).toBe(expected);
});

test.each([
  [0, 1, "I did not get your file. Send it in another message."],
  [0, 7, "I got none of your 7 files. Send them in another message."],
  [1, 2, "I got only the first of your 2 files. Send the rest in another message."],
  [5, 6, "I got only the first 5 of your 6 files. Send the rest in another message."],
])("of files that are left out it is said how many came: %i of %i", (read, all, expected) => {
  expect(sentences.answers.filesLeftOut(read, all)).toBe(expected);
});

test("what stands in the place of a file's note is a sentence like it, and no longer", () => {
  const { attached } = sentences.answers;
  for (const note of [attached.code, attached.table, sentences.discord.mayNotAttach])
    expect(note).toMatch(/^[A-Z].*\.$/);
  const shortest = Math.min(attached.code.length, attached.table.length);
  expect(sentences.discord.mayNotAttach.length).toBeLessThanOrEqual(shortest);
});

test("what Slack's form lets people choose is within its 75 characters", () => {
  const { scopes } = sentences.slack.form;
  for (const label of Object.values(scopes)) expect(label.length).toBeLessThanOrEqual(75);
});

test("the catalogue is found", () => expect(texts.length).toBeGreaterThan(150));

test("no text warns by itself: the sign stands before what went wrong, where that is told", () => {
  expect(texts.filter(([, text]) => text.includes("⚠"))).toEqual([]);
});

test("no text is left half written: nothing empty, doubled or unbalanced", () => {
  for (const [key, text] of texts) {
    expect(text.trim(), key).not.toBe("");
    expect(text, key).not.toMatch(/ {2}|\.\.|\s[.,;]|undefined|\$\{/);
    expect((text.match(/“/g) ?? []).length, key).toBe((text.match(/”/g) ?? []).length);
    expect((text.match(/`/g) ?? []).length % 2, key).toBe(0);
  }
});

test("sentences are short enough to be understood at first reading", () => {
  const wordy = texts.flatMap(([key, text]) =>
    text
      .split(/[.?!:;] /)
      .filter((sentence) => sentence.split(" ").length > 30)
      .map((sentence) => `${key}: ${sentence}`),
  );
  expect(wordy).toEqual([]);
});
