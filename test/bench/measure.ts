import { ageOf, seenAt } from "./age.ts";
import { check, type Found } from "./correctness.ts";
import type { Driven, Reply } from "./drive.ts";
import { endsOf } from "./reading.ts";
import { median, quantile } from "./statistics.ts";

/** What a person at the platform notices of one answer, in milliseconds; undefined where it never happened. */
export type Seen = {
  /** From the mention to the first text, less the model's own time to its first token. */
  readonly delayMs: number | undefined;
  /** From the model's first token to the first text. */
  readonly firstTextMs: number | undefined;
  readonly ageMs: number | undefined;
  readonly unseenTokens: number | undefined;
  /** From the last token to the whole text. */
  readonly finishMs: number | undefined;
  readonly faults: readonly Found[];
};

export type Figures = {
  readonly delayMs: number | undefined;
  readonly firstTextMs: number | undefined;
  readonly ageMs: number | undefined;
  readonly unseenTokens: number | undefined;
  readonly finishMs: number | undefined;
  readonly finish95Ms: number | undefined;
  readonly cpuPer1000: number;
  readonly callsPerAnswer: number;
  readonly refused: number;
  /** How many answers ended whole, and how many were right at every instant. */
  readonly whole: number;
  readonly right: number;
  readonly answers: number;
  readonly faults: readonly Found[];
  /** What the process grew by for each reply, while they streamed and after. */
  readonly liveKb: number;
  readonly idleKb: number;
};

export function seen({ asked, text, request, messages }: Reply): Seen {
  const { steps, faults } = check(text.join(""), messages);
  const sentAt = request?.sentAt ?? [];
  const seenTokens = seenAt(steps, endsOf(text));
  const [firstSent, lastSent] = [sentAt[0], sentAt.at(-1)];
  const [first, last] = [steps.find(({ length }) => length > 0)?.at, seenTokens.at(-1)];
  const thoughtMs = firstSent === undefined ? undefined : firstSent - requestedAt(request?.at ?? 0);
  const age = ageOf(sentAt, seenTokens);
  return {
    delayMs: minus(minus(first, asked.at), thoughtMs),
    firstTextMs: minus(first, firstSent),
    ageMs: age?.meanMs,
    unseenTokens: age?.tokens,
    finishMs: minus(last, lastSent),
    faults,
  };
}

/** One figure of all answers of one or several runs: medians over the answers, sums over the runs. */
export function summarize(runs: readonly Driven[]): Figures {
  const all = runs.flatMap(({ replies }) => replies.map(seen));
  const each = (pick: (one: Seen) => number | undefined) =>
    all.map(pick).filter((value): value is number => value !== undefined);
  const tokens = sum(runs.flatMap(({ replies }) => replies.map(({ text }) => text.length)));
  const faults = all.flatMap((one) => one.faults);
  return {
    delayMs: median(each(({ delayMs }) => delayMs)),
    firstTextMs: median(each(({ firstTextMs }) => firstTextMs)),
    ageMs: median(each(({ ageMs }) => ageMs)),
    unseenTokens: median(each(({ unseenTokens }) => unseenTokens)),
    finishMs: median(each(({ finishMs }) => finishMs)),
    finish95Ms: quantile(
      each(({ finishMs }) => finishMs),
      0.95,
    ),
    cpuPer1000: sum(runs.map(({ cpuMs }) => cpuMs)) / (tokens / 1_000),
    callsPerAnswer: sum(runs.map(({ calls }) => calls)) / all.length,
    refused: sum(runs.map(({ refused }) => refused)),
    whole: all.filter((one) => !one.faults.some(({ fault }) => fault === "incomplete")).length,
    right: all.filter((one) => one.faults.length === 0).length,
    answers: all.length,
    faults,
    liveKb: median(runs.map((run) => perReply(run, run.residentKbMost))) ?? 0,
    idleKb: median(runs.map((run) => perReply(run, run.residentKbAfter))) ?? 0,
  };
}

const perReply = ({ residentKbBefore, replies }: Driven, kb: number) => (kb - residentKbBefore) / replies.length;
/** How late the model's tokens came, so that nobody blames the bot for a busy machine: what 99 of 100 do not exceed. */
export function latenessMs(runs: readonly Driven[], tokensPerSecond: number): number {
  const late = runs.flatMap(({ replies }) =>
    replies.flatMap(({ request }) => {
      const [first = 0] = request?.sentAt ?? [];
      return (request?.sentAt ?? []).map((at, token) => at - first - (token * 1_000) / tokensPerSecond);
    }),
  );
  return quantile(late, 0.99) ?? 0;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const minus = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a - b;

/** The model's records count from 1970. */
const requestedAt = (at: number) => at - performance.timeOrigin;
