import type { Attempt } from "./model.ts";
import { type HarmKind, isBareNotice, kindOf, noticeIn } from "./notices.ts";
import type { Place, Question, Written } from "./side.ts";
import { questionsIn, type Word, wordsIn } from "./words.ts";

/** Everything that is judged, once all is quiet. */
export type Evidence = {
  readonly questions: readonly Question[];
  readonly accepted: ReadonlySet<Question>;
  readonly places: readonly Place[];
  readonly attempts: (question: number) => readonly Attempt[];
  /** Whether it had to be sent to the bot more than once, so that it may have come late. */
  readonly resent: (question: Question) => boolean;
  /** Whether the bot heard for certain that it was taken away. */
  readonly heardGone: (question: Question) => boolean;
  /** What the driver made go wrong besides the model's answers. */
  readonly harmed: (kind: HarmKind, sinceMs: number) => boolean;
};

export type Violation = {
  readonly kind: ViolationKind;
  readonly what: string;
  readonly question?: Question;
  readonly place?: Place;
};

export type ViolationKind =
  | "lost"
  | "cut"
  | "doubled"
  | "disordered"
  | "foreign"
  | "left over"
  | "out of order"
  | "notice"
  | "prompt"
  | "process";

/** What became of a question: its answer whole; its words kept and ended by a notice; a notice alone; or nothing. */
export type Fate = "whole" | "kept" | "told" | "none" | "wrong";

export type Judged = { readonly fates: ReadonlyMap<Question, Fate>; readonly violations: readonly Violation[] };

/** Judges by what stands in the end, and by what the model was asked. Pure. */
export function check(evidence: Evidence): Judged {
  const violations: Violation[] = [];
  const fates = new Map<Question, Fate>();
  const spare = new Set(evidence.places.flatMap(({ written }) => written.filter(isBareNotice)));
  for (const question of evidence.questions.toSorted((a, b) => faults(b, evidence) - faults(a, evidence))) {
    const { fate, violation } = judge(question, evidence, spare);
    fates.set(question, fate);
    if (violation !== undefined) violations.push({ ...violation, question });
  }
  violations.push(...evidence.places.flatMap((place) => judgePlace(place, evidence, spare)));
  violations.push(...evidence.questions.flatMap((question) => judgePrompts(question, evidence)));
  return { fates, violations };
}

/** Whose answer the model spoilt is judged first: a notice on its own is rather theirs than another's. */
const faults = ({ number }: Question, { attempts }: Evidence): number =>
  attempts(number).some(({ fault }) => fault !== undefined) ? 1 : 0;

type Verdict = { readonly fate: Fate; readonly violation?: Pick<Violation, "kind" | "what"> };

const wrong = (kind: ViolationKind, what: string): Verdict => ({ fate: "wrong", violation: { kind, what } });

function judge(question: Question, evidence: Evidence, spare: Set<Written>): Verdict {
  const messages = standing(evidence.places).filter(({ text }) => wordsIn(text).some(isOf(question)));
  const words = messages.flatMap(({ text }) => wordsIn(text).filter(isOf(question)));
  if (words.length === 0) return judgeSilence(question, evidence, spare);
  const tries = [...new Set(words.map(({ attempt }) => attempt))];
  if (tries.length > 1) return wrong("doubled", `words of ${tries.length} tries stand: ${tries.join(", ")}`);
  if (new Set(words.map(({ place }) => place)).size < words.length) return wrong("doubled", "words stand twice");
  const attempt = evidence.attempts(question.number).find(({ name }) => name === tries[0]);
  const isEnded = words.at(-1)?.place === "end";
  const count = words.length - (isEnded ? 1 : 0);
  if (words.slice(0, count).some(({ place }, index) => place !== index)) {
    return wrong("disordered", `its words stand as ${words.map(({ place }) => place).join(" ")}`);
  }
  if (isEnded && count === attempt?.length) return { fate: "whole" };
  if (isEnded) return wrong("disordered", `ended after ${count} of ${attempt?.length} words`);
  return judgeCut(question, attempt, `${count} of ${attempt?.length} words`, messages, evidence, spare);
}

/** Words without their end: right only below them stands a notice of what the driver did to this answer. */
function judgeCut(
  question: Question,
  attempt: Attempt | undefined,
  count: string,
  messages: readonly Written[],
  evidence: Evidence,
  spare: Set<Written>,
): Verdict {
  const last = messages.at(-1);
  const below = noticeIn(last?.text ?? "") ?? takeNext(last, evidence, spare);
  if (below === undefined) return wrong("cut", `${count}, and no notice`);
  const kind = kindOf(below);
  const isExcused = kind === "model" ? attempt?.fault !== undefined : evidence.harmed(kind, question.saidAt);
  return isExcused ? { fate: "kept" } : wrong("cut", `${count}, and without a cause: ${below}`);
}

/** How long a dead model is left alone. */
const pauseMs = 35_000;

/** A notice alone is right where the driver kept the bot from more. */
function judgeSilence(question: Question, evidence: Evidence, spare: Set<Written>): Verdict {
  if (!evidence.accepted.has(question) || question.goneAt !== undefined) return { fate: "none" };
  const notice = takeNotice(question, evidence, spare);
  if (notice === undefined) return wrong("lost", "accepted and not answered");
  const kind = kindOf(notice);
  const faulty = faults(question, evidence) > 0;
  // A model that has failed several times is not even asked for a while.
  const isSpared =
    evidence.attempts(question.number).length === 0 && evidence.harmed("model", question.saidAt - pauseMs);
  const isExcused = kind === "model" ? faulty || isSpared : evidence.harmed(kind, question.saidAt);
  return isExcused ? { fate: "told" } : wrong("lost", `only told, without a cause: ${notice}`);
}

/** A notice that stands on its own right below a message, where there was no room for it in it. */
function takeNext(message: Written | undefined, { places }: Evidence, spare: Set<Written>): string | undefined {
  if (message === undefined) return undefined;
  const place = places.find(({ written }) => written.includes(message));
  const standingThere = place === undefined ? [] : standing([place]);
  const next = standingThere[standingThere.indexOf(message) + 1];
  if (next === undefined || !spare.delete(next)) return undefined;
  return noticeIn(next.text);
}

/** The first notice on its own that came to the question's place after it and belongs to no other question. */
function takeNotice(question: Question, { places }: Evidence, spare: Set<Written>): string | undefined {
  const candidates = places.filter((place) => place.mayHold(question)).flatMap(({ written }) => written);
  const found = candidates.find((one) => spare.has(one) && (one.states[0]?.at ?? 0) > question.saidAt);
  if (found === undefined) return undefined;
  spare.delete(found);
  return noticeIn(found.text);
}

/** What stands in a place besides whole answers. */
function judgePlace(place: Place, evidence: Evidence, spare: ReadonlySet<Written>): readonly Violation[] {
  const found: Violation[] = [];
  const add = (kind: ViolationKind, what: string) => found.push({ kind, what, place });
  const byNumber = new Map(evidence.questions.map((question) => [question.number, question]));
  for (const message of place.written.filter(({ deletedAt }) => deletedAt === undefined)) {
    const numbers = [...new Set(wordsIn(message.text).map(({ question }) => question))];
    const strangers = numbers.filter((number) => !isAllowed(byNumber.get(number), place));
    if (strangers.length > 0) add("foreign", `message ${message.id} holds words of Q${strangers.join(", Q")}`);
    if (numbers.length > 1) add("foreign", `message ${message.id} holds words of Q${numbers.join(", Q")} together`);
    for (const what of leftovers(message)) add("left over", `message ${message.id}: ${what}`);
    const notice = noticeIn(message.text);
    if (numbers.length === 0 && notice === undefined) add("left over", `message ${message.id} says “${message.text}”`);
    if (spare.has(message) && notice !== undefined && !evidence.harmed(kindOf(notice), 0)) add("notice", notice);
  }
  for (const sign of place.signs) add("left over", sign);
  if (place.isConversation) found.push(...judgeOrder(place, evidence));
  return found;
}

const isAllowed = (question: Question | undefined, place: Place) => question !== undefined && place.mayHold(question);

function leftovers({ text, buttons, grows }: Written): readonly string[] {
  return [
    ...(text.includes("▌") ? ["a cursor"] : []),
    ...(buttons.includes("Stop") ? ["a Stop button"] : []),
    ...(grows ? ["a live stream"] : []),
  ];
}

/** Answers stand in the order of their questions. One that had to be sent again may have come late. */
function judgeOrder(place: Place, { questions, resent }: Evidence): readonly Violation[] {
  const texts = place.written.filter(({ deletedAt }) => deletedAt === undefined).map(({ text }) => wordsIn(text));
  const first = texts.flatMap((words) => words[0]?.question ?? []);
  const order = [...new Set(first)];
  const sentOnce = new Set(
    questions.filter((one) => !resent(one) && one.editedAt.length === 0).map(({ number }) => number),
  );
  const kept = order.filter((number) => sentOnce.has(number));
  const sorted = kept.toSorted((a, b) => a - b);
  if (kept.every((number, index) => number === sorted[index])) return [];
  return [
    { kind: "out of order", what: `answers stand in the order ${order.map((one) => `Q${one}`).join(" ")}`, place },
  ];
}

/** How long a deletion may be on its way. */
const deletionMs = 1_500;

/** What the model was asked holds this conversation alone, each of its questions once, and none that was taken away before. */
function judgePrompts(question: Question, { questions, attempts, heardGone }: Evidence): readonly Violation[] {
  const own = new Set(question.thread.questions.map(({ number }) => number));
  const known = new Set(questions.map(({ number }) => number));
  return attempts(question.number).flatMap(({ name, at, request }): readonly Violation[] => {
    const texts = request.messages.filter(({ role }) => role === "user").map(({ content }) => content);
    const asked = texts.flatMap(questionsIn);
    const said = request.messages.flatMap(({ content }) => wordsIn(content).map((word) => word.question));
    const strangers = [...new Set([...asked, ...said])].filter((number) => known.has(number) && !own.has(number));
    const twice = asked.filter((number, index) => asked.indexOf(number) !== index);
    const gone = question.thread.questions.filter(
      (one) => heardGone(one) && (one.goneAt ?? at) + deletionMs < at && asked.includes(one.number),
    );
    const about = { kind: "prompt", question } as const;
    return [
      ...(strangers.length === 0 ? [] : [{ ...about, what: `try ${name} was asked with Q${strangers.join(", Q")}` }]),
      ...(twice.length === 0 ? [] : [{ ...about, what: `try ${name} was asked twice about Q${twice.join(", Q")}` }]),
      ...gone.map(({ number }) => ({ ...about, what: `try ${name} was asked with Q${number}, which was taken away` })),
    ];
  });
}

const isOf =
  ({ number }: Question) =>
  (word: Word) =>
    word.question === number;

const standing = (places: readonly Place[]): readonly Written[] =>
  places.flatMap(({ written }) => written).filter(({ deletedAt }) => deletedAt === undefined);
