import type { Fate } from "./check.ts";
import type { Question } from "./side.ts";

/** How the summary of a run names what became of an accepted question. An accepted one has to have a fate, so "none" is not here. */
const names: Readonly<Record<Exclude<Fate, "none">, string>> = {
  whole: "answered completely",
  kept: "kept the words so far, with a notice",
  told: "got a notice alone",
  merged: "answered with a later one",
  ended: "ended by people",
  deleted: "deleted by their authors, with what was written",
  unstored: "not judged: the store could not be written",
  wrong: "wrong",
};

export type FateCounts = {
  readonly counts: readonly (readonly [string, number])[];
  /** Accepted questions that are in none of the counts. There must be none: the counts have to add up to the accepted ones. */
  readonly fateless: readonly Question[];
};

/** How many of the accepted questions met each fate. */
export function countFates(accepted: ReadonlySet<Question>, fates: ReadonlyMap<Question, Fate>): FateCounts {
  const met = [...accepted].map((question) => fates.get(question));
  return {
    counts: Object.entries(names).map(([fate, name]) => [name, met.filter((one) => one === fate).length]),
    fateless: [...accepted].filter((question) => (fates.get(question) ?? "none") === "none"),
  };
}
