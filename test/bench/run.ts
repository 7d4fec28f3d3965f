import { type Contender, enter } from "./contenders.ts";
import { type Driven, drive } from "./drive.ts";
import { conditions, type Scenario } from "./scenario.ts";
import { openStage, type Platform } from "./stage.ts";

export type Run = Driven & {
  readonly coldStartMs: number;
  readonly idleMb: number;
  readonly problems: readonly string[];
};

/**
 * Answers that are not measured: connections are open then, and the code is no longer cold. Slack's are short, because they
 * take from what a minute allows.
 */
const warmUps: Readonly<Record<Platform, Scenario>> = {
  discord: { replies: 5, places: "many", tokens: 350, tokensPerSecond: 200 },
  slack: { replies: 3, places: "many", tokens: 100, tokensPerSecond: 200 },
};

/** Runs a scenario in a world of its own, so that no earlier run has used up what the limits allow. */
export async function run(contender: Contender, platform: Platform, scenario: Scenario): Promise<Run> {
  const stage = await openStage(platform, conditions.roundTripMs);
  try {
    const { bot, coldStartMs } = await enter(contender, stage);
    try {
      await drive(stage, bot, warmUps[platform]);
      const idleMb = bot.residentKb() / 1_024;
      const driven = await drive(stage, bot, scenario);
      return { ...driven, coldStartMs, idleMb, problems: stage.problems() };
    } finally {
      await bot.stop();
    }
  } finally {
    await stage.stop();
  }
}
