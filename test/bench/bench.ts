import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { all, type Case, few } from "./cases.ts";
import { type Contender, contenders } from "./contenders.ts";
import { figures } from "./figures.ts";
import { lowestAge } from "./lower-bound.ts";
import { latenessMs, summarize } from "./measure.ts";
import { install } from "./packages.ts";
import { type Row, toMarkdown } from "./report.ts";
import { type Run, run } from "./run.ts";
import { conditions, type Scenario } from "./scenario.ts";
import type { Platform } from "./stage.ts";
import { median } from "./statistics.ts";
import { richText } from "./texts.ts";
import { withResults } from "./write-results.ts";

// npm run bench. docs/bench/method.md says what it measures and how to read it.

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    only: { type: "string" },
    contender: { type: "string", multiple: true },
    case: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const document = join(import.meta.dirname, "../../docs/bench/figures.md");
const commit = whichCommit();
const foreign = install();
if (!foreign) console.error("chat-sdk is left out: its packages cannot be installed in test/bench");

for (const one of (options.full || options.case !== undefined ? all : few).filter(isWanted)) {
  for (const platform of one.platforms.filter((known) => options.only === undefined || options.only === known)) {
    const rows: Row[] = [];
    for (const contender of contenders.filter((known) => takesPart(known, one))) {
      const row = await measure(one, platform, contender);
      if (row !== undefined) rows.push(row);
    }
    publish(one, platform, rows);
  }
}

for (const { name, long, measure: table } of figures.filter(isWanted)) {
  if (options.only !== undefined || options.contender !== undefined) break;
  if (long && !options.full && options.case === undefined) continue;
  console.error(name);
  print(name, await table());
}

/** What was measured; the document itself changes while it is written. */
function whichCommit(): string {
  const git = (...words: readonly string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", ":/", ":(top,exclude)docs/bench/figures.md") !== "";
  return `${git("rev-parse", "--short", "HEAD")}${changed ? " with changes" : ""}`;
}

function isWanted({ name }: Pick<Case, "name">): boolean {
  return name.toLowerCase().includes(options.case?.toLowerCase() ?? "");
}

function takesPart({ name, foreign: needsPackages }: Contender, { contenders: always, others = [] }: Case): boolean {
  if (needsPackages === true && !foreign) return false;
  if (options.contender !== undefined) return options.contender.includes(name);
  return always.includes(name) || (options.full && others.includes(name));
}

/** A bot that cannot get through a case is left out of it, with the reason. */
async function measure(one: Case, platform: Platform, contender: Contender): Promise<Row | undefined> {
  const runs: Run[] = [];
  const wanted = one.several && (options.full || contender.name === "parley") ? 3 : 1;
  try {
    while (runs.length < wanted) {
      console.error(`${platform}: ${one.name}: ${contender.name}, run ${runs.length + 1}`);
      runs.push(await run(contender, platform, one.scenario));
    }
  } catch (error) {
    console.error(error);
    return undefined;
  }
  const figures = summarize(runs);
  console.error(`  99 of 100 tokens were at most ${latenessMs(runs, one.scenario.tokensPerSecond).toFixed(0)} ms late`);
  for (const found of figures.faults.slice(0, 3)) console.error("  fault:", JSON.stringify(found));
  for (const problem of new Set(runs.flatMap(({ problems }) => problems))) console.error("  problem:", problem);
  return {
    name: contender.name,
    figures,
    coldStartMs: median(runs.map(({ coldStartMs }) => coldStartMs)),
    idleMb: median(runs.map(({ idleMb }) => idleMb)),
  };
}

function publish(one: Case, platform: Platform, rows: readonly Row[]): void {
  const { scenario } = one;
  const title = `${platform === "discord" ? "Discord" : "Slack"}: ${one.name}`;
  const streamMs = (tokensOf(scenario) / scenario.tokensPerSecond) * 1_000;
  const lowestAgeMs = lowestAge({
    platform,
    replies: sharing(platform, scenario, streamMs),
    streamMs,
    roundTripMs: conditions.roundTripMs,
  });
  print(title, toMarkdown({ rows, lowestAgeMs }));
}

function print(title: string, table: string): void {
  const body = `### ${title}\n\nCommit ${commit}.\n\n${table}`;
  console.log(`\n${body}\n`);
  if (options.write) writeFileSync(document, withResults(readFileSync(document, "utf8"), title, body));
}

function tokensOf({ tokens, text }: Scenario): number {
  if (text === "markdown") return richText().length;
  return typeof tokens === "number" ? tokens : (tokens[0] + tokens[1]) / 2;
}

/** How many replies share what a window allows: Discord's are seconds, Slack's a minute. */
function sharing(platform: Platform, { replies, spreadMs = 0 }: Scenario, streamMs: number): number {
  const windowMs = platform === "slack" ? Math.max(60_000, streamMs) : streamMs;
  return Math.ceil(replies * Math.min(1, windowMs / Math.max(spreadMs, 1)));
}
