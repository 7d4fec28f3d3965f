import { expect, test } from "vitest";
import { toText, toThreadName } from "../../../adapters/discord/format.ts";

test.each([
  ["What is C#?", "What is C#?"],
  ["rename my_snake_var", "rename my_snake_var"],
  ["see https://x.y/a_b_c", "see https://x.y/a_b_c"],
  ["**Bold** and `code`", "Bold and code"],
  ["# A heading\n> and a quote", "A heading and a quote"],
  ["||Snape did it|| right?", "… right?"],
  ["", "Chat with Ann"],
  ["🙂", "🙂"],
])("a thread asked %j is called %j", (text, name) => expect(toThreadName(text, "Ann")).toBe(name));

test("a thread's name has at most 100 characters and ends at a word", () => {
  const name = toThreadName("word ".repeat(60), "Ann");
  expect(name.length).toBeLessThanOrEqual(100);
  expect(name.endsWith("word…")).toBe(true);
});

const names = { user: (id: string) => (id === "1" ? "Ann" : undefined), channel: () => "general", role: () => "mods" };

test.each([
  ["<@9> hello", "hello"],
  ["<@!9>, hello", "hello"],
  ["hello <@9>", "hello"],
  ["is <@9> here", "is <@9> here"],
  ["ask <@1> in <#5> or <@&6>", "ask @Ann in #general or @mods"],
  ["who is <@2>", "who is <@2>"],
  ["<:wave:123> and <a:dance:4>", ":wave: and :dance:"],
])("%j is read as %j", (content, text) => expect(toText(content, ["<@9>", "<@!9>"], names)).toBe(text));
