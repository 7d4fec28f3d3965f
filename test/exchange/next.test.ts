import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Exchange, type How, nothingShown, type Stage } from "../../src/exchange/exchange.ts";
import { stageRecord } from "../../src/exchange/exchange-record.ts";
import { type Happening, next, type Work, workOf } from "../../src/exchange/next.ts";
import { messageId } from "../../src/port/index.ts";
import { messageOf } from "../support/build-event.ts";
import { runs } from "../support/fuzz.ts";

const question = messageOf("Capital of Italy?", { quotedQuestion: "> Capital", recallKey: "o" });
const waits: Exchange = {
  id: question.id,
  seq: 7,
  at: 0,
  question,
  stage: { kind: "waiting", how: "first" },
  reply: nothingShown,
  tries: 0,
};
const [m1, m2] = [messageId("m1"), messageId("m2")];
const outcome = { text: "Rome.", ending: "whole", notice: undefined, aside: undefined, controls: [] } as const;
const edited: Happening = { kind: "edited", now: { ...question, text: "Capital of France?" } };
const stop = (reason: "person" | "reset" | "newer"): Happening => ({ kind: "stop", reason });

const happenings: readonly Happening[] = [
  edited,
  { kind: "edited", now: question },
  { kind: "deleted" },
  { kind: "withdrawn", messages: [m1] },
  { kind: "withdrawn", messages: [messageId("another's")] },
  stop("person"),
  stop("reset"),
  stop("newer"),
  ...(["retry", "started", "left", "turn-came", "set-aside", "making", "covered", "uncovered", "done"] as const).map(
    (kind) => ({ kind }),
  ),
  { kind: "resumed", messages: [m1] },
  { kind: "adopted", messages: [m1, m2] },
  { kind: "made", message: m2 },
  { kind: "showing", text: "Ro" },
  { kind: "ended", outcome },
  { kind: "ended", outcome: { ...outcome, ending: "stopped" } },
  { kind: "offered", messages: [m1] },
];

const play = (...all: readonly Happening[]): Exchange => all.reduce(next, waits);
const life = fc.array(fc.constantFrom(...happenings), { maxLength: 14 });

/** What the runner does where nobody disturbs it. */
const done: Readonly<Record<Exclude<Work, "nothing">, readonly Happening[]>> = {
  answer: [{ kind: "turn-came" }, { kind: "ended", outcome }, { kind: "done" }],
  settle: [{ kind: "done" }],
  stop: [{ kind: "ended", outcome: { ...outcome, ending: "stopped" } }, { kind: "done" }],
  remove: [{ kind: "done" }],
  withdraw: [{ kind: "done" }],
};

function atRest(one: Exchange): Exchange {
  let now = one;
  for (let step = 0; step < 5; step++) {
    const work = workOf(now);
    if (work === "nothing") return now;
    now = done[work].reduce(next, now);
  }
  throw new Error(`no end is reached from ${JSON.stringify(one.stage)}`);
}

describe("whatever happens, in whichever order,", () => {
  test("an end is reached by what the runner does alone", () => {
    fc.assert(
      fc.property(life, (all) => {
        expect(["done", "offered", "covered"]).toContain(atRest(play(...all)).stage.kind);
      }),
      runs(2_000, 1),
    );
  });

  test("its place and its id never change, and what was stored comes back", () => {
    fc.assert(
      fc.property(life, (all) => {
        const { id, seq, at, stage, reply, tries } = play(...all);
        expect([id, seq, at]).toEqual([waits.id, waits.seq, waits.at]);
        const record = { v: 2, stage, ...reply, tries };
        expect(stageRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
      }),
      runs(1_000, 2),
    );
  });

  test("what needs no work has nothing that nobody owns: what is left to a newer question has no messages", () => {
    fc.assert(
      fc.property(life, (all) => {
        const one = play(...all);
        if (one.stage.kind === "covered") expect(one.reply).toEqual(nothingShown);
      }),
      runs(2_000, 3),
    );
  });

  test("after a deletion it keeps no word, and is never answered", () => {
    fc.assert(
      fc.property(life, life, (before, after) => {
        const deleted = next(play(...before), { kind: "deleted" });
        if (deleted.stage.kind === "done") return;
        expect(JSON.stringify([deleted.question])).not.toMatch(/Italy|France|Ada|Capital/);
        expect(["remove", "nothing"]).toContain(workOf(after.reduce(next, deleted)));
      }),
      runs(1_000, 4),
    );
  });

  test("after a stop the model is not asked until a person wants it: by an edit, by “Try again”, or because a newer question got no answer", () => {
    const wishes = ["edited", "retry", "uncovered"];
    fc.assert(
      fc.property(life, life, (before, after) => {
        const stopped = next(play(...before), stop("person"));
        const rest = after.filter(({ kind }) => !wishes.includes(kind)).reduce(next, stopped);
        if (stopped.stage.kind !== "covered") expect(workOf(rest)).not.toBe("answer");
      }),
      runs(2_000, 5),
    );
  });
});

test.each<[string, readonly Happening[], Stage["kind"], How | undefined]>([
  ["a stop while it waits", [stop("person")], "stopped", "first"],
  ["a newer question while it waits", [stop("newer")], "waiting", "first"],
  [
    "a stop, and the end of the process",
    [{ kind: "turn-came" }, stop("person"), { kind: "started" }],
    "stopped",
    "first",
  ],
  [
    "a stop while its last text is written",
    [{ kind: "turn-came" }, { kind: "ended", outcome }, stop("person")],
    "stopped",
    "first",
  ],
  [
    "a stop after it was stopped and ended",
    [
      { kind: "turn-came" },
      stop("person"),
      { kind: "ended", outcome: { ...outcome, ending: "stopped" } },
      stop("person"),
    ],
    "settling",
    "first",
  ],
  [
    "a stop of what gave way to a newer one",
    [{ kind: "turn-came" }, stop("newer"), stop("person"), { kind: "covered" }],
    "stopped",
    "first",
  ],
  ["an edit in mid-answer", [{ kind: "turn-came" }, { kind: "made", message: m1 }, edited], "waiting", "anew"],
  [
    "an edit while its last text is written",
    [{ kind: "turn-came" }, { kind: "ended", outcome }, edited],
    "waiting",
    "anew",
  ],
  [
    "an edit that changes no word, in mid-answer",
    [{ kind: "turn-came" }, { kind: "edited", now: question }],
    "answering",
    "first",
  ],
  [
    "an edit of what waits to be tried again",
    [{ kind: "turn-came" }, { kind: "offered", messages: [m1] }, edited],
    "waiting",
    "anew",
  ],
  [
    "an edit of what the answer was taken away from",
    [{ kind: "turn-came" }, { kind: "made", message: m1 }, { kind: "withdrawn", messages: [m1] }, edited],
    "withdrawing",
    undefined,
  ],
  [
    "one of two messages taken away",
    [
      { kind: "turn-came" },
      { kind: "made", message: m1 },
      { kind: "made", message: m2 },
      { kind: "withdrawn", messages: [m1] },
    ],
    "withdrawing",
    undefined,
  ],
  [
    "the end of the work, where it was edited meanwhile",
    [{ kind: "turn-came" }, edited, { kind: "done" }],
    "waiting",
    "anew",
  ],
])("%s", (_, all, kind, how) => {
  const one = play(...all);
  expect([one.stage.kind, "how" in one.stage ? one.stage.how : undefined]).toEqual([kind, how]);
});

test("one of two messages taken away: the record knows of both, so that neither keeps its cursor", () => {
  const one = play(
    { kind: "turn-came" },
    { kind: "made", message: m1 },
    { kind: "made", message: m2 },
    { kind: "withdrawn", messages: [m1] },
  );
  expect(one.reply.messages).toEqual([m1, m2]);
});
