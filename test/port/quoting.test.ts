import { expect, test } from "vitest";
import { quoted, quoteHeading, withoutMarkup } from "../../src/port/index.ts";

test.each([
  ["What circles the earth?", "What circles the earth?"],
  ["**Notice** of the _admins_", "\\*\\*Notice\\*\\* of the \\_admins\\_"],
  ["`code` ~~gone~~ ||hidden||", "\\`code\\` \\~\\~gone\\~\\~ \\|\\|hidden\\|\\|"],
  ["# Heading", "\\# Heading"],
  ["[the form](https://evil.example)", "[the form\\](https://evil.example)"],
  ["<https://a.example|b> <@1> <!channel>", "\\<https://a.example\\|b\\> \\<@1\\> \\<!channel\\>"],
  ["\\*not so", "\\\\\\*not so"],
  ["snake_case and https://a.example/b_c", "snake_case and https://a.example/b_c"],
])("%s is no markup as %s", (text, plain) => {
  expect(withoutMarkup(text)).toBe(plain);
});

test("a heading is one line, in which nothing is markup", () => {
  expect(quoteHeading("One\n\n# Two\r\n> **three**")).toBe("> One \\# Two \\> \\*\\*three\\*\\*");
});

test.each(["\n", "\r\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029"])("a quotation goes on behind %j", (end) => {
  expect(quoted(`one${end}two${end}${end}three`)).toBe("> one\n> two\n> \n> three");
});
