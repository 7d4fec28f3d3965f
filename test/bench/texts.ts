/** What the model answers: the pieces it sends, one token each. */
export type Text = readonly string[];

const letters = "abcdefghijklmnopqrstuvwxyz";
export const wordLength = 4;
const words = letters.length ** wordLength;

/** The word of a number, four letters: whoever reads one knows which token of which answer it is. */
export function toWord(number: number): string {
  let rest = number % words;
  let word = "";
  for (let place = 0; place < wordLength; place += 1) {
    word = `${letters[rest % letters.length]}${word}`;
    rest = Math.floor(rest / letters.length);
  }
  return word;
}

/** The other way; undefined for what is no such word. */
export function toNumber(word: string): number | undefined {
  if (!/^[a-z]{4}$/.test(word)) return undefined;
  return [...word].reduce((sum, letter) => sum * letters.length + letters.indexOf(letter), 0);
}

/** Prose of numbered words, one a token: sentences of eight and paragraphs of forty, as models write. */
export function numberedText(first: number, tokens: number): Text {
  return Array.from({ length: tokens }, (_, index) => {
    if (index === tokens - 1) return `${toWord(first + index)}.`;
    if (index % 40 === 39) return `${toWord(first + index)}.\n\n`;
    return `${toWord(first + index)}${index % 8 === 7 ? "." : ""} `;
  });
}

const code = Array.from(
  { length: 12 },
  (_, line) => `  const total${line} = prices.reduce((sum, price) => sum + price);`,
);

const rich = [
  "# How it works\n\nThe bot **streams** each answer, so you read _while it writes_ 🚀. See [the guide](https://example.org/guide?x=1)",
  " or `inline code` for **more than one bold word in a row**.\n\n",
  `\`\`\`ts\nexport function sum(prices: number[]) {\n${code.join("\n")}\n}\n\`\`\`\n\n`,
  "| Platform | Edits | Note |\n| --- | --- | --- |\n| Discord | 5 in 5 s | per channel |\n| Slack | 50 a minute | 👩‍💻 |\n\n",
  "1. First **do this**, then read [another page](https://example.org/a_b_c).\n2. Then ~~nothing~~ that.\n   - nested 🎉 item\n\n",
  "> A quote with *emphasis* and 日本語の文章 in it.\n\n",
].join("");

/** Markdown with a code block, bold, links, a table and emoji, over several messages, in pieces of four characters. */
export function richText(): Text {
  return `${rich}${rich}${rich}Done.`.match(/[\s\S]{1,4}/gu) ?? [];
}
