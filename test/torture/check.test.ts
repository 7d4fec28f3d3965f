import { describe, expect, test } from "vitest";
import type { ChatRequest } from "../emulators/openai/openai-emulator.ts";
import { check, type Evidence, type Fate } from "./check.ts";
import { countFates } from "./fates.ts";
import type { Attempt } from "./model.ts";
import type { Deed, Place, Question, Thread, Written } from "./side.ts";
import { answerWords, attemptName, questionText, wordsIn } from "./words.ts";

const thread: Thread = {
  name: "a thread",
  platform: "slack",
  channel: "C1",
  root: "1",
  isDirect: false,
  people: [],
  questions: [],
};
const ask = (number: number): Question => ({
  number,
  thread,
  message: String(number),
  saidAt: number,
  sentAt: [number],
  editedAt: [],
});
const [first, second] = [ask(1), ask(2)];
thread.questions.push(first, second);

const whole = (number: number, attempt = "a", length = 3) => answerWords(number, attempt, length).join("");
const notice = "_⚠️ The connection to the model broke._";

function written(text: string, more: Partial<Written> = {}): Written {
  return { id: "m", text, buttons: [], grows: false, states: [{ at: 10, text }], deletedAt: undefined, ...more };
}

function attempt(name: string, more: Partial<Attempt> & { readonly prompt?: string } = {}): Attempt {
  const messages = [{ role: "user", content: more.prompt ?? questionText(1) }];
  return { name, at: 5, length: 3, fault: undefined, request: { messages } as unknown as ChatRequest, ...more };
}

type Situation = {
  readonly messages: readonly Written[];
  readonly tries?: readonly Attempt[];
  readonly accepted?: readonly Question[];
  readonly signs?: readonly string[];
  readonly harmed?: boolean;
  /** The question that was taken away long before, and the bot heard so. */
  readonly gone?: number;
  readonly mayHold?: Place["mayHold"];
  readonly deeds?: readonly (Pick<Deed, "kind"> & Partial<Deed>)[];
  /** How the model is asked the second question. */
  readonly second?: Attempt;
  /** The bot may not have heard of what people did. */
  readonly unheard?: true;
  /** The store could not be written, and the process was killed meanwhile or not. */
  readonly unwritable?: "shut" | "until the kill";
  readonly whileAnswering?: string;
};

function judge({ messages, tries = [attempt("a"), attempt("b")], signs = [], ...rest }: Situation) {
  const place = {
    name: "a thread",
    isConversation: true,
    mayHold: rest.mayHold ?? (() => true),
    written: messages,
    signs,
  };
  const conversation: Thread = { ...thread, questions: [] };
  for (const one of [first, second]) {
    const gone = one.number === rest.gone ? { goneAt: -5_000 } : {};
    conversation.questions.push({ ...one, thread: conversation, ...gone });
  }
  const { questions } = conversation;
  const evidence: Evidence = {
    questions,
    accepted: new Set(),
    places: [place],
    attempts: (number) => (number === 1 ? tries : [rest.second ?? attempt("a", { prompt: questionText(2) })]),
    resent: () => false,
    heardBy: (at) => (rest.unheard ? undefined : at + 1),
    deeds: (rest.deeds ?? []).map((deed) => ({
      at: 6,
      questions: questions.slice(0, 1),
      ...deed,
      thread: conversation,
    })),
    shut: () => rest.unwritable === "shut",
    unnoted: rest.unwritable === "until the kill" ? [{ from: 0, to: 100 }] : [],
    full: [],
    whileAnswering: rest.whileAnswering ?? "queue",
    harmed: () => rest.harmed ?? false,
  };
  const accepted = new Set(
    evidence.questions.filter(({ number }) => rest.accepted?.some((one) => one.number === number)),
  );
  const { fates, violations } = check({ ...evidence, accepted });
  return { fate: [...fates].find(([{ number }]) => number === 1)?.[1], kinds: violations.map(({ kind }) => kind) };
}

describe("what is right", () => {
  test("a whole answer, also in several messages", () => {
    expect(judge({ messages: [written(whole(1))], accepted: [first] })).toEqual({ fate: "whole", kinds: [] });
    const parts = [written("A1.0a A1.1a "), written("A1.2a end1a")];
    expect(judge({ messages: parts, accepted: [first] })).toEqual({ fate: "whole", kinds: [] });
  });

  test("a question that was lost before the bot had it", () => {
    expect(judge({ messages: [] })).toEqual({ fate: "none", kinds: [] });
  });

  test("the kept words of an answer that the model broke off, with a notice", () => {
    const tries = [attempt("a", { fault: "reset" })];
    expect(judge({ messages: [written(`A1.0a A1.1a\n\n${notice}`)], tries })).toEqual({ fate: "kept", kinds: [] });
    expect(judge({ messages: [written(notice)], tries, accepted: [first] })).toEqual({ fate: "told", kinds: [] });
  });

  test("no answer to a question that its author deleted, or that the store could not take", () => {
    const situation = { messages: [], tries: [], accepted: [first] };
    expect(judge({ ...situation, gone: 1 })).toEqual({ fate: "deleted", kinds: [] });
    expect(judge({ ...situation, unwritable: "shut" })).toEqual({ fate: "unstored", kinds: [] });
    expect(judge({ ...situation, unwritable: "until the kill" })).toEqual({ fate: "unstored", kinds: [] });
  });

  test("a message that was deleted", () => {
    const messages = [written("A1.0a ▌", { deletedAt: 11 }), written(whole(1))];
    expect(judge({ messages })).toEqual({ fate: "whole", kinds: [] });
  });
});

describe("what people did", () => {
  const late = [attempt("a"), attempt("b", { at: 100 })];

  test.each(["stop", "reset", "removal"] as const)(
    "a %s excuses an answer that is not whole, and none that is",
    (kind) => {
      const early = written("A1.0a", { states: [{ at: 5, text: "A1.0a" }] });
      const cut = judge({ messages: [early], tries: [attempt("a")], deeds: [{ kind }], accepted: [first] });
      expect(cut).toEqual({ fate: "ended", kinds: [] });
      const none = judge({ messages: [], tries: [attempt("a")], deeds: [{ kind }], accepted: [first] });
      expect(none).toEqual({ fate: "ended", kinds: [] });
      const before = written(`A1.1a`, { states: [{ at: 5, text: whole(1) }] });
      if (kind !== "removal") expect(judge({ messages: [before], deeds: [{ kind }] }).kinds).toContain("disordered");
    },
  );

  test("what was stopped may not be asked again, unless somebody has it tried again or the bot did not hear it", () => {
    const situation = { messages: [written("A1.0a")], tries: late };
    expect(judge({ ...situation, deeds: [{ kind: "stop" }] }).kinds).toEqual(["went on"]);
    expect(judge({ ...situation, deeds: [{ kind: "reset" }] }).kinds).toEqual(["went on"]);
    expect(judge({ ...situation, deeds: [{ kind: "stop" }, { kind: "retry", at: 7 }] }).kinds).toEqual([]);
    expect(judge({ ...situation, deeds: [{ kind: "stop" }], unheard: true }).kinds).toEqual([]);
  });

  test("what was taken away may not be written again", () => {
    const again = written(whole(1), { states: [{ at: 90, text: whole(1) }] });
    expect(judge({ messages: [again], deeds: [{ kind: "removal" }] }).kinds).toEqual(["went on"]);
    expect(
      judge({ messages: [written(whole(1), { states: [{ at: 5, text: "A1.0a" }] })], deeds: [{ kind: "removal" }] })
        .kinds,
    ).toEqual([]);
  });

  test("a question that was left to a later one is told the model with it", () => {
    const situation = { messages: [written(whole(2))], tries: [], accepted: [first] };
    expect(judge({ ...situation, whileAnswering: "merge" })).toEqual({ fate: "wrong", kinds: ["lost"] });
    const both = { ...situation, second: attempt("a", { prompt: `${questionText(1)} ${questionText(2)}` }) };
    expect(judge({ ...both, whileAnswering: "merge" })).toEqual({ fate: "merged", kinds: [] });
    expect(judge(both).kinds).toEqual(["lost"]);
  });
});

describe("what is noticed", () => {
  const wrongs: readonly (readonly [string, Situation, string])[] = [
    [
      "a prompt with words that were taken away before",
      { messages: [], gone: 2, tries: [attempt("a", { prompt: `${questionText(2)} ${questionText(1)}` })] },
      "prompt",
    ],
    ["an accepted question without an answer", { messages: [], accepted: [first] }, "lost"],
    ["one that is only told of a fault that nobody made", { messages: [written(notice)], accepted: [first] }, "lost"],
    ["an answer that ends in its middle", { messages: [written("A1.0a A1.1a")] }, "cut"],
    ["one that a notice ends for which there is no cause", { messages: [written(`A1.0a\n\n${notice}`)] }, "cut"],
    ["an answer that stands twice", { messages: [written(whole(1)), written(whole(1))] }, "doubled"],
    ["a second try below the words of the first", { messages: [written("A1.0a"), written(whole(1, "b"))] }, "doubled"],
    ["a mixture of two tries", { messages: [written("A1.0a A1.1b A1.2b end1b")] }, "doubled"],
    ["words twice in one message", { messages: [written("A1.0a A1.0a A1.1a A1.2a end1a")] }, "doubled"],
    ["a missing word", { messages: [written("A1.0a A1.2a end1a")] }, "disordered"],
    ["words in another order", { messages: [written("A1.1a A1.0a A1.2a end1a")] }, "disordered"],
    ["an end that comes too soon", { messages: [written("A1.0a A1.1a end1a")] }, "disordered"],
    ["an answer in another thread", { messages: [written(whole(1))], mayHold: () => false }, "foreign"],
    ["two answers in one message", { messages: [written(`${whole(1)} ${whole(2)}`)] }, "foreign"],
    ["a cursor", { messages: [written(`${whole(1)} ▌`)] }, "left over"],
    ["a Stop button", { messages: [written(whole(1), { buttons: ["Stop"] })] }, "left over"],
    ["a live stream", { messages: [written(whole(1), { grows: true })] }, "left over"],
    ["a status", { messages: [written(whole(1))], signs: ["status “is thinking…”"] }, "left over"],
    ["a line that was shown in place of words", { messages: [written("_thinking… 12 s_")] }, "left over"],
    [
      "answers in another order than their questions",
      { messages: [written(whole(2)), written(whole(1))] },
      "out of order",
    ],
    [
      "a notice without a cause beside a whole answer",
      { messages: [written(whole(1)), written(whole(2)), written(notice)] },
      "notice",
    ],
    [
      "a prompt with a question of another thread",
      { messages: [], tries: [attempt("a", { prompt: "Q1 Q2 Q2" })] },
      "prompt",
    ],
  ];

  test.each(wrongs)("%s", (_, situation, kind) => {
    expect(judge(situation).kinds).toContain(kind);
  });
});

describe("the summary", () => {
  const fates = ["whole", "kept", "told", "merged", "ended", "deleted", "unstored", "wrong"] as const;
  const met = new Map<Question, Fate>([...fates, "whole" as const].map((fate, index) => [ask(index), fate]));
  const sum = (counts: readonly (readonly [string, number])[]) => counts.reduce((total, [, count]) => total + count, 0);

  test("names every fate once, and the fates add up to the accepted questions", () => {
    const accepted = new Set(met.keys());
    const { counts, fateless } = countFates(accepted, new Map([...met, [ask(90), "whole"], [ask(91), "none"]]));
    expect(counts.map(([, count]) => count)).toEqual([2, 1, 1, 1, 1, 1, 1, 1]);
    expect(new Set(counts.map(([name]) => name)).size).toBe(fates.length);
    expect(sum(counts)).toBe(accepted.size);
    expect(fateless).toEqual([]);
  });

  test("tells an accepted question that has no fate", () => {
    const [silent, unjudged] = [ask(90), ask(91)];
    const { counts, fateless } = countFates(
      new Set([...met.keys(), silent, unjudged]),
      new Map([...met, [silent, "none"]]),
    );
    expect(sum(counts)).toBe(met.size);
    expect(fateless).toEqual([silent, unjudged]);
  });
});

test("the words of an answer are found again, whatever stands around them", () => {
  const words = wordsIn(`**${whole(17, "ba", 2)}** ▌`);
  expect(words).toEqual([
    { question: 17, attempt: "ba", place: 0 },
    { question: 17, attempt: "ba", place: 1 },
    { question: 17, attempt: "ba", place: "end" },
  ]);
  expect([0, 25, 26].map(attemptName)).toEqual(["a", "z", "ba"]);
});
