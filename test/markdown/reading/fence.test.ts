import { expect, test } from "vitest";
import { closed, closingRoom, openFence } from "../../../src/markdown/reading/fence.ts";

test.each([
  ["prose", "Just words.", undefined],
  ["a block", "```\ncode", { marker: "```", opening: "```\n" }],
  ["a block with a language", "```ts\ncode", { marker: "```", opening: "```ts\n" }],
  ["only the language of a longer line", '```ts title="a.ts"\ncode', { marker: "```", opening: "```ts\n" }],
  ["no language that is too long to repeat", `\`\`\`${"x".repeat(25)}\ncode`, { marker: "```", opening: "```\n" }],
  ["tildes", "~~~\ncode", { marker: "~~~", opening: "~~~\n" }],
  ["a longer marker", "````md\ncode", { marker: "````", opening: "````md\n" }],
  ["a block in a list", "- ```sh\n  ls", { marker: "```", opening: "```sh\n" }],
  ["a block in a quotation, which ends with it", "> ```sh\n> ls", undefined],
  ["a line of ten tildes", "~~~~~~~~~~\ntext", undefined],
  ["a line with a carriage return", "```ts\r\ncode", { marker: "```", opening: "```ts\n" }],
  ["a block that is closed", "```\ncode\n```", undefined],
  ["a block closed by a longer marker", "```\ncode\n`````", undefined],
  ["a block that a shorter marker does not close", "````\ncode\n```", { marker: "````", opening: "````\n" }],
  ["a block that tildes do not close", "```\ncode\n~~~", { marker: "```", opening: "```\n" }],
  ["a block that a marker with a language does not close", "```\n```ts", { marker: "```", opening: "```\n" }],
  ["code on one line", "```inline```", undefined],
  ["two backticks", "``\ncode", undefined],
  ["a marker in mid-line", "see ```\ncode", undefined],
  ["a second block", "```\na\n```\ntext\n```py\nb", { marker: "```", opening: "```py\n" }],
])("knows what is open after %s", (_, text, fence) => expect(openFence(text)).toEqual(fence));

test("a text that goes on in an open block knows it", () => {
  const open = { marker: "```", opening: "```ts\n" };
  expect(openFence("more code", open)).toEqual(open);
  expect(openFence("more code\n```\nprose", open)).toBeUndefined();
});

test.each([
  ["on a line of its own", "```\ncode", "```\ncode\n```"],
  ["without an empty line before it", "```\ncode\n", "```\ncode\n```"],
  ["with its own marker", "~~~~\ncode", "~~~~\ncode\n~~~~"],
  ["only where one is open", "prose", "prose"],
])("closes a block %s", (_, text, expected) => expect(closed(text, openFence(text))).toBe(expected));

test("closing never takes more room than is kept for it", () => {
  for (let length = 3; length <= 12; length++) {
    const text = `${"`".repeat(length)}\ncode`;
    expect(closed(text, openFence(text)).length - text.length).toBeLessThanOrEqual(closingRoom);
  }
});
