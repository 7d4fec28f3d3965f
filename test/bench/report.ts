import type { Found } from "./correctness.ts";
import type { Figures } from "./measure.ts";

export type Row = {
  readonly name: string;
  readonly figures: Figures;
  readonly coldStartMs: number | undefined;
  readonly idleMb: number | undefined;
};

export type Table = {
  readonly rows: readonly Row[];
  readonly lowestAgeMs: number;
};

type Column = {
  readonly head: string;
  readonly of: (figures: Figures) => string;
  /** What ratios are made of, where they say something. */
  readonly ratio?: (figures: Figures) => number | undefined;
  /** The least that the limits permit, and what the first bot is to it. */
  readonly lowest?: (ageMs: number, first: Figures | undefined) => string;
};

const columns: readonly Column[] = [
  { head: "mention → text, ms", of: ({ delayMs }) => whole(delayMs), ratio: ({ delayMs }) => delayMs },
  {
    head: "first token → text, ms",
    of: ({ firstTextMs }) => whole(firstTextMs),
    ratio: ({ firstTextMs }) => firstTextMs,
  },
  {
    head: "age of unseen text, ms",
    of: ({ ageMs }) => whole(ageMs),
    ratio: ({ ageMs }) => ageMs,
    lowest: (ageMs, first) =>
      `${whole(ageMs)}${first?.ageMs === undefined ? "" : ` (${(first.ageMs / ageMs).toFixed(2)})`}`,
  },
  { head: "unseen tokens", of: ({ unseenTokens }) => whole(unseenTokens) },
  { head: "last token → complete, ms", of: ({ finishMs }) => whole(finishMs), ratio: ({ finishMs }) => finishMs },
  { head: "95 %", of: ({ finish95Ms }) => whole(finish95Ms) },
  {
    head: "calls an answer",
    of: ({ callsPerAnswer }) => callsPerAnswer.toFixed(1),
    ratio: ({ callsPerAnswer }) => callsPerAnswer,
  },
  { head: "429s", of: ({ refused }) => String(refused) },
  { head: "complete", of: (figures) => share(figures.whole, figures.answers) },
  { head: "right at every instant", of: (figures) => `${share(figures.right, figures.answers)}${why(figures.faults)}` },
  {
    head: "CPU ms per 1,000 tokens",
    of: ({ cpuPer1000 }) => whole(cpuPer1000),
    ratio: ({ cpuPer1000 }) => cpuPer1000,
  },
  { head: "KB a live reply", of: ({ liveKb }) => whole(liveKb) },
  { head: "KB a reply that is done", of: ({ idleKb }) => whole(idleKb) },
];

/** One case as a Markdown table: a row for each bot, then what the first is to the others. */
export function toMarkdown({ rows, lowestAgeMs }: Table): string {
  const [first, ...others] = rows;
  const heads = ["bot", ...columns.map(({ head }) => head), "cold start, ms", "MB idle"];
  const lines = rows.map(({ name, figures, coldStartMs, idleMb }) => [
    name,
    ...columns.map(({ of }) => of(figures)),
    whole(coldStartMs),
    whole(idleMb),
  ]);
  const ratios = others.map(({ name, figures }) => [
    `${first?.name} : ${name}`,
    ...columns.map((column) => (first === undefined ? "" : ratio(column, first.figures, figures))),
    "",
    "",
  ]);
  const lowest = [
    "the limits permit",
    ...columns.map(({ lowest: of }) => of?.(lowestAgeMs, first?.figures) ?? ""),
    "",
    "",
  ];
  return [heads, heads.map(() => "---"), ...lines, ...ratios, lowest].map(toLine).join("\n");
}

const toLine = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const whole = (value: number | undefined) => (value === undefined ? "—" : Math.round(value).toLocaleString("en"));
const share = (part: number, of: number) =>
  part === of ? (of === 1 ? "yes" : "all") : of === 1 ? "no" : `${part} of ${of}`;

function ratio({ ratio: pick }: Column, of: Figures, to: Figures): string {
  const [above, below] = [pick?.(of), pick?.(to)];
  return above === undefined || below === undefined || below === 0 ? "" : (above / below).toFixed(2);
}

function why(faults: readonly Found[]): string {
  const kinds = [...new Set(faults.map(({ fault }) => fault))];
  return kinds.length === 0 ? "" : `: ${kinds.join(", ")}`;
}
