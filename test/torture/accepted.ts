import type { Life } from "./bot.ts";
import type { Question, Side } from "./side.ts";
import type { Stored } from "./stored.ts";

/** What the driver knows of the bot's connections and its store. */
export type Facts = {
  readonly lives: readonly Life[];
  /** Times at which Discord's gateway was cut, and whether its session was given up. */
  readonly cuts: readonly { readonly at: number; readonly forgotten: boolean }[];
  /** When the store's file was held by another: the bot waits for it and does nothing else. */
  readonly locks: readonly { readonly from: number; readonly to: number }[];
  /** The store after each kill, and at the end. */
  readonly stores: readonly Stored[];
};

/** A bot that has lived on so long after Discord sent it a question has had the question. */
const certainlyHadMs = 1_500;
/** The same where its gateway was cut meanwhile: it has to connect again and is sent what it missed. */
const certainlyResumedMs = 10_000;

/**
 * Whether the bot had the question, so that it owes an answer. On Slack: it acknowledged one of the question's events. On Discord,
 * which asks for no acknowledgement: a thread was started from it, or its store knows of it, or it lived on for long enough
 * after it was told. All else may be lost with the process.
 */
export function isAccepted(question: Question, side: Side, facts: Facts): boolean {
  if (side.took(question)) return true;
  if (side.platform === "slack") return false;
  return facts.stores.some((store) => knows(store, question)) || question.sentAt.some((at) => livedOn(at, facts));
}

/** A later question of the thread may have brought an earlier one along, as something that was said there. */
function knows({ remembered, noted }: Stored, { number, message, thread }: Question): boolean {
  if (noted.includes(message)) return true;
  return remembered.has(number) && !thread.questions.some((one) => one.number > number && remembered.has(one.number));
}

const livedOn = (sentAt: number, facts: Facts): boolean => heardBy(sentAt, facts) !== undefined;

/** When the bot had certainly heard what happened then, and noted it. Undefined where it may never have heard of it. */
export function heardBy(sentAt: number, { lives, cuts, locks }: Facts): number | undefined {
  const life = lives.find(({ readyAt = Infinity, endedAt = Infinity }) => readyAt <= sentAt && sentAt < endedAt);
  if (life === undefined) return undefined;
  const until = life.endedAt ?? performance.now();
  const near = cuts.filter(({ at }) => at > sentAt - certainlyResumedMs && at < sentAt + certainlyHadMs);
  if (near.some(({ forgotten }) => forgotten)) return undefined;
  const free = locks.reduce((at, { from, to }) => (from < at + certainlyHadMs && to > at ? to : at), sentAt);
  const heardAt = free + (near.length > 0 ? certainlyResumedMs : certainlyHadMs);
  return heardAt < until ? heardAt : undefined;
}
