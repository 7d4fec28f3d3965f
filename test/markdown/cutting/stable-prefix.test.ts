import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beginning, livePart } from "../../../src/markdown/cutting/split.ts";
import { stablePrefix } from "../../../src/markdown/cutting/stable-prefix.ts";
import { beginningAt, beginsBlock, type Reading } from "../../../src/markdown/reading/blocks.ts";
import type { Growth } from "../../../src/markdown/reading/inline-ends.ts";
import { runs } from "../../support/fuzz.ts";
import { beginningsOf, chunkSizes, nastyMarkdown } from "../../support/nasty-markdown.ts";
import { tornIn } from "../../support/well-formed.ts";

const settle = (text: string, growth: Growth) => stablePrefix(text, beginningAt(0, {}), growth);
const edited = (text: string) => livePart(text, beginning, settle(text, "edited"));
const appended = (text: string) => text.slice(0, settle(text, "appended").until);

describe("while a text grows by edits, it shows", () => {
  test.each([
    ["plain words at once", "Hello wor", "Hello wor"],
    ["bold as bold from its first letter", "a **b", "a **b**"],
    ["spans closed in their order", "a **b _c ~~d", "a **b _c ~~d~~_**"],
    ["closing signs before the white space", "a **b ", "a **b** "],
    ["no bold of which nothing is to be seen", "a **", "a "],
    ["bold that is half closed as bold", "a **b*", "a **b**"],
    ["bold that is closed as it is", "a **b** c", "a **b** c"],
    ["inline code as code", "a `b c", "a `b c`"],
    ["no span within inline code", "a `b **c", "a `b **c`"],
    ["a spoiler as a spoiler", "a ||b", "a ||b||"],
    ["signs within a word as they are", "2*3*4 a_b_c 2**3", "2*3*4 a_b_c 2**3"],
    ["a star between spaces as it is", "a * b", "a * b"],
    ["an escaped star as it is", "a \\*b", "a \\*b"],
    ["unclosed signs of an earlier paragraph as they are", "a **b\n\nc", "a **b\n\nc"],
    ["unclosed signs of an earlier list item as they are", "- a **b\n- c", "- a **b\n- c"],
    ["no half escape", "a \\", "a "],
    ["no half link", "see [the text](https://a.", "see "],
    ["no text in brackets that may become a link", "see [the text]", "see "],
    ["brackets that became no link", "see [the text] and", "see [the text] and"],
    ["a link as soon as it is whole", "see [the text](https://a.b)", "see [the text](https://a.b)"],
    ["brackets without an end", `see [${"x ".repeat(160)}`, `see [${"x ".repeat(160)}`],
    ["no half address", "see https://a.b/c", "see "],
    ["an address that ended", "see https://a.b/c ", "see https://a.b/c "],
    ["no half mention", "Hi <@123", "Hi "],
    ["a mention that is whole", "Hi <@123>", "Hi <@123>"],
    ["a comparison", "a < b", "a < b"],
    ["no half formula", "so \\(x + ", "so "],
    ["no formula over lines, though they look like a list", "so\n\\[\na\n- b\n", "so\n"],
    ["no half formula in dollars", "For $a = 1", "For "],
    ["a formula in dollars that is whole", "For $a = 1$ we", "For $a = 1$ we"],
    ["money at once", "It costs $5 and", "It costs $5 and"],
    ["a large sum at once", "It costs $1,000.50 or", "It costs $1,000.50 or"],
    ["a price range at once", "A ($$) is **good", "A ($$) is **good**"],
    ["a legend of prices at once", "- $$ – fair\n- **B", "- $$ – fair\n- **B**"],
    ["dollars without an end", `for $x ${"a ".repeat(80)}`, `for $x ${"a ".repeat(80)}`],
    ["no formula below two dollars that enclose none", "$$ \n$$\na^2\n", "$$ \n"],
    ["no formula behind dollars with words between them", "$$ a word $$y^2$$", "$$ a word "],
    ["no formula behind dollars with code between them", "$$ `c` $$y^2$$", "$$ `c` "],
    ["two dollars at the end of a line", "a b$$\n$$y", "a b$$\n"],
    ["two dollars at the end of a line at once", "see $$\nc", "see $$\nc"],
    ["a formula that is whole", "so \\(x\\)", "so \\(x\\)"],
    ["no marker without its item", "a\n- ", "a\n"],
    ["no marker of an item that begins with half a link", "a\n2. [b](http", "a\n"],
    ["no marker of an item in which only bold has begun", "a\n- **", "a\n"],
    ["a marker with the first letter of its item", "a\n- **b", "a\n- **b**"],
    ["no exclamation mark that may make a picture of a link", "Wow!", "Wow"],
    ["an exclamation mark that is one", "Wow! ", "Wow! "],
    ["no half picture", "Wow ![a cat](https://a.", "Wow "],
    ["no number that may become an item's", "a\n12", "a\n"],
    ["numbers at once, but for the last", "1 2 3 4", "1 2 3 4"],
    ["numbers at the start of a line", "a\n42 is", "a\n42 is"],
    ["numbers in an item", "- 1 2", "- 1 2"],
    ["a number in a quotation, once a space follows", "> 42 ", "> 42 "],
    ["no marker of an item within a number's item", "1. 2", ""],
    ["no opening fence without code", "a\n```ts\n", "a\n"],
    ["code in a closed block", "a\n```ts\nb", "a\n```ts\nb\n```"],
    ["no line that may close the block", "a\n```ts\nb\n``", "a\n```ts\nb\n```"],
    ["code that merely began like a fence", "a\n```ts\nb\n``c", "a\n```ts\nb\n``c\n```"],
    ["no header before the next line decides", "a\n\n| b | c |\n|--", "a\n\n"],
    ["a table as soon as it is one", "| b | c |\n|---|---|\n", "| b | c |\n|---|---|\n"],
    ["no header in a list before the next line decides", "- a\n    | b | c |\n    |--", "- a\n"],
    ["no half row in a list", "- a\n    | b |\n    |---|\n    | 1", "- a\n    | b |\n    |---|\n"],
    ["no half row", "| b | c |\n|---|---|\n| 1 | ", "| b | c |\n|---|---|\n"],
    ["a row with a bar that is no table", "| b | c |\nd", "| b | c |\nd"],
    ["no man before he is a family", "a 👨‍", "a "],
    ["no emoji that may get a colour", "a 👍", "a "],
    ["an emoji that is followed by something", "a 👍🏽 ", "a 👍🏽 "],
  ])("%s", (_, text, shown) => expect(edited(text)).toBe(shown));
});

describe("while a text grows by appending, it shows", () => {
  test.each([
    ["plain words at once", "Hello wor", "Hello wor"],
    ["bold once it is closed", "a **b c** d", "a **b c** d"],
    ["nothing of bold that is open", "a **b c", "a "],
    ["nothing of code that is open", "a `b c", "a "],
    ["no marker of an item that begins with open bold", "a\n2. **b c", "a\n"],
    ["no exclamation mark that may make a picture of a link", "Wow!", "Wow"],
    ["signs that stayed open for long", `a **${"b ".repeat(50)}`, `a **${"b ".repeat(50)}`],
    ["code that stayed open for long", `a \`${"b ".repeat(50)}c`, `a \`${"b ".repeat(50)}c`],
    ["no half link", "see [the text](https://a.", "see "],
  ])("%s", (_, text, shown) => expect(appended(text)).toBe(shown));
});

describe.each(["edited", "appended"] as const)("property: a text that is %s", (growth) => {
  test("never takes back what it showed, and shows the same however it came", () => {
    fc.assert(
      fc.property(nastyMarkdown, chunkSizes, (text, sizes) => {
        let shown = 0;
        let reading: Reading = beginningAt(0, {});
        for (const known of beginningsOf(text, sizes)) {
          const now = stablePrefix(known, reading, growth);
          expect(now.until).toBeGreaterThanOrEqual(shown);
          expect(now.until).toBe(settle(known, growth).until);
          if (growth === "appended") expect(now.until).toBeLessThanOrEqual(settle(known, "edited").until);
          ({ reading, until: shown } = now);
        }
      }),
      runs(500, 31),
    );
  });
});

test("property: what is shown on the way reads well", () => {
  fc.assert(
    fc.property(nastyMarkdown, chunkSizes, (text, sizes) => {
      for (const known of beginningsOf(text, sizes)) {
        const shown = settle(known, "edited");
        // A whole line that waits, or an item's marker, has ended the paragraph above it: what is open there never was a span.
        const waiting = known.slice(shown.until);
        if (waiting.includes("\n") || beginsBlock(waiting, beginningAt(0, {}))) continue;
        const live = livePart(known, beginning, shown);
        const added = live.length > shown.until;
        expect(tornIn(live, known.length - shown.until, added), JSON.stringify(known)).toBeUndefined();
      }
    }),
    runs(500, 32),
  );
});

test("looks at the last paragraph alone, however long the text before it is", () => {
  const long = "Some **bold** words.\n\n".repeat(2_000);
  const { reading } = settle(long, "edited");
  expect(reading).toMatchObject({ at: long.length, block: long.length });
  const forgotten = "?".repeat(long.length);
  const { until, closers } = stablePrefix(`${forgotten}And a **b`, reading, "edited");
  expect(until).toBe(long.length + 9);
  expect(closers).toBe("**");
});
