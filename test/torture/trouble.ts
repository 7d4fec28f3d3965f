import type { Stage } from "./stage.ts";
import { askAgain } from "./talk.ts";

/** A kind of bad day; the fault takes its time alone, and nobody waits for it. */
type Trouble = { readonly weight: number; begin(stage: Stage): void };

const troubles: readonly Trouble[] = [
  { weight: 4, begin: harm },
  { weight: 2, begin: cut },
  { weight: 3, begin: askAgain },
  { weight: 1, begin: lock },
  { weight: 1, begin: fill },
  { weight: 1, begin: shift },
];

/** Makes something go wrong besides the kills. */
export function trouble(stage: Stage): void {
  const lots = troubles.flatMap((one) => Array.from({ length: one.weight }, () => one));
  stage.dice.pick(lots).begin(stage);
}

function harm({ dice, sides, harms, happenings }: Stage): void {
  happenings.note(dice.pick(sides).harm(dice));
  harms.push({ at: performance.now(), kind: "platform" });
}

function cut({ dice, sides, cuts, happenings }: Stage): void {
  const side = dice.pick(sides);
  const { what, forgotten } = side.cut(dice);
  happenings.note(what);
  cuts.push({ at: performance.now(), platform: side.platform, forgotten });
}

/** Another program holds the store's file, such as a backup. The bot waits for five seconds before it gives up. */
function lock({ dice, bot, harms, locks, happenings }: Stage): void {
  const ms = dice.chance(0.2) ? 7_000 : dice.whole(100, 2_000);
  happenings.note(`the store is locked for ${ms} ms`);
  const from = performance.now();
  locks.push({ from, to: from + ms });
  if (ms > 4_000) harms.push({ at: from + ms, kind: "store" });
  void bot.lockStore(ms);
}

/** Nothing more fits onto the disk until somebody makes room. */
function fill({ dice, bot, harms, locks, happenings }: Stage): void {
  const ms = dice.whole(200, 3_000);
  happenings.note(`the disk is full for ${ms} ms`);
  const from = performance.now();
  locks.push({ from, to: from + ms, isFull: true });
  harms.push({ at: from + ms, kind: "store" });
  void bot.fillDisk(ms);
}

/** The machine's clock is put right, or wrong. */
function shift({ dice, bot, happenings }: Stage): void {
  const seconds = dice.pick([-600, -5, 5, 60, 600]);
  happenings.note(`the clock jumps by ${seconds} s`);
  bot.shiftClock(seconds * 1_000);
}
