import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { presets } from "../src/choices/presets.ts";
import { readEnv } from "../src/config/read-env.ts";
import { settings } from "../src/config/settings.ts";

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const known = Object.keys(settings).sort();

test(".env.example names exactly the settings that the bot knows", () => {
  const named = [...read(".env.example").matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(known);
});

test("the values that .env.example shows are the defaults", () => {
  const shown = [...read(".env.example").matchAll(/^#([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]);
  const unset: Record<string, unknown> = { ...readEnv({}), OPENAI_BASE_URL: "https://api.openai.com/v1" };
  const env = readEnv(Object.fromEntries(shown));
  for (const [name] of shown) expect(env[name as keyof typeof env], name).toEqual(unset[name ?? ""]);
});

test("README's table has every setting, and no other", () => {
  const named = [...read("README.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(known);
});

test("README names every persona", () => {
  for (const { name } of presets) expect(read("README.md")).toContain(`\`${name}\``);
});

test.each(["README.md", "ARCHITECTURE.md"])("every path that %s names exists", (file) => {
  const text = read(file);
  const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path ?? "");
  const inCode = [...text.matchAll(/`((?:src|adapters|test|docs)\/[\w./-]*)`/g)].map(([, path]) => path ?? "");
  expect(inCode.length + linked.length).toBeGreaterThan(0);
  for (const path of [...linked, ...inCode])
    expect(existsSync(new URL(`../${path}`, import.meta.url)), path).toBe(true);
});
