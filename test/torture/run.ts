import { heardBy, isAccepted } from "./accepted.ts";
import { check, type Evidence, type Judged } from "./check.ts";
import { drive } from "./drive.ts";
import { countFates } from "./fates.ts";
import type { HarmKind } from "./notices.ts";
import { tryAgain } from "./people.ts";
import { type Result, toCounts, toTranscripts } from "./report.ts";
import { settle } from "./settle.ts";
import { openStage, type Stage } from "./stage.ts";

export type Wish = {
  /** Without any, people only talk. */
  readonly kills: number;
  /** Kills in the phases alone whose names hold this. */
  readonly only?: string;
  /** Nothing goes wrong but the kills. */
  readonly calm?: boolean;
  readonly seed: number;
  /** How long may pass after the last kill until all is answered. */
  readonly settleMs: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Another copy of the bot's program than this repository's. */
  readonly main?: string | undefined;
  readonly echo?: (line: string) => void;
};

export type Outcome = {
  readonly counts: string;
  /** Empty where nothing went wrong. */
  readonly transcripts: string;
  readonly failed: boolean;
  /** Where the bot's log and store were left, because something went wrong. */
  readonly folder: string | undefined;
};

/** Tortures one bot and judges what stands in the end. */
export async function torture({ seed, settleMs, env = {}, echo = () => undefined, ...wish }: Wish): Promise<Outcome> {
  const stage = await openStage({ seed, env, main: wish.main, echo });
  let keep = true;
  try {
    const killsByPhase = await drive(stage, wish);
    const isRight = () => judge(stage).judged.violations.length === 0;
    const calm = await settle(stage, isRight, settleMs);
    const givenUp = tryAgain(stage);
    const quiet = givenUp === 0 ? calm : await settle(stage, isRight, settleMs);
    stage.look();
    const { judged, accepted } = judge(stage);
    const result: Result = { seed, killsByPhase, givenUp, judged, accepted, quiet };
    const { fateless } = countFates(accepted, judged.fates);
    const failed = judged.violations.length + stage.misdeeds.length + fateless.length > 0 || !quiet;
    keep = failed;
    return {
      counts: toCounts(result, stage),
      transcripts: failed ? toTranscripts(result, stage) : "",
      failed,
      folder: failed ? stage.bot.folder : undefined,
    };
  } finally {
    await stage.close({ keep });
  }
}

function judge(stage: Stage): Pick<Result, "judged" | "accepted"> & { readonly judged: Judged } {
  const { questions, model, sides, stores, locks, bot, harms, deeds } = stage;
  const cuts = stage.cuts.filter(({ platform }) => platform === "discord");
  const facts = { lives: bot.lives, cuts, locks, stores };
  const accepted = new Set(
    questions.filter((one) => model.attempts(one.number).length > 0 || isAccepted(one, stage.sideOf(one), facts)),
  );
  /** Told to end, it may say that it has: it does not go on by itself where it was set so. */
  const ends = bot.lives.flatMap(({ end, endedAt: at = 0 }) => (end === "0" ? [{ at, kind: "process" }] : []));
  const evidence: Evidence = {
    questions,
    accepted,
    places: sides.flatMap((side) => side.places()),
    attempts: model.attempts,
    heardBy: (at) => heardBy(at, facts),
    deeds,
    shut: (from, to) => locks.some((lock) => lock.from < to && lock.to > from),
    full: locks.filter(({ isFull }) => isFull),
    unnoted: locks.flatMap(({ from, to, isFull }) =>
      bot.lives.flatMap(({ endedAt = 0, end }) =>
        isFull && end === "SIGKILL" && endedAt > from && endedAt < to ? [{ from, to: endedAt }] : [],
      ),
    ),
    whileAnswering: stage.env["WHILE_ANSWERING"] ?? "queue",
    resent: (question) => stage.sideOf(question).resent(question),
    harmed: (kind: HarmKind, sinceMs) =>
      [...harms, ...model.failed(), ...deeds.map(({ at }) => ({ at, kind: "person" })), ...ends].some(
        (harm) => harm.kind === kind && harm.at >= sinceMs,
      ),
  };
  return { judged: check(evidence), accepted };
}
