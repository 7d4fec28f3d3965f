import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { render } from "../../../src/markdown/drawing/render.ts";
import { textWidth } from "../../../src/markdown/drawing/text-width.ts";
import { codeSpans } from "../../../src/markdown/reading/code-spans.ts";
import { fenceAfter } from "../../../src/markdown/reading/fence.ts";
import { runs } from "../../support/fuzz.ts";
import { markdown, native, plain, slack } from "../dialects.ts";
import { growthOf, linearGrowth } from "../growth.ts";

const drawn = (text: string) => render(text, plain);
const table = (text: string) => drawn(text).split("\n").slice(1, -1);

describe("a table", () => {
  test("is aligned text in a code block, with a rule below its header", () => {
    expect(drawn("| Name | Age |\n|------|----:|\n| Ann | 7 |\n| Benjamin | 10 |")).toBe(
      ["```", "Name      Age", "────────  ───", "Ann         7", "Benjamin   10", "```"].join("\n"),
    );
  });

  test("is left to a platform that draws tables", () => {
    const text = "| Name | Age |\n|------|----:|\n| Ann | 7 |";
    expect(render(text, slack)).toBe(text);
  });

  test("stands between its paragraphs", () => {
    expect(drawn("Before\n| a |\n|---|\nAfter")).toBe("Before\n```\na\n─\n```\nAfter");
  });

  test("in a list stays in its item", () => {
    const text = "1. Choose:\n\n    | a | b |\n    |---|---|\n    | 1 | 2 |\n\n2. Go";
    const block = ["```", "a  b", "─  ─", "1  2", "```"].map((line) => `    ${line}`).join("\n");
    expect(drawn(text)).toBe(`1. Choose:\n\n${block}\n\n2. Go`);
  });

  test.each([
    ["to the left", "|:---|", "ab  │"],
    ["to the right", "|---:|", "  ab│"],
    ["in the middle", "|:--:|", " ab │"],
  ])("aligns a column %s", (_, dashes, row) => {
    const text = `| long | x |\n${dashes.slice(0, -1)}|---|\n| ab | │ |`;
    expect(table(text)[2]?.replace("  │", "│")).toBe(row);
  });

  test.each([
    ["bold and italics", "**a** *b* _c_ ~~d~~ ***e*** __f__", "a b c d e f"],
    [
      "names that code has",
      "__init__ (__all__, **__a_b2__**) __Bold__ __two words__",
      "__init__ (__all__, __a_b2__) Bold two words",
    ],
    ["signs that stand alone", "2 * 3 ** 4 snake_case_name", "2 * 3 ** 4 snake_case_name"],
    ["signs behind backslashes", "\\*a\\* \\_b\\_", "*a* _b_"],
    ["code", "`a*b*` and ``x`y``", "a*b* and x`y"],
    ["bold around code", "**use `x` now**", "use x now"],
    ["a bar in code", "`a|b`", "a|b"],
    ["a bar behind a backslash", "a \\| b", "a | b"],
    ["a link", "[docs](https://x.y/a_b_(c))", "docs (https://x.y/a_b_(c))"],
    ["a link on code", "[`f`](https://x.y)", "f (https://x.y)"],
    ["a link that is its own label", "[https://x.y](https://x.y)", "https://x.y"],
    ["an address in brackets", "<https://x.y>", "https://x.y"],
    ["a picture", "![cat](https://x.y)", "cat (https://x.y)"],
    ["a break", "a<br>b<br/>c", "a b c"],
    ["a formula", "$x_1*y_1*z$ \\(a\\)", "x_1*y_1*z a"],
  ])("shows of %s only the words", (_, cell, words) => {
    const wide = { ...plain, tables: { maxWidth: 200 } };
    expect(render(`| h |\n|---|\n| ${cell} |`, wide).split("\n")[3]).toBe(words);
  });

  test("counts two columns for East Asian letters and emoji", () => {
    const lines = table("| a | b |\n|---|---|\n| 漢字 | x |\n| 👍🏽 | x |\n| é | x |\n| 👨‍👩‍👧‍👦 | x |");
    const columns = lines.filter((line) => line.endsWith("x")).map((line) => textWidth(line));
    expect(columns).toEqual([7, 7, 7, 7]);
  });

  test("too wide has its widest columns clipped, the others whole", () => {
    const lines = table(`| id | text | more |\n|--|--|--|\n| 12345 | ${"word ".repeat(20)}| ${"x".repeat(50)} |`);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(40);
    expect(lines[2]).toBe("12345  word word word…  xxxxxxxxxxxxxx…");
  });

  test("of more columns than fit has its lines clipped", () => {
    const lines = table(`${"| head ".repeat(20)}|\n${"|---".repeat(20)}|\n${"| cell ".repeat(20)}|`);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(40);
    expect(lines[0]?.startsWith("he…  he…")).toBe(true);
    expect(lines[0]?.endsWith("…")).toBe(true);
  });

  test("that is still being written has empty cells for what is missing", () => {
    expect(table("| a | b | c |\n|---|---|---|\n| 1 | 2")).toEqual(["a  b  c", "─  ─  ─", "1  2"]);
    expect(table("| a | b |\n|---|---|")).toEqual(["a  b", "─  ─"]);
  });

  test("keeps cells that its header has no column for", () => {
    expect(table("| a |\n|---|\n| 1 | 2 |")[2]).toBe("1  2");
  });

  test("with backticks in a cell does not end the block", () => {
    const text = drawn("| a |\n|---|\n| \\``` b |\n| ```` |");
    expect(text.match(/```/g)).toHaveLength(2);
    expect(text).toContain("b");
  });

  test("keeps stars and underscores within words", () => {
    expect(table("| a |\n|---|\n| 2*3*4 *b* a_b_c |")[2]).toBe("2*3*4 b a_b_c");
  });

  test.each([
    ["without dashes", "| a |\n| b |"],
    ["with more dashes than cells", "| a |\n|---|---|"],
    ["in a quotation", "> | a |\n> |---|"],
  ])("is none %s", (_, text) => expect(drawn(text)).toBe(text));
});

describe("on a platform with plain Markdown", () => {
  test.each([
    ["a deep heading", "#### Title", "**Title**"],
    ["a deep heading that is bold", "#### **Title**", "**Title**"],
    ["a deep heading with bold in it", "##### A **b** `c**d`", "**A b `c**d`**"],
    ["a heading with closing hashes", "  ## Title ##  ", "## Title"],
    ["a heading about C#", "## C#", "## C#"],
    ["a heading in a quotation", "> #### Title", "> **Title**"],
    ["an underlined title", "Title\n===\ntext", "# Title\ntext"],
    ["a title underlined with dashes", "text\n\nTitle\n---", "text\n\n## Title"],
    ["dashes below a sentence", "Hope that helps!\n---\n## More", `Hope that helps!\n${"─".repeat(20)}\n## More`],
    ["dashes below a question in brackets", "(Or not?)\n---", `(Or not?)\n${"─".repeat(20)}`],
    ["dashes below bold", "a\n\n**Note** this\n---\nb", `a\n\n**Note** this\n${"─".repeat(20)}\nb`],
    ["a sentence underlined with equal signs", "What is it?\n===", "# What is it?"],
    ["a rule", "a\n\n---\n\nb", `a\n\n${"─".repeat(20)}\n\nb`],
    ["a rule of stars", "* * *", "─".repeat(20)],
    ["a plus", "+ a\n  + b", "- a\n  - b"],
    ["a number with a bracket", "1) a\n2) b", "1. a\n2. b"],
    ["tasks", "- [ ] a\n* [x] b", "- ☐ a\n* ☑ b"],
    ["a picture", "See ![a cat](https://x.y/cat.png)!", "See [a cat](https://x.y/cat.png)!"],
    ["a picture without a label", "![](https://x.y/cat.png)", "https://x.y/cat.png"],
    ["a break", "a<br>b<br />c", "a\nb\nc"],
    ["a break in a quotation", "> a<br>b", "> a\n> b"],
    [
      "a longer fence that holds a shorter one",
      "````md\n```js\n1\n```\n````",
      "```md\n`\u2060`\u2060`js\n1\n`\u2060`\u2060`\n```",
    ],
    ["a fence within a fence", "```md\n```js\n1\n```", "```md\n`\u2060`\u2060`js\n1\n```"],
    ["a fence of tildes", "~~~py\na = 1\n~~~", "```py\na = 1\n```"],
  ])("%s is drawn with what there is", (_, text, expected) => expect(drawn(text)).toBe(expected));

  test.each([
    ["a hash without a space", "#### \n#tag\n####"],
    ["a list", "- a\n  - b\n* c\n1. d"],
    ["a line of prose over dashes", "one line\nand another\n----- ?"],
    ["bars in prose", "a | b\nc || d"],
    ["bold at the start of a line", "**Title** and\n*more*"],
    ["code in a quotation", "> So:\n> ```bash\n> - [ ] x\n> ---\n>\n> + a $x^2$ <br> ![a](b)\n> ```"],
    ["code in a quotation in a quotation", "> > ```\n> > + a\n> > > + b\n> > ```"],
    ["code in a quotation that ends with it", "> ```\n> + a\nText"],
  ])("%s stays", (_, text) => expect(drawn(text)).toBe(text));

  test("what follows code in a quotation is drawn again", () => {
    expect(drawn("> ```\n> + a\n> ```\n> + b")).toBe("> ```\n> + a\n> ```\n> - b");
    expect(drawn("> ```\n> + a\n+ b")).toBe("> ```\n> + a\n- b");
    expect(drawn("> > ```\n> > + a\n> + b")).toBe("> > ```\n> > + a\n> - b");
  });
});

describe("a formula", () => {
  test.each([
    ["between brackets", "so \\(a_1 * b_1\\) is", "so `a_1 * b_1` is"],
    ["on a line of its own", "\\[ E = mc^2 \\]", "`E = mc^2`"],
    ["between two dollars on one line", "$$ x $$", "`x`"],
    ["between dollars with a sign of formulas", "so $x^2$, $\\pi$ and $a=b$.", "so `x^2`, `\\pi` and `a=b`."],
    ["over several lines", "$$\n\\frac{a}{b}\n= c\n$$", "```tex\n\\frac{a}{b}\n= c\n```"],
    ["over several lines, with text around it", "so\n\\[ a\n+ b \\].\nso", "so\n```tex\n a\n+ b\n```\n.\nso"],
    ["over several lines, with two dollars behind it", "$$\na\n= b $$ $$ z $$", "```tex\na\n= b\n```\n$$ z $$"],
    ["in a list", "- \\[\n  a\n  \\]\n- b", "- ```tex\n  a\n  ```\n- b"],
    ["beside another", "\\(a\\)\\(b\\)", "`a` `b`"],
    ["in a heading", "## The $x^2$ law", "## The `x^2` law"],
  ])("%s is code", (_, text, expected) => {
    expect(render(text, slack)).toBe(expected);
    expect(render(text, native)).toBe(text);
  });

  test.each([
    ["money", "$5 and $10"],
    ["sums and signs", "$20/month_b$ and $5 for a_b$"],
    ["money with a sign", "from $5 (= 4 €) to $6"],
    ["variables", "$HOME/my_dir and $FOO_BAR=$BAZ"],
    ["a letter", "$y$-axis"],
    ["an amount with a currency", "US$5_000$"],
    ["a dollar behind a backslash", "\\$x^2\\$"],
    ["a price range", "A ($$) is good, B ($$) too, C ($$$) less: $$–$$$ or $$/$$."],
    ["a legend of prices", "- $ – cheap\n- $$ – moderate\n- $$$ – dear"],
    ["a shell's own number", "The id is $$ here, $$ there, log.$$ and log.$$"],
    ["sums in double dollars", "$$100 and $$200"],
    ["escaped brackets around words", "Dear \\[Your Name\\], \\(optional\\) f\\(x\\) arr\\[0\\]"],
    ["a pattern", "grep '\\(foo\\|bar\\)'"],
    ["a price with a comma", "$$, a^2\nb\n$$"],
    ["an open one", "\\( a^2\n\n$$\nx^2\n\n$$"],
    ["a text behind a lone backtick", "a ` b \\(x*y\\) c"],
    ["brackets around code", "\\( `a` \\) $a_`b`$"],
    ["an empty one", "\\(\\) $$ $$"],
    ["code that looks like one", "`$x^2$` and ``\\(a\\)``"],
    ["a code block that looks like one", "```\n$x^2$\n$$\na\n$$\n```"],
  ])("is none in %s", (_, text) => expect(render(text, slack)).toBe(text));
});

test("where there is nothing to draw the text is what it was", () => {
  fc.assert(
    fc.property(markdown, (text) => {
      expect(render(text, native)).toBe(text);
    }),
    runs(200, 1),
  );
});

const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? [];
/** Tables wide enough that nothing is clipped. */
const wide = { ...plain, tables: { maxWidth: 100_000 } };

test("property: no word is lost, and none changes its place", () => {
  fc.assert(
    fc.property(markdown, (text) => {
      for (const dialect of [wide, slack]) expect(unmarked(render(text, dialect))).toEqual(unmarked(text));
    }),
    runs(1_500, 2),
  );
});

/** The letters of a text but for those of tags, of the boxes of tasks and of the language of formulas. */
const unmarked = (text: string) =>
  words(
    text
      .replace(/<br\s*\/?>/gi, " ")
      .replace(/\[[ xX]\]/g, " ")
      .replace(/```tex$/gm, " "),
  ).join("");

test("property: the lines in code blocks are what they were", () => {
  fc.assert(
    fc.property(markdown, (text) => {
      const kept = codeLines(text);
      const found = codeLines(render(text, slack));
      expect(found.filter((line) => kept.includes(line)).length).toBeGreaterThanOrEqual(kept.length);
      if (!/\n\$\$|\\\[/.test(text)) expect(found).toEqual(kept);
    }),
    runs(500, 3),
  );
});

function codeLines(text: string): readonly string[] {
  let fence: ReturnType<typeof fenceAfter>;
  return text.split("\n").filter((line) => {
    const before = fence;
    fence = fenceAfter(line, fence);
    return before !== undefined && fence !== undefined;
  });
}

test("property: what is in inline code is left as it is", () => {
  const code = fc.string({ minLength: 1, maxLength: 30 }).map((text) => text.replace(/[`\n\r|]/g, "$"));
  fc.assert(
    fc.property(code, (text) => {
      const paragraph = `see \`${text}\` there, $x^2$`;
      expect(drawn(paragraph)).toBe(`see \`${text}\` there, \`x^2\``);
    }),
    runs(300, 4),
  );
});

test("property: what was drawn for a platform with tables is not drawn again", () => {
  fc.assert(
    fc.property(markdown, (text) => {
      if (/[`\\]/.test(text)) return; // an open backtick meets those that are drawn
      const once = render(text, slack);
      expect(render(once, slack)).toBe(once);
    }),
    runs(300, 5),
  );
});

test("property: prose grows line by line", () => {
  const line = fc.stringMatching(/^[A-Za-z ,.]{1,60}$/);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const lengths = lines.map((_, index) => drawn(lines.slice(0, index + 1).join("\n")).length);
      expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    }),
    runs(200, 6),
  );
});

const head = "# Head\n| h | h |\n|---|---|\n|";
const mean = [
  "|",
  "$",
  "$x ",
  "`",
  "` `` ",
  "\\",
  "\\(",
  "\\[\n",
  "$$\n",
  "*a ",
  "_",
  "[",
  "[a](",
  '![a](b "',
  "<br ",
  "> ",
];
const meanLines = [
  "|a\n",
  "| a |\n|-|\n",
  "#### # #\n",
  "- - ",
  "1) ",
  "> ```\n",
  "__a_",
  "__aa__ ",
  "> ```\n> x\n",
  "~~~\n",
  "a\n---\n",
  " ",
  "|`$\\*_[",
];

test.each([...mean, ...meanLines])("a text of nothing but %j takes linear time", async (sign) => {
  for (const before of ["# x\n", head]) {
    const textOf = (length: number) => before + sign.repeat(length / sign.length);
    expect(await growthOf(drawn, textOf)).toBeLessThan(linearGrowth);
  }
});

test("inline code is found as Markdown pairs backticks", () => {
  const text = "`a` ``b`c`` \\`d` `e";
  expect(codeSpans(text).map(({ start, end }) => text.slice(start, end))).toEqual(["`a`", "``b`c``", "` `"]);
});
