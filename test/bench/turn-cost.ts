import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countTokens } from "../../src/model/tokens.ts";
import { threadId } from "../../src/port/index.ts";
import { trimWindow } from "../../src/prompt/window.ts";
import type { ConversationStore, Turn } from "../../src/store/conversation-store.ts";
import { answered, said } from "../store/build-turn.ts";
import { messageOf, placeOf } from "../support/build-event.ts";
import { openCore } from "../support/core.ts";
import { createRecordingSurface } from "../support/recording-surface.ts";
import { createScriptedModel } from "../support/scripted-model.ts";
import { median } from "./statistics.ts";
import { numberedText } from "./texts.ts";
import { type Cost, watchCost } from "./watch-cost.ts";

/** What one question and its answer cost in a thread of so many messages. */
export type TurnCost = Cost & { readonly messages: number; readonly ms: number };

const windowTokens = 16_000;
const questionTokens = 25;
const answerTokens = 100;
/** Short threads are new for each turn. In long ones so many turns run through a whole step of the window. */
const turns = 100;
const lengths = [10, 100, 1_000, 10_000] as const;

/** The real core and store, on a file; the model answers at once, and nothing travels over a network. */
export async function measureTurnCosts(): Promise<readonly TurnCost[]> {
  const folder = mkdtempSync(join(tmpdir(), "parley-turns-"));
  const model = createScriptedModel();
  const core = await openCore({ storeUrl: `sqlite://${folder}/parley.sqlite`, client: model, core: { windowTokens } });
  const watch = watchCost();
  const ask: Ask = async (name) => {
    model.script([numberedText(0, answerTokens).join("")]);
    const [before, began] = [watch.read(), performance.now()];
    await core.bot.receive(questionIn(name), createRecordingSurface(wide));
    return { ms: performance.now() - began, ...difference(before, watch.read()) };
  };
  try {
    for (const messages of lengths) for (const name of namesOf(messages)) await fill(core.store, name, messages);
    for (let turn = 0; turn < turns; turn += 1) await ask("warm-up");
    return await measureAll(ask);
  } finally {
    watch.stop();
    await core.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Turned = Cost & { readonly ms: number };
type Ask = (name: string) => Promise<Turned>;

/** The lengths take turns, so that a busy machine is busy for all of them. */
async function measureAll(ask: Ask): Promise<readonly TurnCost[]> {
  const all = lengths.map((messages) => ({ messages, names: namesOf(messages), turned: [] as Turned[] }));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { names, turned } of all) turned.push(await ask(names[turn % names.length] ?? ""));
  }
  return all.map(({ messages, turned }) => ({
    messages,
    ms: median(turned.map(({ ms }) => ms)) ?? 0,
    ...mean(turned),
  }));
}

const namesOf = (messages: number): readonly string[] =>
  Array.from({ length: messages < 1_000 ? turns : 1 }, (_, index) => `${messages} messages ${index}`);

const costs = ["statements", "rowsRead", "charactersRead", "bytesWritten"] as const;

const toCost = (of: (name: (typeof costs)[number]) => number): Cost =>
  Object.fromEntries(costs.map((name) => [name, of(name)])) as Cost;

const difference = (before: Cost, after: Cost): Cost => toCost((name) => after[name] - before[name]);

const mean = (all: readonly Cost[]): Cost =>
  toCost((name) => all.reduce((sum, cost) => sum + cost[name], 0) / all.length);

/** What was said here before, with the window moved as the bot would have moved it. */
async function fill(store: ConversationStore, name: string, messages: number): Promise<void> {
  const count = countTokens;
  const question = numberedText(0, questionTokens).join("");
  const answer = numberedText(0, answerTokens).join("");
  const pair: readonly Turn[] = [
    said(question, { tokens: count(question) + overhead }),
    answered(answer, { tokens: count(answer) + overhead }),
  ];
  let conversation = await store.open(threadOf(name));
  for (let at = 0; at < messages; at += 2)
    conversation = await store.append(trimWindow(conversation, windowTokens), ...pair);
}

/** What the bot counts for a turn besides its words. */
const overhead = 12;

const threadOf = (name: string) => threadId(`bench:${name}`);

const questionIn = (name: string) =>
  messageOf(numberedText(0, questionTokens).join(""), {
    place: placeOf({ thread: threadOf(name) }),
    sentAt: Date.now(),
  });

/** Nothing waits for a platform's limits. */
const wide = {
  maxLength: 2_000,
  dialect: { tables: "native", headings: 6, math: "native" },
  bucket: "bench",
  count: 1_000_000,
  periodMs: 1_000,
  cursor: " ▌",
} as const;

export function turnCostTable(measured: readonly TurnCost[]): string {
  const [first] = measured;
  const rows = measured.map(({ messages, ms, statements, rowsRead, charactersRead, bytesWritten }) => [
    messages.toLocaleString("en"),
    ms.toFixed(1),
    (ms / (first?.ms ?? ms)).toFixed(2),
    (bytesWritten / 1_024).toFixed(0),
    statements.toFixed(1),
    rowsRead.toFixed(0),
    (charactersRead / 1_024).toFixed(0),
  ]);
  const heads = ["messages", "ms a turn", "ratio", "KB written", "statements", "rows read", "KB read"];
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
