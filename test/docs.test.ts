import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { presets } from "../src/choices/presets.ts";
import { commands } from "../src/commands/catalog.ts";
import { readEnv } from "../src/config/read-env.ts";
import { purposeOf, type SettingName, settings } from "../src/config/settings.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const known = Object.keys(settings) as SettingName[];
const pages = globSync(["*.md", "docs/**/*.md", "test/FAULTS.md"], { cwd: root }).toSorted();

describe(".env.example", () => {
  test("names exactly the settings that the bot knows", () => {
    const named = [...read(".env.example").matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(known.toSorted());
  });

  test("shows the defaults", () => {
    const shown = [...read(".env.example").matchAll(/^#([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]);
    const unset: Readonly<Record<string, unknown>> = readEnv({});
    const env = readEnv(Object.fromEntries(shown));
    for (const [name] of shown) expect(env[name as keyof typeof env], name).toEqual(unset[name ?? ""]);
  });
});

test("the page of the settings is drawn from them", async () => {
  const defaults: Readonly<Record<string, unknown>> = readEnv({});
  const rows = known.map((name) => {
    const value = defaults[name];
    return `| \`${name}\` | ${value === undefined ? "" : `\`${value}\``} | ${purposeOf(name).replace(/[|<>]/g, "\\$&")} |`;
  });
  await expect(
    [
      "# Settings",
      "",
      "Set them in the environment, or in `.env` in the working folder; the environment wins. An empty value counts as unset. Wrong settings are reported",
      "all together, and the program ends with exit code 78. This page is drawn from `src/config/settings.ts`.",
      "",
      "| setting | default | what it is for |",
      "| --- | --- | --- |",
      ...rows,
      "",
    ].join("\n"),
  ).toMatchFileSnapshot("../docs/admin/settings.md");
});

test("the README and the architecture can be read in one sitting", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(131);
  expect(read("ARCHITECTURE.md").split("\n").length).toBeLessThanOrEqual(151);
});

test("every log line that an alarm is advised for exists", () => {
  const sources = globSync(["src/**/*.ts", "adapters/**/*.ts"], { cwd: root }).map(read).join("\n");
  const [, table = ""] = read("docs/admin/running.md").split("| line | what to do |");
  const lines = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, line = ""]) => line),
  );
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) expect(sources, line).toContain(line.split("…")[0]?.trimEnd());
});

test("the guide for members names every command and every persona", () => {
  for (const { name } of commands) expect(read("docs/using.md"), name).toContain(`\`${name}`);
  for (const { name } of presets) expect(read("docs/using.md")).toContain(`\`${name}\``);
});

test.each(pages)("%s links to what exists, and every file that it names does", (page) => {
  const text = read(page);
  // In the table of faults, paths are seen from its folder, and another test looks at them.
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)/g)].map(([, path = ""]) =>
    join(dirname(page), path),
  );
  const named = [...text.matchAll(/`((?:src|adapters|test|docs)\/[\w./-]*\.\w+)`/g)].map(([, path = ""]) => path);
  for (const path of page === "test/FAULTS.md" ? links : [...links, ...named])
    expect(existsSync(join(root, path)), path).toBe(true);
});

test("every page is reached from the README by links", () => {
  const reached = new Set<string>();
  const visit = (page: string) => {
    if (reached.has(page) || !page.endsWith(".md")) return;
    reached.add(page);
    for (const [, path = ""] of read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) visit(join(dirname(page), path));
  };
  visit("README.md");
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});
