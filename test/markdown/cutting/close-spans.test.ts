import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closeSpans } from "../../../src/markdown/cutting/close-spans.ts";
import { stablePrefix } from "../../../src/markdown/cutting/stable-prefix.ts";
import { beginningAt } from "../../../src/markdown/reading/blocks.ts";
import { runs } from "../../support/fuzz.ts";
import { nastyMarkdown } from "../../support/nasty-markdown.ts";
import { growthOf, linearGrowth } from "../growth.ts";

describe("of an answer that broke off", () => {
  test.each([
    ["bold is closed", "A **bold wor", "A **bold wor**"],
    ["spans are closed in their order", "A **bold _and", "A **bold _and_**"],
    ["a span is closed before the white space at its end", "A **bold \n\n", "A **bold** \n\n"],
    ["inline code is closed", "Run `npm in", "Run `npm in`"],
    ["a span that is closed stays", "A **bold**", "A **bold**"],
    ["a span that is half closed is closed", "A **bold*", "A **bold**"],
    ["a span of which nothing came is gone", "A **", "A "],
    ["half an escape is gone", "A **b\\", "A **b**"],
    ["a link without its address is its label", "See [the docs](https://exam", "See [the docs]"],
    ["a link in bold is both", "See **the [docs](https://exam.org/a_(b", "See **the [docs]**"],
    ["half a label stays", "See **the [do", "See **the [do**"],
    ["half an address stays", "See **https://exam", "See **https://exam**"],
    ["an open code block is left alone", "```ts\na **b", "```ts\na **b"],
    ["a code block that has only begun is left alone", "a\n```ts\n", "a\n```ts\n"],
    ["a line that may be a table's is left alone", "**b\n| a |\n", "**b\n| a |\n"],
    ["signs that are no spans stay", "2 * 3 snake_case", "2 * 3 snake_case"],
  ])("%s", (_, text, expected) => expect(closeSpans(text)).toBe(expected));

  test("property: nothing that was shown is taken off, and no letter is added", () => {
    fc.assert(
      fc.property(nastyMarkdown, fc.nat(), (whole, length) => {
        const text = whole.slice(0, length % (whole.length + 1)).toWellFormed();
        const { until } = stablePrefix(text, beginningAt(0, {}), "edited");
        const said = closeSpans(text);
        expect(said.startsWith(text.slice(0, until).trimEnd())).toBe(true);
        expect(lettersOf(text).startsWith(lettersOf(said))).toBe(true);
      }),
      runs(500, 71),
    );
  });

  test.each(["**a ", "[", "](", "[a](", "*", "\\", "`` ` "])("nothing but %j takes linear time", async (sign) => {
    expect(await growthOf(closeSpans, (length) => `[x](${sign.repeat(length / sign.length)}`)).toBeLessThan(
      linearGrowth,
    );
  });
});

const lettersOf = (text: string) => text.replace(/[^A-Za-z0-9]/g, "");
