import { setTimeout as pause } from "node:timers/promises";
import { meddle } from "./people.ts";
import { type Phase, phases } from "./phases.ts";
import type { Stage } from "./stage.ts";
import { ask, askAgain, askTogether, changeMind } from "./talk.ts";
import { trouble } from "./trouble.ts";

/** How long SIGTERM may take; the bot gives its replies ten seconds and its platforms three. */
const graceMs = 16_000;
const faultyShare = 0.12;
const peacefulRounds = 20;

export type Course = { readonly kills: number; readonly only?: string; readonly calm?: boolean };

/** Kills the bot so many times, each in the next phase, with people talking and things going wrong all the while. */
export async function drive(
  stage: Stage,
  { kills, only = "", calm = false }: Course,
): Promise<ReadonlyMap<string, number>> {
  const chosen = phases.filter(({ name }) => name.includes(only));
  const killsByPhase = new Map<string, number>(chosen.map(({ name }) => [name, 0]));
  await stage.bot.up();
  stage.model.faulty = calm ? 0 : faultyShare;
  for (let round = 0; kills === 0 && round < peacefulRounds; round += 1) await chatter(stage, calm);
  for (let kill = 0; kill < kills; kill += 1) {
    const phase = chosen[kill % chosen.length] ?? stage.dice.pick(phases);
    await killIn(phase, stage, calm);
    killsByPhase.set(phase.name, (killsByPhase.get(phase.name) ?? 0) + 1);
    await meanwhile(stage);
  }
  stage.model.faulty = 0;
  await stage.bot.up();
  return killsByPhase;
}

async function killIn(phase: Phase, stage: Stage, calm: boolean): Promise<void> {
  const { bot, dice, happenings, misdeeds } = stage;
  if (phase.early === true) bot.start();
  else {
    await bot.up();
    happenings.note("the bot is connected");
    if (phase.name !== "right after it has started") await chatter(stage, calm);
  }
  await phase.arrive(stage);
  const signal = phase.signal ?? "SIGKILL";
  happenings.note(`${signal} ${phase.name}`);
  const end = await bot.end(signal, signal === "SIGTERM" ? graceMs : 0);
  stage.look();
  happenings.note(`the bot has ended: ${end}`);
  if (signal === "SIGTERM" && end !== "0" && end !== "it had ended") misdeeds.push(`SIGTERM ended it with ${end}`);
  if (dice.chance(0.3)) await pause(dice.between(0, 300));
}

/** People talk for a while, and something may go wrong. */
async function chatter(stage: Stage, calm: boolean): Promise<void> {
  const { dice } = stage;
  for (let turn = dice.whole(0, 3); turn > 0; turn -= 1) {
    if (!calm && dice.chance(0.5)) trouble(stage);
    if (dice.chance(0.3)) changeMind(stage);
    if (dice.chance(0.3)) meddle(stage);
    if (dice.chance(0.15)) askTogether(stage, dice.whole(2, 4));
    else if (unanswered(stage) < mostOpen) ask(stage);
    await pause(dice.between(0, 900));
  }
}

/** What happens while the bot is away. */
async function meanwhile(stage: Stage): Promise<void> {
  const { dice } = stage;
  if (dice.chance(0.25)) askAgain(stage);
  if (dice.chance(0.2)) changeMind(stage);
  if (dice.chance(0.15)) meddle(stage);
  if (dice.chance(0.2)) ask(stage);
}

/** More than this at once would measure the machine. */
const mostOpen = 12;

const unanswered = ({ model }: Stage): number => model.open().length;
