import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAst } from "vitest/node";
import { superlinear } from "./support/patterns/superlinear.ts";

/** A regular expression of the sources, where it stands. */
type Found = { readonly file: string; readonly source: string; readonly flags: string };

/** Its readers are being made linear; until then they are looked at by nobody. */
const reworked = "src/markdown/**";

const root = join(import.meta.dirname, "..");
const { found, sites } = readAll();

function readAll() {
  const patterns = new Map<string, Found>();
  const made: string[] = [];
  for (const file of globSync(["src/**/*.ts", "adapters/**/*.ts"], { cwd: root, exclude: [reworked] })) {
    const text = readFileSync(join(root, file), "utf8");
    walk(parseAst(text, { lang: "ts" }), (node) => {
      if (node.regex !== undefined) {
        const { pattern: source, flags } = node.regex;
        patterns.set(`${file} /${source}/${flags}`, { file, source, flags });
      } else if (node.callee?.name === "RegExp") made.push(`${file}: ${text.slice(node.start, node.end)}`);
    });
  }
  return { found: [...patterns.values()], sites: made };
}

type Node = {
  readonly start: number;
  readonly end: number;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly name?: string };
};

function walk(node: unknown, look: (node: Node) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) look(node as Node);
  for (const child of Object.values(node)) walk(child, look);
}

test("the regular expressions are found", () => {
  expect(found.length).toBeGreaterThan(100);
});

test("each takes time in proportion to the text", { timeout: 120_000 }, async () => {
  const bad: object[] = [];
  for (const { file, source, flags } of found) {
    const attack = await superlinear(new RegExp(source, flags));
    if (attack !== undefined) bad.push({ file, pattern: `/${source}/${flags}`, attack });
  }
  expect(bad).toEqual([]);
});

test("none is put together while the bot runs, where nobody could look at it", () => {
  expect(sites).toEqual([]);
});

test.each([
  [/[.!]+$/, "a run that is read anew from each of its places"],
  [/^(?:a|a)*$/, "two ways to read the same letter"],
  [/^\s*a?\s*$/, "two runs with nothing for certain between them"],
  [/<a [^>]*>/g, "a beginning that is met again inside"],
  [/(`+)(.+?)\1/s, "what was read before"],
  [/x(?=[^y]*y)/g, "a look ahead, to the end"],
])("%s is refused: %s", async (pattern) => {
  expect(await superlinear(pattern)).toBeDefined();
});

test.each([/(?<![.!])[.!]+$/, /^\s*\S+\s*$/, /<[^<>]+>/g, /\s+/g, /[\s\S]{1,1400}(?:\n|\s|$)|[\s\S]{1,1400}/gu])(
  "%s is not",
  async (pattern) => {
    expect(await superlinear(pattern)).toBeUndefined();
  },
);
