import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractFiles } from "../../../src/markdown/drawing/extract-files.ts";
import { sentences } from "../../../src/sentences/sentences.ts";
import { runs } from "../../support/fuzz.ts";
import { markdown, native, plain, slack } from "../dialects.ts";
import { growthOf, linearGrowth } from "../growth.ts";

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`).join("\n");
const whole = (text: string) => extractFiles(text, plain, true);
const soFar = (text: string) => extractFiles(text, plain, false).markdown;

describe("a long code block", () => {
  const text = `Here:\n\n\`\`\`py\n${lines(100)}\n\`\`\`\n\nThat is all.`;

  test("shows its first lines, says how many more there are, and is a file", () => {
    const { markdown: shown, files } = whole(text);
    const preview = shown.split("\n").slice(3, -4);
    expect(preview[0]).toBe("line 0");
    expect(preview.join("\n").length).toBeLessThanOrEqual(400);
    expect(preview.join("\n").length).toBeGreaterThan(320);
    const note = `_… ${100 - preview.length} more lines. ${sentences.answers.attached.code}_`;
    expect(shown).toBe(`Here:\n\n\`\`\`py\n${preview.join("\n")}\n\`\`\`\n${note}\n\nThat is all.`);
    expect(files).toEqual([
      { at: shown.indexOf(note) + note.length, file: { name: "code.py", text: `${lines(100)}\n` } },
    ]);
  });

  test("stops at the end of the preview while it grows", () => {
    const shown = soFar(text.slice(0, 700));
    expect(whole(text).markdown.startsWith(shown)).toBe(true);
    expect(shown.endsWith("\n")).toBe(true);
    expect(shown.length).toBeLessThan(420);
    expect(extractFiles(text.slice(0, 700), plain, false).files).toEqual([]);
  });

  test("says beside the text how many lines have come behind its preview", () => {
    const hiddenIn = (length: number) => extractFiles(text.slice(0, length), plain, false).hidden;
    const shown = soFar(text.slice(0, 700)).split("\n").length - 4;
    const come = text.slice(0, 700).split("\n").length - 4;
    expect(hiddenIn(400)).toBeUndefined();
    expect(hiddenIn(700)).toBe(`_… ${come - shown} more lines so far_`);
    expect(extractFiles(text, plain, false).hidden).toBeUndefined();
    expect(extractFiles(`- Do:\n  \`\`\`\n${"  line\n".repeat(80)}`, plain, false).hidden).toMatch(
      /^ {2}_… \d+ more lines so far_$/,
    );
    expect(extractFiles(`\`\`\`\n${"x".repeat(500)}`, plain, false).hidden).toMatch(
      /^_… 1\d\d more characters so far_$/,
    );
  });

  test("that is never closed ends with the text", () => {
    const { markdown: shown, files } = whole(text.slice(0, 700));
    expect(shown).toMatch(/\n```\n_… \d+ more lines\. [^\n]*_$/);
    expect(files).toMatchObject([{ at: shown.length, file: { name: "code.py" } }]);
  });

  test("of one monstrous line is cut between two characters", () => {
    const { markdown: shown } = whole(`\`\`\`\n${"👍🏽".repeat(300)}\n\`\`\``);
    expect(shown).toMatch(/^```\n(?:👍🏽)+\n```\n_… 80\d more characters\. [^\n]*_$/u);
  });

  test("of one monstrous line never shows half a character", () => {
    const line = `x${"👍🏽".repeat(300)}`;
    expect(whole(`\`\`\`\n${line}\n\`\`\``).markdown).toMatch(/^```\nx(?:👍🏽)+\n```\n/u);
    for (let length = 1; length < line.length; length += 2) {
      expect(soFar(`\`\`\`\n${line.slice(0, length)}`).isWellFormed()).toBe(true);
    }
  });

  test("in a list stays in its item, and its file begins at the margin", () => {
    const { markdown: shown, files } = whole(`- Do:\n  \`\`\`sh\n${lines(100).replace(/^/gm, "  ")}\n  \`\`\`\n- Done`);
    expect(shown).toMatch(/\n {2}```\n {2}_… \d+ more lines\. [^\n]*_\n- Done$/);
    expect(files[0]?.file).toEqual({ name: "code.sh", text: `${lines(100)}\n` });
  });

  test("as long as may be shown is no file", () => {
    const text = `\`\`\`\n${"x".repeat(400)}\n\`\`\``;
    expect(whole(text)).toEqual({ markdown: text, files: [] });
    expect(whole(text.replace("x", "xx")).files).toHaveLength(1);
  });

  test.each([slack, native])("stays in the text where the platform takes no files", (dialect) => {
    expect(extractFiles(text, dialect, true)).toEqual({ markdown: text, files: [] });
  });

  test.each([
    ["python", "code.py"],
    ["C++", "code.cpp"],
    ["TypeScript", "code.ts"],
    ["", "code.txt"],
    ["../../etc/passwd", "code.txt"],
    ["constructor", "code.txt"],
  ])("in %j is called %s", (language, name) => {
    expect(whole(text.replace("py", language)).files[0]?.file.name).toBe(name);
  });

  test("is numbered where there are several", () => {
    const names = whole(`${text}\n${text}\n${text.replace("py", "js")}`).files.map(({ file }) => file.name);
    expect(names).toEqual(["code.py", "code-2.py", "code-3.js"]);
  });
});

describe("a table that is too wide", () => {
  const table = `| a | b |\n|---|--:|\n| ${"word ".repeat(12)}| **1** |\n| x | 20 |`;
  const file = { name: "table.txt", text: expect.stringMatching(/^a +b\n─+ {2}──\n(?:word ){12} {2}1\nx +20\n$/) };

  const noted = `${table}\n_${sentences.answers.attached.table}_`;

  test("stays in the text, and is in a file as well, unclipped, as a line below it says", () => {
    expect(whole(`${table}\nafter`)).toEqual({ markdown: `${noted}\nafter`, files: [{ at: noted.length, file }] });
    expect(whole(table)).toMatchObject({ markdown: noted, files: [{ at: noted.length }] });
    expect(whole(`${table}\n`).markdown).toBe(`${noted}\n`);
  });

  test("is a file once it has ended", () => {
    const filesOf = (text: string) => extractFiles(text, plain, false).files.length;
    expect([table, `${table}\n`, `${table}\n  `, `${table}\n|`].map(filesOf)).toEqual([0, 0, 0, 0]);
    expect([`${table}\n\n`, `${table}\nafter`, `${table}\n${" ".repeat(13)}|`].map(filesOf)).toEqual([1, 1, 1]);
  });

  test("letter by letter is never taken back, whatever follows", () => {
    for (const after of [
      "",
      "\n",
      "\n\nafter",
      "\n  after",
      "\n  | y | 1 |\nafter",
      "\n    | y |",
      `\n${" ".repeat(13)}| y |`,
      "\n\tx",
      "\r\n\r\nx",
    ]) {
      const text = `${table}${after}`;
      let before = "";
      for (let length = 1; length <= text.length; length++) {
        const shown = soFar(text.slice(0, length));
        expect(shown.startsWith(before), JSON.stringify(after)).toBe(true);
        before = shown;
      }
      expect(whole(text).markdown.startsWith(before), JSON.stringify(after)).toBe(true);
    }
  });

  test("in a code block is code", () => expect(whole(`\`\`\`\n${table}\n\`\`\``).files).toEqual([]));
  test("that fits is no file", () => expect(whole("| a | b |\n|---|---|\n| c | d |").files).toEqual([]));

  test("has no column padded beyond measure", () => {
    const { files } = whole(`| a | b |\n|---|---|\n| ${"x".repeat(5_000)} | y |\n${"| x | y |\n".repeat(100)}`);
    expect(files[0]?.file.text.length).toBeLessThan(20_000);
  });
});

test("property: what is shown of a growing text is never taken back, and its files stay", () => {
  fc.assert(
    fc.property(markdown, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }), (text, steps) => {
      let before = extractFiles("", plain, false);
      for (let length = 0, step = 0; length < text.length; step++) {
        length += steps[step % steps.length] ?? 1;
        const shown = extractFiles(text.slice(0, length), plain, false);
        expect(shown.markdown.startsWith(before.markdown)).toBe(true);
        expect(shown.files.slice(0, before.files.length)).toEqual(before.files);
        before = shown;
      }
      const end = whole(text);
      expect(end.markdown.startsWith(before.markdown)).toBe(true);
      expect(end.files.slice(0, before.files.length)).toEqual(before.files);
      for (const { at } of end.files) expect([undefined, "\n"]).toContain(end.markdown[at]);
    }),
    runs(1_000, 7),
  );
});

test("property: letter by letter, at every length around the limit, nothing shown is taken back", () => {
  const code = fc.array(fc.constantFrom("x", "word ", "\n", "👍🏽", "`", "```", "~~~", "é", "👨‍👩‍👧‍👦"), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(code, fc.integer({ min: 250, max: 400 }), (parts, length) => {
      const text = `\`\`\`\n${"x".repeat(length)}${parts.join("")}`;
      let before = soFar(text.slice(0, 200));
      for (let end = 201; end <= text.length; end++) {
        const shown = soFar(text.slice(0, end));
        expect(shown.startsWith(before)).toBe(true);
        before = shown;
      }
      expect(whole(text).markdown.startsWith(before)).toBe(true);
    }),
    runs(150, 8),
  );
});

test("property: every line of code is in the text or in its file", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z ]{0,30}$/), { minLength: 1, maxLength: 80 }), (code) => {
      const { markdown: shown, files } = whole(`\`\`\`\n${code.join("\n")}\n\`\`\``);
      const [file] = files;
      if (file === undefined) expect(shown).toBe(`\`\`\`\n${code.join("\n")}\n\`\`\``);
      else expect(file.file.text.replace(/\n$/, "")).toBe(code.join("\n").replace(/\n$/, ""));
    }),
    runs(200, 9),
  );
});

const mean = [
  "|a",
  "| a |\n|-|\n",
  "```\nx\n```\n",
  "```\n",
  "~~~ \n",
  "x\n",
  "| h | h |\n|---|---|\n| `a` | **b** |\n\n",
];

test.each(mean)("a text of nothing but %j takes linear time", async (sign) => {
  const textOf = (length: number) => `\`\`\`\n\`\`\`\n${sign.repeat(length / sign.length)}`;
  expect(await growthOf(soFar, textOf)).toBeLessThan(linearGrowth);
});
