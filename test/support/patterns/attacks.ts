import { type Pattern, toPattern } from "./pattern.ts";

/** A text that may make a pattern read the same signs again and again: `before`, many times `pump`, `after`. */
export type Attack = { readonly before: string; readonly pump: string; readonly after: string };

/** What a set may have to be tried with, beside the pattern's own letters. */
const usual = [
  " ",
  "\t",
  "\n",
  "\r",
  "a",
  "Z",
  "0",
  "_",
  "-",
  ".",
  ":",
  "/",
  "<",
  ">",
  "`",
  "*",
  "é",
  "漢",
  "\u200b",
  "\u0000",
];

const afterwards = ["", "\u0000", "\n\u0000", "\n\n"];

/** More repetitions than this count as any number. */
const few = 12;

/** Texts that lead into each repetition of a pattern and stay there, and those that lead into it again and again. */
export function attacksOn(source: string, flags: string): readonly Attack[] {
  const pattern = toPattern(source, flags);
  const letters = [
    ...new Set([
      ...source.replace(/\\u\{?([\da-f]{4,6})\}?/gi, (_, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      ),
      ...usual,
    ]),
  ];
  const samples = createSamples(letters, flags, pattern);
  const loops: { readonly before: string; readonly of: Pattern }[] = [];
  walk(pattern, "");

  /** Finds the repetitions, each with a text that leads to it; returns what leads past the node. */
  function walk(node: Pattern, before: string): string {
    switch (node.kind) {
      case "set":
      case "edge":
      case "back":
        return before + samples.of(node);
      case "group":
        return walk(node.of, before);
      case "look":
        walk(node.of, before);
        return before;
      case "all":
        return node.of.reduce((led, one) => walk(one, led), before);
      case "any":
        return node.of.map((one) => walk(one, before))[0] ?? before;
      case "repeat":
        if (node.max > few) loops.push({ before, of: node.of });
        walk(node.of, before);
        return before + samples.of(node);
    }
  }

  const befores = new Set([""]);
  const pumps = new Set<string>();
  for (const { before, of } of loops) {
    const inside = samples.several(of);
    befores.add(before).add(before + (inside[0] ?? ""));
    for (const word of inside) {
      pumps.add(word);
      if (before !== "") pumps.add(before + word).add(word + before);
    }
    if (before !== "") pumps.add(before);
  }
  pumps.delete("");
  return [...pumps].flatMap((pump) =>
    [...befores].flatMap((before) => afterwards.map((after) => ({ before, pump, after }))),
  );
}

function createSamples(letters: readonly string[], flags: string, whole: Pattern) {
  const groups = new Map<string, Pattern>();
  const known = new Map<string, readonly string[]>();

  function lettersOf(source: string): readonly string[] {
    const found = known.get(source);
    if (found !== undefined) return found;
    const one = new RegExp(`^${source}$`, flags.replace(/[gym]/g, ""));
    const fitting = letters.filter((letter) => one.test(letter));
    known.set(source, fitting);
    return fitting;
  }

  function find(node: Pattern): void {
    if (node.kind === "group") for (const name of node.names) groups.set(name, node.of);
    if (node.kind === "all" || node.kind === "any") node.of.forEach(find);
    else if (node.kind === "group" || node.kind === "repeat" || node.kind === "look") find(node.of);
  }
  find(whole);

  /** A short text that the node reads. */
  function of(node: Pattern): string {
    switch (node.kind) {
      case "set":
        return lettersOf(node.source)[0] ?? "";
      case "edge":
      case "look":
        return "";
      case "back":
        return of(groups.get(node.group) ?? { kind: "edge" });
      case "group":
        return of(node.of);
      case "all":
        return node.of.map(of).join("");
      case "any":
        return of(node.of[0] ?? { kind: "edge" });
      case "repeat":
        return of(node.of).repeat(Math.max(node.min, node.max === 0 ? 0 : 1));
    }
  }

  /** Several such texts: of each alternative, and of a single set each letter that may make a difference. */
  function several(node: Pattern): readonly string[] {
    if (node.kind === "set") return lettersOf(node.source).slice(0, 12);
    if (node.kind === "group" || node.kind === "repeat") return several(node.of);
    if (node.kind === "any") return [...new Set(node.of.flatMap(several))].slice(0, 16);
    if (node.kind === "all" && node.of.length === 1 && node.of[0] !== undefined) return several(node.of[0]);
    return [of(node)];
  }

  return { of, several };
}
