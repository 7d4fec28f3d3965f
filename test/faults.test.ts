import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const rows = readFileSync(new URL("FAULTS.md", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:fault|---) /.test(line));

const linkPattern = /`([\w/.-]+\.test\.ts)`: "([^"]+)"/g;

/** Where a title stands in a test's source: behind `test(`, `describe(` or a table. The end may be left out, with “…”. */
const titled = (source: string, title: string): boolean => {
  const wanted = title.replace(/…$/, "").trimEnd();
  return source.split("\n").some((line) => {
    const at = line.indexOf(wanted);
    return at > 0 && /["'`]\s*$|["'`][^"'`]*$/.test(line.slice(0, at));
  });
};

test("the table of faults is found", () => expect(rows.length).toBeGreaterThan(120));

test.each(rows)("%s", (row) => {
  const [, , , held = ""] = row.split(/(?<!\\) ?\| /);
  const links = [...held.matchAll(linkPattern)];
  expect(links.length).toBeGreaterThan(0);
  for (const [, file = "", title = ""] of links) {
    const path = new URL(file, import.meta.url);
    expect(existsSync(path), file).toBe(true);
    expect(titled(readFileSync(path, "utf8"), title), `${file}: ${title}`).toBe(true);
  }
});
