// Who may talk to the bot, how much of the model they may use in a day, and how much may run and wait at once.
// These rules are pure: they weigh counts and lists that are handed to them, and say yes, wait or no, with the reason.
// What is used is counted beside them, and told to people elsewhere.

import type { Usage } from "../model/model-client.ts";
import { costOf, type Price } from "../model/price.ts";

export const measures = ["requests", "tokens", "dollars"] as const;
export type Measure = (typeof measures)[number];

/** What may be used in a day; a measure that is missing has no limit. */
export type Limits = Readonly<Partial<Record<Measure, number>>>;

/** Whose limit it is. */
export type LimitScope = "user" | "server";

export type DailyLimits = Readonly<Partial<Record<LimitScope, Limits>>>;

/** What was used, or will be. */
export type DayUsage = Usage & { readonly requests: number };

export const noUsage: DayUsage = { requests: 0, input: 0, output: 0 };

export const addUsage = (one: DayUsage, other: DayUsage): DayUsage => ({
  requests: one.requests + other.requests,
  input: one.input + other.input,
  output: one.output + other.output,
});

/** Why one more question would be too much. */
export type LimitHit = {
  readonly measure: Measure;
  readonly limit: number;
  /** `reached`: until tomorrow; `reserved`: until the questions before it are answered; `too-large`: on every day. */
  readonly kind: "reached" | "reserved" | "too-large";
};

export type Account = {
  readonly used: DayUsage;
  /** Kept for what is being answered now. */
  readonly reserved: DayUsage;
};

/** The first limit that the question would break; undefined where it breaks none. Pure. */
export function toLimitHit(
  limits: Limits,
  { used, reserved }: Account,
  need: DayUsage,
  price: Price | undefined,
): LimitHit | undefined {
  for (const measure of measures) {
    const limit = limits[measure];
    if (limit === undefined) continue;
    const amount = (one: DayUsage) => amountOf(measure, one, price);
    if (amount(addUsage(addUsage(used, reserved), need)) <= limit) continue;
    const kind = amount(need) > limit ? "too-large" : amount(addUsage(used, need)) <= limit ? "reserved" : "reached";
    return { measure, limit, kind };
  }
  return undefined;
}

function amountOf(measure: Measure, used: DayUsage, price: Price | undefined): number {
  switch (measure) {
    case "requests":
      return used.requests;
    case "tokens":
      return used.input + used.output;
    case "dollars":
      return price === undefined ? 0 : costOf(used, price);
  }
}

/** The words that a limit may have in the settings; "requests" is an older word for questions. */
const measureNames: ReadonlyMap<string | undefined, Measure> = new Map([
  ["questions", "requests"],
  ["requests", "requests"],
  ["tokens", "tokens"],
  ["dollars", "dollars"],
]);

/** "50 questions, 200000 tokens, 0.5 dollars", in any order, as the settings have it; undefined for anything else. */
export function toLimits(text: string): Limits | undefined {
  const limits: Partial<Record<Measure, number>> = {};
  for (const part of text.split(",")) {
    const [, number, name] = /^(\d+(?:\.\d+)?)\s+(\w+)$/.exec(part.trim()) ?? [];
    const measure = measureNames.get(name);
    const limit = Number(number);
    if (measure === undefined || limits[measure] !== undefined || limit === 0) return undefined;
    if (measure !== "dollars" && !Number.isInteger(limit)) return undefined;
    limits[measure] = limit;
  }
  return limits;
}
