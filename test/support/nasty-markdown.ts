import fc from "fast-check";

/** Pieces that make a growing text hard to show and to split. */
const pieces = [
  ...["\n", "\n", "\n\n", "\n\n", " ", " ", ". ", "! ", "word ", "Some words here. "],
  ...["**", "*", "_", "__", "~~", "||", "`", "``", "***", "**bold** ", "_it_ ", "**bold _both_** ", "2*3*4 ", "a_b_c "],
  ...["`code` ", "`` a ` b `` ", "~~gone~~ ", "||secret|| ", "\\", "\\*", "\\`"],
  ...[
    "[text](https://a.b/c_d) ",
    "[",
    "](",
    "](https://x.y)",
    ")",
    "![alt](https://a.b/i.png) ",
    "[x] ",
    "https://a.b/c_d_e ",
  ],
  ...["<@123> ", "<", "<@", "<:", "<:smile:1> ", "<https://a.b> ", "<br>", "a < b ", "vector<int> "],
  ...["```\n", "\n```ts\n", "\n```\n", "\n~~~\n", "````\n", "```", "let a = 1;\n", "    indented\n"],
  ...["- item\n", "\n- ", "\n  - nested\n", "\n1. ", "\n# ", "\n## Title\n", "\n> ", "\n---\n", "\n***\n", "* item\n"],
  ...["| a | b |\n", "|---|---|\n", "\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n", "| 1 | 2 |\n", "|", "| x", "\n|"],
  ...["\n- In it:\n\n    | a | b |\n    |---|---|\n    | 1 | 2 |\n", "    | 3 | 4 |\n", "    |"],
  ...["\\(x*y*z\\) ", "\\[\na\n- b\n\\]\n", "$$x_1$$ ", "$$", "\\(", "\\[", "$5 "],
  ...["é", "e\u0301", "漢字", "。", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "❤️", "\u200D", "1️⃣", "ไทย", "\r\n"],
];

/** Markdown of all that is hard, in any order, with runs that nothing can be cut in. */
export const nastyMarkdown = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...pieces) },
      { weight: 2, arbitrary: fc.lorem({ maxCount: 12 }) },
      { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 10 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 150 }).map((length) => "x".repeat(length)) },
    ),
    { minLength: 1, maxLength: 50 },
  )
  .map((chosen) => chosen.join(""));

export const chunkSizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

/** The text as it grows: its beginnings, whose steps take turns; the last is the whole. */
export function beginningsOf(text: string, sizes: readonly number[]): readonly string[] {
  const found: string[] = [];
  for (let length = 0, step = 0; length < text.length; step++) {
    length += sizes[step % sizes.length] ?? 1;
    found.push(text.slice(0, length));
  }
  return found;
}

/** A drawing that makes tables longer, as aligned text in a code block does, and formulas code. Like the real one, it leaves code alone. */
export function widened(markdown: string): string {
  const lines = markdown.split("\n");
  const out: string[] = [];
  let fence: string | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const [, marker] = /^(?:[ \t]|[-*+] |\d+[.)] )*(`{3,8}|~{3,8})[^`]*$/.exec(line) ?? [];
    if (fence !== undefined) {
      if (marker !== undefined && marker[0] === fence[0] && marker.length >= fence.length && /[`~]\s*$/.test(line))
        fence = undefined;
      out.push(line);
    } else if (marker !== undefined) {
      fence = marker;
      out.push(line);
    } else if (/^ {0,12}\|.*\S/.test(line) && /^ {0,12}\|(?: *-+ *\|)+ *$/.test(lines[index + 1] ?? "")) {
      out.push("```");
      for (; /^ {0,12}\|/.test(lines[index] ?? ""); index++) out.push(`${lines[index]}          `.repeat(2));
      out.push("```");
      index--;
    } else {
      out.push(line.replace(/\\\(([^\n`]*?)\\\)/g, "`$1`"));
    }
  }
  return out.join("\n");
}
