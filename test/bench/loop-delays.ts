import { setTimeout as pause } from "node:timers/promises";
import { textOf } from "../support/constructs.ts";
import type { BotProcess } from "./bot-process.ts";
import { enter } from "./contenders.ts";
import { openStage, type Platform, type Stage } from "./stage.ts";

/** How long the bot's event loop was kept waiting while it answered, in milliseconds. */
type Delay = { readonly p99: number; readonly max: number };
type Row = { readonly construct: string; readonly platform: Platform; readonly kb: number } & Delay;

/** Those that once took seconds, and those that still take the most. */
const named = ["[[ lines", "\\[ lines", "\\(x\\) lines", "table rows", "zalgo", "all"];
const sizesKb = [14, 40];
const watched = { name: "parley", start: { discord: ["bots/watched.ts"], slack: ["bots/watched.ts"] } } as const;
const quietMs = 1_500;
const patienceMs = 90_000;

/** Streams each construct through the whole bot, one after the other, with nothing else to do. */
export async function measureLoopDelays(constructs = named, sizes = sizesKb): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const platform of ["discord", "slack"] as const) {
    const stage = await openStage(platform, 0);
    const { bot } = await enter(watched, stage);
    try {
      await answer(stage, "Some words to begin with. ".repeat(40));
      let count = 1;
      await delayOf(bot, count);
      for (const construct of constructs) {
        for (const kb of sizes) {
          await answer(stage, textOf(construct, kb * 1_000));
          count++;
          rows.push({ construct, platform, kb, ...(await delayOf(bot, count)) });
        }
      }
    } finally {
      await bot.stop();
      await stage.stop();
    }
  }
  return rows;
}

/** Resolves when the model has said it and nothing was written for a while: the loop is watched until then. */
async function answer(stage: Stage, text: string): Promise<void> {
  const before = stage.ai.requests.length;
  stage.ai.replies({ text, tokensPerSecond: 2_000 });
  const { at } = stage.ask(stage.addChannel(), "Please answer");
  for (;;) {
    await pause(100);
    const request = stage.ai.requests[before];
    const quiet = performance.now() - Math.max(at, stage.busyUntil());
    if ((request?.closed === true && quiet > quietMs) || performance.now() - at > patienceMs) return;
  }
}

/** What the bot tells for the `count`th time. */
async function delayOf(bot: BotProcess, count: number): Promise<Delay> {
  bot.signal("SIGUSR2");
  for (;;) {
    await pause(20);
    if (bot.ended()) throw new Error(`the bot ended\n${bot.complaints()}`);
    const [, told] = new RegExp(`^delay (\\{"count":${count},.*\\})$`, "m").exec(bot.complaints()) ?? [];
    if (told !== undefined) return JSON.parse(told) as Delay;
  }
}

export function loopDelayTable(rows: readonly Row[]): string {
  const head =
    "| construct | platform | kB | 99 of 100 waits, ms | longest wait, ms |\n| --- | --- | --- | --- | --- |";
  const code = (construct: string) => `\`\` ${construct.replaceAll("|", "\\|")} \`\``;
  const body = rows.map(
    ({ construct, platform, kb, p99, max }) =>
      `| ${code(construct)} | ${platform} | ${kb} | ${p99.toFixed(0)} | ${max.toFixed(0)} |`,
  );
  return [head, ...body].join("\n");
}
