import type { Attempt } from "./model.ts";
import { type HarmKind, isBareNotice, isCommandAnswer, kindOf, noticeIn } from "./notices.ts";
import type { Deed, Place, Question, Written } from "./side.ts";
import { questionsIn, type Word, wordsIn } from "./words.ts";

/** Everything that is judged, once all is quiet. */
export type Evidence = {
  readonly questions: readonly Question[];
  readonly accepted: ReadonlySet<Question>;
  readonly places: readonly Place[];
  readonly attempts: (question: number) => readonly Attempt[];
  /** Whether it had to be sent to the bot more than once, so that it may have come late. */
  readonly resent: (question: Question) => boolean;
  /** By when the bot had certainly heard what happened then; undefined where it may not have. */
  readonly heardBy: (at: number) => number | undefined;
  readonly deeds: readonly Deed[];
  /** Whether the store could not be written then. */
  readonly shut: (from: number, to: number) => boolean;
  /** While there was no room for anything on the disk, and until the kill that came then: of that the next process can know nothing. */
  readonly unnoted: readonly { readonly from: number; readonly to: number }[];
  /** While there was no room, whether a kill came or not: an answer that was ended then is not remembered, and its author told so. */
  readonly full: readonly { readonly from: number; readonly to: number }[];
  /** What the bot was set to do with questions that come while it answers. */
  readonly whileAnswering: string;
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
  | "went on"
  | "process";

/**
 * What became of a question: its answer complete; the words so far kept, with a notice; a notice alone; answered with a later one; ended
 * by people; deleted by its author, so that none of it stands; not judged, because the store could not be written; nothing, since it was
 * never accepted; or something that is wrong.
 */
export type Fate = "whole" | "kept" | "told" | "merged" | "ended" | "deleted" | "unstored" | "none" | "wrong";

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
  violations.push(...evidence.deeds.flatMap((deed) => judgeDeed(deed, evidence)));
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
  const isEndedByPeople = isDisturbed(question, evidence);
  if (wasUnnoted(question, evidence)) return { fate: "unstored" };
  if (words.length === 0) return isEndedByPeople ? { fate: "ended" } : judgeSilence(question, evidence, spare);
  const tries = [...new Set(words.map(({ attempt }) => attempt))];
  if (question.editedAt.length > 0 && isUnremembered(question, evidence)) return { fate: "unstored" };
  if (tries.length > 1) return wrong("doubled", `words of ${tries.length} tries stand: ${tries.join(", ")}`);
  if (new Set(words.map(({ place }) => place)).size < words.length) return wrong("doubled", "words stand twice");
  if (isEndedByPeople) return { fate: "ended" }; // any part of it may have been taken away
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
  if (kind === "person" && isInterrupted(question, evidence)) return { fate: "kept" };
  return isExcused ? { fate: "kept" } : wrong("cut", `${count}, and without a cause: ${below}`);
}

/** How long a dead model is left alone. */
const pauseMs = 35_000;

/** How long a question may be on its way. */
const deliveryMs = 1_500;

/** A notice alone is right where the driver kept the bot from more. */
function judgeSilence(question: Question, evidence: Evidence, spare: Set<Written>): Verdict {
  if (!evidence.accepted.has(question)) return { fate: "none" };
  if (question.goneAt !== undefined) return { fate: "deleted" };
  if (isMerged(question, evidence)) return { fate: "merged" };
  const notice = takeNotice(question, evidence, spare);
  // What comes while nothing can be stored is only told of, and a process that ends just then has not told it.
  if (notice === undefined && evidence.shut(question.saidAt, question.saidAt + deliveryMs)) return { fate: "unstored" };
  if (notice === undefined) return wrong("lost", "accepted and not answered");
  const kind = kindOf(notice);
  const faulty = faults(question, evidence) > 0;
  // A model that has failed several times is not even asked for a while.
  const isSpared =
    evidence.attempts(question.number).length === 0 && evidence.harmed("model", question.saidAt - pauseMs);
  const isExcused = kind === "model" ? faulty || isSpared : evidence.harmed(kind, question.saidAt);
  return isExcused ? { fate: "told" } : wrong("lost", `only told, without a cause: ${notice}`);
}

/** Whether people ended this answer, or took a part of it away, before it was whole. */
function isDisturbed(question: Question, evidence: Evidence): boolean {
  const whole = wholeAt(question, evidence);
  return evidence.deeds.some((deed) => {
    if (deed.kind === "retry" || !isAbout(deed, question, evidence)) return false;
    return deed.kind === "removal" || deed.at < whole;
  });
}

/** Whether it was being answered, or waited, while nothing could be noted of it. */
function wasUnnoted(question: Question, evidence: Evidence): boolean {
  const whole = wholeAt(question, evidence);
  return evidence.unnoted.some(({ from, to }) => question.saidAt < to && whole > from);
}

/** Whether its answer may have been ended while it could not be stored: an edit finds no answer then, nor does what was left to it. */
function isUnremembered(question: Question, evidence: Evidence): boolean {
  const whole = wholeAt(question, evidence);
  return evidence.full.some(({ from, to }) => question.saidAt < to && whole > from);
}

/** Slack delivers again what was not heard, and may do so after what was said later. */
const redeliveredMs = 60_000;

function isAbout(deed: Deed, question: Question, { heardBy }: Evidence): boolean {
  if (deed.questions.includes(question)) return true;
  const isLater = question.saidAt >= deed.at && question.saidAt < deed.at + redeliveredMs;
  return deed.kind !== "removal" && deed.thread === question.thread && isLater && heardBy(deed.at) === undefined;
}

/** When its last word was first shown. One that was edited may have been written anew at any time. */
function wholeAt(question: Question, { places }: Evidence): number {
  if (question.editedAt.length > 0) return Number.POSITIVE_INFINITY;
  const isLast = (word: Word) => word.question === question.number && word.place === "end";
  const states = places.flatMap(({ written }) => written.flatMap((message) => message.states));
  return Math.min(...states.filter(({ text }) => wordsIn(text).some(isLast)).map(({ at }) => at));
}

/** Those that the bot was told of after it: one that is sent again may come later than it was asked. */
const laterThan = (question: Question) =>
  question.thread.questions.filter(
    (one) => one !== question && (one.number > question.number || one.sentAt.some((at) => at > question.saidAt)),
  );

/** It was left to a later question, with which the model was told of it. */
function isMerged(question: Question, { whileAnswering, attempts }: Evidence): boolean {
  const told = ({ request }: Attempt) =>
    request.messages.some(({ role, content }) => role === "user" && questionsIn(content).includes(question.number));
  return whileAnswering !== "queue" && laterThan(question).some(({ number }) => attempts(number).some(told));
}

const isInterrupted = (question: Question, { whileAnswering }: Evidence): boolean =>
  whileAnswering === "interrupt" && laterThan(question).length > 0;

/** What was ended is not gone on with, and what was taken away is not written again, until somebody wishes so. */
function judgeDeed(deed: Deed, evidence: Evidence): readonly Violation[] {
  const heard = evidence.heardBy(deed.at);
  if (heard === undefined || deed.unsure || deed.kind === "retry" || evidence.shut(deed.at, heard)) return [];
  const isRetried = evidence.deeds.some(
    ({ kind, thread, at }) => kind === "retry" && thread === deed.thread && at > deed.at,
  );
  if (isRetried) return [];
  const left = deed.questions.filter(
    (one) => one.editedAt.every((at) => at < deed.at - 2_000) && one.sentAt.length === 1,
  );
  return left.flatMap((question): readonly Violation[] => {
    const what = `Q${question.number} after its ${deed.kind}`;
    const about = { kind: "went on", question } as const;
    if (deed.kind === "removal") {
      const rewritten = standing(evidence.places).filter(({ states }) => {
        const first = states.find(({ text }) => wordsIn(text).some(isOf(question)));
        return first !== undefined && first.at > heard;
      });
      return rewritten.map(({ id }) => ({ ...about, what: `message ${id} is written for ${what}` }));
    }
    if (wholeAt(question, evidence) < deed.at) return [];
    const late = evidence.attempts(question.number).filter(({ at }) => at > heard);
    return late.map(({ name }) => ({ ...about, what: `the model is asked, try ${name}, for ${what}` }));
  });
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
    if (!isOrphan(message, evidence))
      for (const what of leftovers(message)) add("left over", `message ${message.id}: ${what}`);
    const notice = noticeIn(message.text);
    if (numbers.length === 0 && notice === undefined && !isCommandAnswer(message.text))
      add("left over", `message ${message.id} says “${message.text}”`);
    if (spare.has(message) && notice !== undefined && !evidence.harmed(kindOf(notice), 0)) add("notice", notice);
  }
  for (const sign of place.signs) add("left over", sign);
  if (place.isConversation) found.push(...judgeOrder(place, evidence));
  return found;
}

/** Made where it could not be noted. */
const isOrphan = ({ states: [first] }: Written, { unnoted }: Evidence): boolean =>
  unnoted.some(({ from, to }) => first !== undefined && first.at >= from && first.at <= to);

const isAllowed = (question: Question | undefined, place: Place) => question !== undefined && place.mayHold(question);

function leftovers({ text, buttons, grows }: Written): readonly string[] {
  return [
    ...(text.includes("▌") ? ["a cursor"] : []),
    ...(buttons.includes("Stop") ? ["a Stop button"] : []),
    ...(grows ? ["a live stream"] : []),
  ];
}

/** Answers stand in the order of their questions. One that had to be sent again may have come late. */
function judgeOrder(place: Place, evidence: Evidence): readonly Violation[] {
  const { questions, resent } = evidence;
  const texts = place.written.filter(({ deletedAt }) => deletedAt === undefined).map(({ text }) => wordsIn(text));
  const first = texts.flatMap((words) => words[0]?.question ?? []);
  const order = [...new Set(first)];
  const sentOnce = new Set(
    questions
      .filter((one) => !resent(one) && one.editedAt.length === 0 && !isUnremembered(one, evidence))
      .map(({ number }) => number),
  );
  const kept = order.filter((number) => sentOnce.has(number));
  const sorted = kept.toSorted((a, b) => a - b);
  if (kept.every((number, index) => number === sorted[index])) return [];
  return [
    { kind: "out of order", what: `answers stand in the order ${order.map((one) => `Q${one}`).join(" ")}`, place },
  ];
}

/** What the model was asked holds this conversation alone, each of its questions once, and none that was taken away before. */
function judgePrompts(question: Question, evidence: Evidence): readonly Violation[] {
  const { questions, attempts, heardBy } = evidence;
  const own = new Set(question.thread.questions.map(({ number }) => number));
  const known = new Set(questions.map(({ number }) => number));
  return attempts(question.number).flatMap(({ name, at, request }): readonly Violation[] => {
    const texts = request.messages.filter(({ role }) => role === "user").map(({ content }) => content);
    const asked = texts.flatMap(questionsIn);
    const said = request.messages.flatMap(({ content }) => wordsIn(content).map((word) => word.question));
    const strangers = [...new Set([...asked, ...said])].filter((number) => known.has(number) && !own.has(number));
    const twice = asked.filter((number, index) => asked.indexOf(number) !== index);
    const gone = question.thread.questions.filter(
      ({ goneAt = at, number }) =>
        (heardBy(goneAt) ?? at) < at && !evidence.shut(goneAt, heardBy(goneAt) ?? at) && asked.includes(number),
    );
    const cleared = clearedFor(question, evidence).filter(({ number }) => asked.includes(number));
    const about = { kind: "prompt", question } as const;
    return [
      ...(strangers.length === 0 ? [] : [{ ...about, what: `try ${name} was asked with Q${strangers.join(", Q")}` }]),
      ...(twice.length === 0 ? [] : [{ ...about, what: `try ${name} was asked twice about Q${twice.join(", Q")}` }]),
      ...gone.map(({ number }) => ({ ...about, what: `try ${name} was asked with Q${number}, which was taken away` })),
      ...cleared.map(({ number }) => ({ ...about, what: `try ${name} was asked with Q${number}, which was cleared` })),
    ];
  });
}

/** A reset takes its turn behind what it ends. */
const resetMs = 3_000;

/** What the memory no longer held when the question was asked, for certain. */
function clearedFor({ thread, saidAt, editedAt }: Question, { deeds, heardBy, shut }: Evidence): readonly Question[] {
  if (editedAt.length > 0) return [];
  return deeds
    .filter((deed) => {
      const done = (heardBy(deed.at) ?? Number.POSITIVE_INFINITY) + resetMs;
      return deed.kind === "reset" && deed.thread === thread && done < saidAt && !shut(deed.at, done);
    })
    .flatMap((deed) => deed.questions);
}

const isOf =
  ({ number }: Question) =>
  (word: Word) =>
    word.question === number;

const standing = (places: readonly Place[]): readonly Written[] =>
  places.flatMap(({ written }) => written).filter(({ deletedAt }) => deletedAt === undefined);
