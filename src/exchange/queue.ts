import { type Admission, admit, type Load, mostRemarks, mostRemarksHere } from "../conversation/admission.ts";
import { personKey, personOf } from "../conversation/person.ts";
import type { MessageEvent, Place, ThreadId } from "../port/index.ts";
import { createTally } from "../runtime/tally.ts";
import type { Live } from "./exchanges.ts";

/**
 * What waits for its turn, thread by thread. A thread is worked through in its order, one at a time, but for two things: where the
 * place is a whole channel, questions of different people are answered at the same time; and a question whose author has as many
 * answers running as may be lets others go first. An idle thread costs nothing.
 */
export interface Queue {
  /** Counts a message among those that wait; `look` has its `work` begin, in its turn. It does not ask whether there is room. */
  join(live: Live, kind: Kind, work: Work): Entry;
  /** Runs the task with nothing else running in the thread, after all that came before it. Settles as the task does. */
  alone<T>(thread: ThreadId, task: () => Promise<T>): Promise<T>;
  /** What would become of one more question of this person here. */
  admit(message: MessageEvent): Admission;
  /** The person may have one more answer running. */
  mayRun(message: MessageEvent): boolean;
  /** So many remarks wait, in this thread or in all, that one more is not remembered. */
  isFullOfRemarks(place: Place): boolean;
  /** Questions, and what may be one, that wait in the thread or are being worked on. In their order. */
  in(thread: ThreadId): readonly Entry[];
  all(): readonly Entry[];
  /** Begins what may begin in the thread now. */
  look(thread: ThreadId): void;
  /** Something waits or runs in the thread. */
  isBusy(thread: ThreadId): boolean;
  /** Resolves when nothing waits or runs anywhere. */
  idle(): Promise<void>;
}

/**
 * `follow-up`: it does not address the bot, but is a question if the bot takes part in its thread; it counts as a remark. A question
 * that is asked `anew` waits for its author's turn, but is not counted as one more.
 */
export type Kind = "question" | "anew" | "follow-up" | "remark";

/** `waits`: it turned out to be a question whose author has as many answers running as may be. */
export type Work = (entry: Entry) => Promise<"over" | "waits">;

/** A message from when it is heard to when it is dealt with. */
export interface Entry {
  readonly live: Live;
  readonly kind: Kind;
  readonly isQuestion: boolean;
  readonly isRunning: boolean;
  /** The model is asked, and its answer written: from here on a stop ends that. */
  isAsked: boolean;
  /** Of those that one stop dropped in a thread, the last one tells how many they were; the others tell 0. */
  readonly toTell: number;
  drop(toTell: number): void;
  /** In its turn, once it is known to be a question: it may run, or has its turn again later. */
  admit(): Admission;
  /** Resolves when it was dealt with; rejects where the work does. */
  readonly over: Promise<void>;
}

type Item = {
  readonly thread: ThreadId;
  /** Missing for what runs alone. */
  readonly person?: string;
  /** Others may run beside it. */
  readonly isShared: boolean;
  /** It would be one of its author's running answers, and is not yet. */
  readonly wantsSlot: () => boolean;
  readonly run: () => Promise<void>;
};

type Line = { readonly all: Set<Item>; readonly running: Set<Item> };

/** For messages that are counted already, and are not refused any more. */
const nothingElse = { waiting: 0, waitingHere: 0 };

export function createQueue(): Queue {
  const waiting = createTally();
  const waitingHere = createTally();
  const running = createTally();
  const remarks = createTally();
  /** In the order in which they came, also those that run. */
  const lines = new Map<ThreadId, Line>();
  const entries = new Map<ThreadId, Set<Entry>>();
  /** By person: threads in which something of theirs waits until one of their answers is done, in order. */
  const held = new Map<string, Set<ThreadId>>();
  let whenIdle = Promise.withResolvers<void>();

  const loadOf = (message: MessageEvent): Load => {
    const person = keyOf(message);
    return {
      running: running.count(person),
      waiting: waiting.count(person),
      waitingHere: waitingHere.count(placeKey(message.place)),
    };
  };

  const hasSlot = (person: string): boolean => admit({ running: running.count(person), ...nothingElse }).kind === "run";

  function push(item: Item): void {
    const line = lines.get(item.thread) ?? { all: new Set(), running: new Set() };
    line.all.add(item);
    lines.set(item.thread, line);
  }

  function drop(item: Item): void {
    const line = lines.get(item.thread);
    line?.all.delete(item);
    line?.running.delete(item);
    if (line?.all.size === 0) lines.delete(item.thread);
    if (lines.size > 0) return;
    whenIdle.resolve();
    whenIdle = Promise.withResolvers();
  }

  function look(thread: ThreadId): void {
    for (let item = firstToRun(thread); item !== undefined; item = firstToRun(thread)) {
      lines.get(thread)?.running.add(item);
      void item.run();
    }
  }

  function firstToRun(thread: ThreadId): Item | undefined {
    const { all, running } = lines.get(thread) ?? { all: [], running: new Set<Item>() };
    const beside = [...running];
    const heldHere = new Set<string>();
    for (const item of all) {
      if (running.has(item)) continue;
      const { person } = item;
      if (person !== undefined && item.wantsSlot() && (heldHere.has(person) || !hasSlot(person))) {
        heldHere.add(person);
        held.set(person, (held.get(person) ?? new Set()).add(thread));
        continue; // those after it go first
      }
      if (beside.length === 0) return item;
      if (!item.isShared || beside.some((one) => !one.isShared)) return undefined;
      if (beside.every((one) => one.person !== person)) return item;
    }
    return undefined;
  }

  /** One of the person's answers is done. */
  function free(person: string): void {
    const threads = held.get(person);
    if (threads === undefined) return;
    held.delete(person);
    for (const thread of threads) {
      if (hasSlot(person)) look(thread);
      else held.set(person, (held.get(person) ?? new Set()).add(thread));
    }
  }

  function join(live: Live, kind: Kind, work: Work): Entry {
    const { question } = live.now;
    const { place } = question;
    const { thread } = place;
    const person = keyOf(question);
    const over = Promise.withResolvers<void>();
    let isQuestion = kind === "question" || kind === "anew";
    let leave = isQuestion ? wait() : listen();
    let toTell = 0;

    function listen(): () => void {
      const leaving = [remarks.add("all"), remarks.add(thread)];
      return () => endAll(leaving);
    }

    function wait(): () => void {
      if (kind === "anew") return () => undefined;
      const leaving = [waiting.add(person), waitingHere.add(placeKey(place))];
      return () => endAll(leaving);
    }

    function become(enter: () => () => void): void {
      leave();
      leave = enter();
    }

    const isToBeAnswered = () => isQuestion && live.now.stage.kind === "waiting";

    const entry: Entry = {
      live,
      kind,
      isAsked: false,
      get isQuestion() {
        return isQuestion;
      },
      get isRunning() {
        return lines.get(thread)?.running.has(item) === true;
      },
      get toTell() {
        return toTell;
      },
      drop(count) {
        toTell = count;
      },
      admit() {
        if (isQuestion) return { kind: "run" };
        const admission = admit(loadOf(live.now.question));
        if (admission.kind === "refuse") return admission;
        isQuestion = true;
        const { all = [], running: now } = lines.get(thread) ?? {};
        const isBehind = [...all].some((one) => one.person === person && now?.has(one) !== true && one.wantsSlot());
        if (admission.kind === "wait" || isBehind) {
          become(wait);
          return { kind: "wait" };
        }
        become(() => running.add(person));
        return admission;
      },
      over: over.promise,
    };

    const item: Item = {
      thread,
      person,
      isShared: place.kind === "channel",
      wantsSlot: isToBeAnswered,
      async run() {
        if (isToBeAnswered()) become(() => running.add(person));
        let again = false;
        try {
          again = (await work(entry)) === "waits";
          if (!again) over.resolve();
        } catch (error) {
          over.reject(error);
        }
        lines.get(thread)?.running.delete(item);
        if (!again) end();
        look(thread);
        free(person);
      },
    };

    function end(): void {
      leave();
      drop(item);
      const here = entries.get(thread);
      here?.delete(entry);
      if (here?.size === 0) entries.delete(thread);
    }

    entries.set(thread, (entries.get(thread) ?? new Set()).add(entry));
    push(item);
    return entry;
  }

  return {
    join,
    look,
    async alone(thread, task) {
      const done = Promise.withResolvers<Awaited<ReturnType<typeof task>>>();
      const item: Item = {
        thread,
        isShared: false,
        wantsSlot: () => false,
        async run() {
          try {
            done.resolve(await task());
          } catch (error) {
            done.reject(error);
          }
          drop(item);
          look(thread);
        },
      };
      push(item);
      look(thread);
      return done.promise;
    },
    admit: (message) => admit(loadOf(message)),
    mayRun: (message) => hasSlot(keyOf(message)),
    isFullOfRemarks: ({ thread }) => remarks.count(thread) >= mostRemarksHere || remarks.count("all") >= mostRemarks,
    in: (thread) => [...(entries.get(thread) ?? [])],
    all: () => [...entries.values()].flatMap((here) => [...here]),
    isBusy: (thread) => lines.has(thread),
    async idle() {
      while (lines.size > 0) await whenIdle.promise;
    },
  };
}

function endAll(leaving: readonly (() => void)[]): void {
  for (const leave of leaving) leave();
}

const keyOf = (message: MessageEvent): string => personKey(personOf(message));

/** Where each question has a thread of its own, the channel is what fills up. */
const placeKey = ({ kind, thread, channel }: Place): string =>
  kind === "thread" || kind === "direct" ? `thread ${thread}` : `channel ${channel}`;
