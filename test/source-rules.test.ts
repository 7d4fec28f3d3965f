import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/** A source file: its path from the root, its text without comments, and what it imports. */
type Source = { readonly path: string; readonly code: string; readonly imports: readonly string[] };

/** What stands after `from`, after a bare `import`, and in `import(…)`. */
const importPattern =
  /^(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

const root = join(import.meta.dirname, "..");
const sources = globSync(["src/**/*.ts", "adapters/**/*.ts"], { cwd: root }).map(readSource);
const core = sources.filter(({ path }) => path.startsWith("src/"));
const adapters = sources.filter(({ path }) => path.startsWith("adapters/"));

function readSource(path: string): Source {
  const code = withoutComments(readFileSync(join(root, path), "utf8"));
  const imports = [...code.matchAll(importPattern)].map(
    ([, ...names]) => names.find((name) => name !== undefined) ?? "",
  );
  return { path, code, imports: imports.map((name) => toTarget(path, name)) };
}

/** A file of ours as its path from the root, all else by its name. */
function toTarget(path: string, name: string): string {
  return name.startsWith(".") ? normalize(join(dirname(path), name)) : name;
}

/** Words in comments are no code. An address in a text ("https://…") is no comment. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:"'`\\/])\/\/[^\n]*/g, "");
}

const importsOf = (files: readonly Source[]) =>
  files.flatMap(({ path, imports }) => imports.map((target) => ({ path, target })));

/** The files that import what the pattern names. */
const importersOf = (pattern: RegExp, files = sources) =>
  [...new Set(importsOf(files).flatMap(({ path, target }) => (pattern.test(target) ? [path] : [])))].toSorted();

const filesWith = (pattern: RegExp, files: readonly Source[]) =>
  files.flatMap(({ path, code }) => (pattern.test(code) ? [path] : [])).toSorted();

test("the sources are found", () => {
  expect(core.length).toBeGreaterThan(40);
  expect(adapters.length).toBeGreaterThan(5);
  expect(importsOf(core).length).toBeGreaterThan(100);
});

describe("an adapter", () => {
  const sdks = ["discord.js", "@slack/bolt", "@slack/web-api"];

  test("sees its own folder, its SDK, Node and the port's barrel, and nothing else", () => {
    const strays = importsOf(adapters).filter(({ path, target }) => {
      const [own = ""] = /^adapters\/\w+\//.exec(path) ?? [];
      return (
        !target.startsWith(own) &&
        !sdks.includes(target) &&
        !target.startsWith("node:") &&
        target !== "src/port/index.ts"
      );
    });
    expect(strays).toEqual([]);
  });

  test("is imported where all is put together, and its manifest where that is printed", () => {
    expect(importersOf(/^adapters\//, core)).toEqual(["src/cli.ts", "src/run.ts"]);
    expect(importersOf(/^adapters\/(?!slack\/app\/manifest\.ts$)/, core)).toEqual(["src/run.ts"]);
  });
});

describe("the core", () => {
  test("knows no platform's SDK", () => {
    expect(importersOf(/^(discord|@discordjs|@slack)\b/, core)).toEqual([]);
  });

  test("speaks to the model's SDK in the files named after it", () => {
    expect(importersOf(/^openai\b/).filter((path) => !/^src\/model\/openai\/openai-[a-z]+\.ts$/.test(path))).toEqual(
      [],
    );
  });

  test("speaks to keyv in one file", () => {
    expect(importersOf(/^(keyv|@keyv\/.*)$/)).toEqual(["src/store/keyv-store.ts"]);
  });

  test("is put together in one file, which is loaded once the settings are known to be right", () => {
    expect(importersOf(/^src\/main\.ts$/)).toEqual([]);
    expect(importersOf(/^src\/cli\.ts$/)).toEqual(["src/main.ts"]);
    expect(importersOf(/^src\/run\.ts$/)).toEqual(["src/cli.ts"]);
    expect(readFileSync(join(root, "src/cli.ts"), "utf8")).not.toMatch(/^import (?!type).*run\.ts/m);
  });

  test("has one barrel, the port's", () => {
    expect(filesWith(/^export\s+\*/m, sources)).toEqual(["src/port/index.ts"]);
    expect(sources.filter(({ path }) => path.startsWith("src/") && path.endsWith("/index.ts"))).toHaveLength(1);
  });
});

describe("a folder", () => {
  /** Each floor sees those below it. What stands on one floor does not see each other. */
  const floors: Readonly<Record<string, readonly (readonly string[])[]>> = {
    src: [
      ["src/text", "src/sentences/english"],
      ["src/sentences"],
      ["src/port", "src/markdown/reading"],
      ["src/runtime", "src/markdown/cutting"],
      ["src/store", "src/model", "src/model/demo", "src/markdown/drawing"],
      ["src/model/openai", "src/choices", "src/limits"],
      ["src/config", "src/reply"],
      ["src/prompt"],
      ["src/prompt/summary", "src/memory"],
      ["src/exchange"],
      ["src/answering", "src/commands"],
      ["src"],
    ],
    "adapters/slack": [
      ["adapters/slack/app", "adapters/slack/install", "adapters/slack/workspace"],
      ["adapters/slack/connection", "adapters/slack/writing"],
      ["adapters/slack/controls"],
      ["adapters/slack/hearing"],
      ["adapters/slack"],
    ],
  };

  test.each(Object.entries(floors))("of %s sees only what is below it", (house, all) => {
    const isIn = (folder: string) => folder === house || folder.startsWith(`${house}/`);
    const floorOf = (folder: string) => all.findIndex((floor) => floor.includes(folder));
    const up = importsOf(sources).filter(({ path, target }) => {
      const [from, to] = [dirname(path), dirname(target)];
      return isIn(from) && isIn(to) && from !== to && floorOf(to) >= floorOf(from);
    });
    expect(up).toEqual([]);
    const folders = new Set(sources.map(({ path }) => dirname(path)).filter(isIn));
    expect([...folders].filter((folder) => floorOf(folder) === -1)).toEqual([]);
  });

  test("begins with its idea, in three sentences at the head of one file", () => {
    const isIntroduced = (path: string) => /^(?:\/\/ .+\n)+\n/.test(readFileSync(join(root, path), "utf8"));
    const introduced = Map.groupBy(
      sources.filter(({ path }) => isIntroduced(path)),
      ({ path }) => dirname(path),
    );
    const folders = new Set(sources.map(({ path }) => dirname(path)));
    expect([...folders].filter((folder) => introduced.get(folder)?.length !== 1)).toEqual([]);
  });

  test("holds twenty files at the most, and no file more than 250 lines", () => {
    const sizes = Map.groupBy(sources, ({ path }) => dirname(path));
    expect([...sizes].filter(([, files]) => files.length > 20).map(([folder]) => folder)).toEqual([]);
    const lines = (path: string) => readFileSync(join(root, path), "utf8").trimEnd().split("\n").length;
    expect(sources.map(({ path }) => path).filter((path) => lines(path) > 250)).toEqual([]);
  });
});

describe("the world outside", () => {
  test("reaches the settings in one place", () => {
    expect(filesWith(/\bprocess\s*\.\s*env\b/, sources)).toEqual(["src/cli.ts"]);
  });

  /** Not the core's pacing of a thread, but the wire's own: an SDK's stream, a header that is read, a list's dates. */
  const wire = [
    "src/model/demo/demo-texts.ts", // no timer at all, but an answer that shows one as an example of code
    "src/model/openai/openai-check.ts", // compares the shutdown dates that a server lists with today
    "src/model/openai/retry-after.ts", // a Retry-After header may be a date
    "src/model/openai/idle-timeout.ts", // one timer a request, which looks when it fires at what has come
    "src/port/http.ts", // turns the sockets' own off
  ];

  test("tells the time through the clock alone, the wire excepted", () => {
    const timers =
      /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|Date\.now|performance\.now)\b|\bnew Date\(\)/;
    expect(filesWith(timers, core)).toEqual([...wire, "src/runtime/clock.ts"].toSorted());
    expect(importersOf(/^(node:)?timers\b/, core)).toEqual([]);
  });
});

describe("a rule is a pure function", () => {
  const rules = [
    "src/limits/access.ts",
    "src/prompt/window.ts",
    "src/limits/limits.ts",
    "src/prompt/prompt-messages.ts",
    "src/answering/triage.ts",
    "src/markdown/cutting/split.ts",
    "src/markdown/drawing/render.ts",
    "src/markdown/drawing/extract-files.ts",
    "src/markdown/reading/fence.ts",
    "src/markdown/cutting/grapheme.ts",
    "src/reply/notices.ts",
    "src/reply/refusal-notices.ts",
    "src/commands/inline.ts",
    "src/choices/placeholders.ts",
  ];

  test.each(rules)("%s waits for nothing and touches nothing", (path) => {
    const file = sources.find((source) => source.path === path);
    expect(file).toBeDefined();
    expect(file?.code).not.toMatch(/\b(?:async|await|Promise|process|console|fetch)\b/);
    expect(file?.imports.filter((target) => !target.startsWith("src/"))).toEqual([]);
  });
});

test("a table that words from outside are looked up in is a Map: a plain object also finds “constructor” and its kind", () => {
  expect(filesWith(/\bRecord<(?:string|number),[^=;{}()]*>+ = \{(?!\})/, sources)).toEqual([]);
});

test("nothing is exported without a name", () => {
  expect(filesWith(/\bexport\s+default\b|\bas\s+default\b/, sources)).toEqual([]);
});

test("no file imports itself by a detour", () => {
  expect(sources.flatMap(({ path }) => cycleFrom(path))).toEqual([]);
});

test("every import of ours names a file that is there", () => {
  const known = new Set(sources.map(({ path }) => path));
  expect(
    importsOf(sources).filter(({ target }) => /^(src|adapters|\.\.)\b/.test(target) && !known.has(target)),
  ).toEqual([]);
});

/** The way from a file back to itself, if there is one. */
function cycleFrom(start: string): readonly string[] {
  const importsByPath = new Map(sources.map(({ path, imports }) => [path, imports]));
  const ways = [[start]];
  const seen = new Set<string>();
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    for (const target of importsByPath.get(way.at(-1) ?? "") ?? []) {
      if (target === start) return [[...way, target].join(" → ")];
      if (!seen.has(target)) ways.push([...way, target]);
      seen.add(target);
    }
  }
  return [];
}
