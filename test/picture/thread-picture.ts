export type Person = { readonly id: string; readonly name: string; readonly bot: boolean; readonly colour: string };

/** A message as it could be read at one moment. `sentAt` is in epoch milliseconds. */
export type Seen = {
  readonly author: Person;
  readonly sentAt: number;
  readonly markdown: string;
  readonly buttons: readonly string[];
};

export type Scene = {
  readonly thread: string;
  readonly channel: string;
  readonly people: readonly Person[];
  readonly messages: readonly Seen[];
};

const cardWidth = 760;
const textLeft = 76;
const boxWidth = cardWidth - textLeft - 24;
/** Some fonts are an eighth wider than the table below, and not all that draws SVG knows `textLength`. */
const lineWidth = 600;
const lineHeight = 22;
const codeLineHeight = 19;

type Block = { readonly svg: string; readonly height: number };

/** A Discord thread as a picture: a scene in, SVG out. Lengths are pixels. */
export function drawThread(scene: Scene): string {
  const head = drawHead(scene);
  const body = stack(scene.messages.map((message) => drawMessage(message, scene.people)));
  const height = head.height + body.height + 8;
  const told = scene.messages.map(({ author, markdown }) => `${author.name}: ${plainText(markdown, scene.people)}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${cardWidth}" height="${height}" viewBox="0 0 ${cardWidth} ${height}" role="img" aria-labelledby="title desc">
<title id="title">A Discord thread in which Parley answers two people, the last answer still growing</title>
<desc id="desc">${escaped(told.join("\n"))}</desc>
<style>
text { font: 15px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #dcdfe6; white-space: pre }
.bold { font-weight: 600; fill: #f4f5f8 }
.mono { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace }
.quiet { font-size: 12px; fill: #9298a6 }
.initial { font-size: 17px; font-weight: 600; fill: #fff; text-anchor: middle }
.badge { font-size: 10px; font-weight: 700; fill: #fff; text-anchor: middle }
.button { font-size: 14px; font-weight: 500; fill: #f4f5f8; text-anchor: middle }
.mention { font-weight: 500; fill: #cdd0ff }
.word { fill: #c9a2f2 }
.cursor { fill: #9d92f5 }
</style>
<rect x=".5" y=".5" width="${cardWidth - 1}" height="${height - 1}" rx="12" fill="#22252d" stroke="#4a4f5c"/>
${head.svg}
${moved(body.svg, head.height)}
</svg>
`;
}

function drawHead({ thread, channel }: Scene): Block {
  const svg = [
    `<path d="M1 48.5H${cardWidth - 1}" stroke="#3a3e49"/>`,
    '<path d="M26 17h16a3 3 0 0 1 3 3v9a3 3 0 0 1-3 3H33l-5 5v-5h-2a3 3 0 0 1-3-3v-9a3 3 0 0 1 3-3z" fill="none" stroke="#9298a6" stroke-width="1.8" stroke-linejoin="round"/>',
    `<text x="56" y="30" class="bold">${escaped(thread)}</text>`,
    `<text x="${cardWidth - 24}" y="30" class="quiet" text-anchor="end">thread in #${escaped(channel)}</text>`,
  ];
  return { svg: svg.join("\n"), height: 60 };
}

function drawMessage({ author, sentAt, markdown, buttons }: Seen, people: readonly Person[]): Block {
  const nameWidth = widthOf(author.name, "bold");
  const nameEnd = textLeft + nameWidth;
  const badge = `<rect x="${px(nameEnd + 8)}" y="8" width="32" height="16" rx="4" fill="${author.colour}"/><text x="${px(nameEnd + 24)}" y="20" class="badge">APP</text>`;
  const head = [
    `<circle cx="44" cy="28" r="20" fill="${author.colour}"/>`,
    `<text x="44" y="34" class="initial">${escaped(author.name.slice(0, 1))}</text>`,
    `<text x="${textLeft}" y="21" class="bold"${fitted(nameWidth)}>${escaped(author.name)}</text>`,
    author.bot ? badge : "",
    `<text x="${px(nameEnd + (author.bot ? 50 : 10))}" y="21" class="quiet">${clock(sentAt)}</text>`,
  ];
  const body = stack([...toBlocks(markdown, people), ...(buttons.length > 0 ? [drawButtons(buttons)] : [])]);
  return { svg: `${head.join("")}\n${moved(body.svg, 28)}`, height: body.height + 44 };
}

function toBlocks(markdown: string, people: readonly Person[]): readonly Block[] {
  const parts = markdown.split(/^```\w*\n([\s\S]*?)\n```$/m); // prose and code in turns
  return parts.map((text, index) => (index % 2 === 1 ? drawCode(text) : drawProse(text.trim(), people)));
}

function drawCode(code: string): Block {
  const lines = code.split("\n");
  const height = lines.length * codeLineHeight + 20;
  const box = `<rect x="${textLeft}" y="6" width="${boxWidth}" height="${height}" rx="6" fill="#191b21" stroke="#363a45"/>`;
  const texts = lines.map((line, index) => {
    const x = textLeft + 12 + line.search(/\S|$/) * monoWidth;
    return `<text x="${px(x)}" y="${30 + index * codeLineHeight}" class="mono">${coloured(line.trim())}</text>`;
  });
  return { svg: [box, ...texts].join("\n"), height: height + 12 };
}

function coloured(code: string): string {
  const keyword = /\b(function|extends|unknown|let|typeof|undefined|return|void|number)\b/g;
  return escaped(code).replace(keyword, '<tspan class="word">$1</tspan>');
}

function drawButtons(labels: readonly string[]): Block {
  const svg = labels.map((label, index) => {
    const x = textLeft + index * 80;
    return `<rect x="${x}" y="8" width="72" height="32" rx="7" fill="#444955"/><text x="${x + 36}" y="29" class="button">${escaped(label)}</text>`;
  });
  return { svg: svg.join("\n"), height: 44 };
}

type Style = "plain" | "bold" | "mono" | "mention" | "cursor";
type Run = { readonly text: string; readonly style: Style };

function drawProse(markdown: string, people: readonly Person[]): Block {
  const lines = markdown === "" ? [] : markdown.split("\n").flatMap((line) => wrap(toRuns(line, people)));
  const svg = lines.map((runs, index) => drawLine(runs, 17 + index * lineHeight));
  return { svg: svg.join("\n"), height: lines.length * lineHeight };
}

/** All the Markdown that these messages use: mentions, bold, code. */
function toRuns(line: string, people: readonly Person[]): readonly Run[] {
  return line.split(/(<@\d+>|\*\*.+?\*\*|`[^`]+`|▌)/).map((text): Run => {
    const person = people.find(({ id }) => text === `<@${id}>`);
    if (person !== undefined) return { text: `@${person.name}`, style: "mention" };
    if (/^\*\*.+\*\*$/.test(text)) return { text: text.slice(2, -2), style: "bold" };
    if (/^`.+`$/.test(text)) return { text: text.slice(1, -1), style: "mono" };
    return { text, style: text === "▌" ? "cursor" : "plain" };
  });
}

/** Breaks at spaces only, and never in code: a comma stays with the word before it, whatever their styles. */
function wrap(runs: readonly Run[]): readonly (readonly Run[])[] {
  const lines: Run[][] = [[]];
  for (const word of toWords(runs)) {
    const line = lines.at(-1) ?? [];
    const tooLong = lengthOf([...line, ...word]) > lineWidth;
    if (tooLong && line.length > 0) lines.push([...word]);
    else line.push(...word);
  }
  return lines.map(joined);
}

function toWords(runs: readonly Run[]): readonly (readonly Run[])[] {
  const words: Run[][] = [[]];
  for (const { text, style } of runs) {
    const pieces = style === "mono" ? [text] : (text.match(/\s+|\S+\s*/g) ?? []);
    for (const piece of pieces) {
      words.at(-1)?.push({ text: piece, style });
      if (style !== "mono" && /\s$/.test(piece)) words.push([]);
    }
  }
  return words;
}

function joined(runs: readonly Run[]): readonly Run[] {
  const line: Run[] = [];
  for (const run of runs) {
    const before = line.at(-1)?.style === run.style ? line.pop() : undefined;
    line.push({ text: `${before?.text ?? ""}${run.text}`, style: run.style });
  }
  return line;
}

function drawLine(runs: readonly Run[], y: number): string {
  return runs
    .map(({ text, style }, index) => {
      const before = runs.slice(0, index);
      const indent = text.length - text.trimStart().length;
      const x = textLeft + lengthOf(before) + widthOf(text.slice(0, indent), style) + padding(style);
      const width = widthOf(text.trim(), style);
      const kind = style === "plain" ? "" : ` class="${style}"`;
      return `${chip(style, x, y, width)}<text x="${px(x)}" y="${y}"${kind}${fitted(width)}>${escaped(text.trim())}</text>`;
    })
    .join("");
}

/** Sets a text to the width that the table gives it, so that the next one begins where it should in any font. */
function fitted(width: number): string {
  return width === 0 ? "" : ` textLength="${px(width)}" lengthAdjust="spacingAndGlyphs"`;
}

function chip(style: Style, x: number, y: number, width: number): string {
  if (padding(style) === 0) return "";
  const [top, fill] = style === "mono" ? [y - 14, "#191b21"] : [y - 15, "#3d3f6b"];
  return `<rect x="${px(x - padding(style))}" y="${top}" width="${px(width + 2 * padding(style))}" height="20" rx="4" fill="${fill}"/>`;
}

function padding(style: Style): number {
  return style === "mono" || style === "mention" ? 4 : 0;
}

function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { text, style }) => sum + widthOf(text, style) + 2 * padding(style), 0);
}

const monoWidth = 7.83;

/** Advance widths of Helvetica and Arial in em; what is not named has 0.556, as most small letters do. */
const advances: readonly (readonly [characters: string, em: number])[] = [
  ["'’ijl", 0.222],
  [" .,:;!/|Ift", 0.278],
  ["()-r“”", 0.333],
  ["sckvxyzJ", 0.5],
  ["FTZ", 0.611],
  ["ABEKPSVXY&", 0.667],
  ["CDHNRUw", 0.722],
  ["GOQ", 0.778],
  ["mM", 0.833],
  ["W…—@", 1],
];

function widthOf(text: string, style: Style): number {
  if (style === "mono") return text.length * monoWidth;
  const em = [...text].reduce((sum, one) => sum + (advances.find(([all]) => all.includes(one))?.[1] ?? 0.556), 0);
  return em * 15 * (style === "bold" || style === "mention" ? 1.05 : 1);
}

function stack(blocks: readonly Block[]): Block {
  let height = 0;
  const svg = blocks.map((block) => {
    const placed = moved(block.svg, height);
    height += block.height;
    return placed;
  });
  return { svg: svg.filter((one) => one !== "").join("\n"), height };
}

function moved(svg: string, by: number): string {
  return svg === "" || by === 0 ? svg : `<g transform="translate(0 ${by})">\n${svg}\n</g>`;
}

function plainText(markdown: string, people: readonly Person[]): string {
  const runs = toRuns(
    markdown
      .replace(/^```.*$/gm, "")
      .replace(/\s+/g, " ")
      .trim(),
    people,
  );
  return runs.map(({ text }) => text).join("");
}

function clock(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(11, 16);
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}

// Last, because everything above must be there.
