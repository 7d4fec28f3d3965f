import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ESTree, parseSync, Visitor } from "vite";
import { expect, test } from "vitest";

// Sentences that people read stand in src/sentences. What stands elsewhere is read by a model, by a database, or by an admin in the log.

const root = join(import.meta.dirname, "../..");

/** Texts for the model, and the demo model's own. */
const forTheModel = /^src\/(?:prompt|model\/demo)\/|^src\/choices\/presets\.ts$/;

/** What these are given goes into the log, or is caught and translated. */
const unseen =
  /(?:\blog\b.*\.(?:debug|info|warn|error)|\.allow)$|^(?:Platform|Model|Store|Range|)Error$|^NotInstalled$/;

/** Parts of log lines that stand apart from the call. */
const partsOfLogLines = new Set([
  "a “forget me” is not finished: it continues at the next start",
  "Slack does not show suggested questions",
  "an event from Slack was lost",
  "a name could not be looked up in Slack",
  "not asked after … failures in a row; tried again in … ms",
  "the stream is larger than an answer can be",
  "a redirect to …, which is not followed",
  "first, start and next are out of order",
  "it is missing",
  "it is not JSON",
  "Slack did not tell a name",
  "Nothing was stored: … was changed after it had been opened.",
]);

/** Three words, or a word that begins one; not SQL, nor a list of endings, nor what a secret is made from. */
const isSentence = (text: string): boolean =>
  /\p{L}[\p{L}'’]* \p{L}[\p{L}'’]* \p{L}|^\p{Lu}\p{L}+ .*[.?!…:]$/u.test(text) &&
  !/^\s*(?:PRAGMA|VACUUM|WITH|SELECT|Bearer) |^(?:\w{1,7} ){10}|^parley install state$/.test(text);

/** What stands where platforms show it: a button's label, a summary, the title of a form. */
const shown = new Set(["label", "summary", "description", "title", "placeholder"]);

type Stray = { readonly file: string; readonly text: string };

function straysIn(file: string): readonly Stray[] {
  const code = readFileSync(join(root, file), "utf8");
  const strays: Stray[] = [];
  const calls: string[] = [];
  const enter = ({ start, end }: { readonly start: number; readonly end: number }) =>
    calls.push(code.slice(start, end));
  const note = (text: string) => {
    if (isSentence(text) && !calls.some((call) => unseen.test(call)) && !partsOfLogLines.has(text))
      strays.push({ file, text });
  };
  const visitor = new Visitor({
    CallExpression: ({ callee }) => void enter(callee),
    "CallExpression:exit": () => void calls.pop(),
    NewExpression: ({ callee }) => void enter(callee),
    "NewExpression:exit": () => void calls.pop(),
    Literal: ({ value }) => void (typeof value === "string" && note(value)),
    TemplateLiteral: ({ quasis }) => note(quasis.map((quasi) => quasi.value.cooked ?? "").join("…")),
    Property: ({ key, value }) => {
      const name = "name" in key ? key.name : undefined;
      if (typeof name === "string" && shown.has(name) && isWord(value))
        strays.push({ file, text: code.slice(value.start, value.end) });
    },
  });
  visitor.visit(parseSync(file, code).program);
  return strays;
}

const isWord = (node: ESTree.Node): boolean =>
  node.type === "Literal" && typeof node.value === "string" && /\p{L}/u.test(node.value);

const files = globSync(["src/**/*.ts", "adapters/**/*.ts"], { cwd: root });

test("no sentence that people read stands outside the catalogue", () => {
  const outside = files.filter((file) => !file.startsWith("src/sentences/") && !forTheModel.test(file));
  expect(outside.length).toBeGreaterThan(100);
  expect(outside.flatMap(straysIn)).toEqual([]);
});

test("the search finds those that stand in it", () => {
  const inside = files.filter((file) => file.startsWith("src/sentences/")).flatMap(straysIn);
  expect(inside.length).toBeGreaterThan(150);
});
