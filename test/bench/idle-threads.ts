import { setTimeout as pause } from "node:timers/promises";
import { contenders, enter } from "./contenders.ts";
import { drive } from "./drive.ts";
import { conditions, type Scenario } from "./scenario.ts";
import { openStage } from "./stage.ts";

type IdleThreads = { readonly threads: number; readonly mb: number };

/** A few first, so that the code is warm and what every bot keeps is there. */
const counts = [20, 1_250, 5_000] as const;

/** Discord allows some fifty requests a second, and each answer takes four. */
const perThreadMs = 110;

/** What was just said is kept at hand for five minutes, and what is known of a route's limits as well. */
const quietMs = 11 * 60_000;

/** Each thread holds one question and one short answer, each in a channel and from a person of its own; then nobody speaks. */
export async function measureIdleThreads(): Promise<readonly IdleThreads[]> {
  const [parley] = contenders;
  if (parley === undefined) return [];
  const stage = await openStage("discord", conditions.roundTripMs);
  const { bot } = await enter(parley, stage);
  const measured: IdleThreads[] = [];
  try {
    for (const [index, threads] of counts.entries()) {
      const more = threads - (counts[index - 1] ?? 0);
      await drive(stage, bot, { ...short, replies: more, spreadMs: more * perThreadMs });
      await pause(quietMs);
      measured.push({ threads, mb: bot.residentKb() / 1_024 });
    }
    return measured;
  } finally {
    await bot.stop();
    await stage.stop();
  }
}

const short: Omit<Scenario, "replies"> = { places: "many", tokens: 20, tokensPerSecond: 200 };

export function idleThreadTable(measured: readonly IdleThreads[]): string {
  const [first] = measured;
  const rows = measured.map(({ threads, mb }) => {
    const each = first && threads > first.threads ? ((mb - first.mb) * 1_024) / (threads - first.threads) : undefined;
    return [threads.toLocaleString("en"), mb.toFixed(0), each?.toFixed(1) ?? ""];
  });
  const heads = ["idle threads", "MB resident", "KB a thread"];
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
