import type { AdapterLog, EventId, MessageEvent, MessageId, ThreadId } from "../port/index.ts";
import { type Clock, never } from "../runtime/clock.ts";
import { describeError } from "../text/errors.ts";
import { type Exchange, nothingShown, type Stage } from "./exchange.ts";
import type { ExchangeRows } from "./exchange-rows.ts";
import { type Happening, next } from "./next.ts";

/**
 * The questions that are not done. Each is read once, when the process starts. One that is kept is written as soon as something happens
 * to it that the next process has to know.
 */
export interface Exchanges {
  /** Takes a message in; undefined for one that is here already. `isQuestion`: it is to outlive the process. */
  add(message: MessageEvent, isQuestion: boolean): Live | undefined;
  /** A message that was done with and may have to be answered anew, behind all that wait. It does not outlive the process yet. */
  reopen(question: MessageEvent): Live;
  /** What earlier processes left, in its order. Rejects where it cannot be read. */
  start(): Promise<readonly Live[]>;
  /** The one that this message asks. */
  asking(thread: ThreadId, message: MessageId): Live | undefined;
  in(thread: ThreadId): readonly Live[];
  all(): Iterable<Live>;
}

/** A question that is not done. */
export interface Live {
  readonly now: Exchange;
  /** Changes what it is at once, and resolves when that is written. Never rejects: where the store fails only a crash could lose it. */
  happen(happening: Happening): Promise<void>;
  /** Resolves when all that happened is written, and what its turn was held up by is done. Rejects where that fails. */
  ready(): Promise<void>;
  /** Resolves when all that happened is written. */
  noted(): Promise<void>;
  /** Its turn waits for this. */
  hold(until: Promise<void>): void;
  /** From here on somebody works on it. Aborted as soon as what is being done is not what is to be done any more. */
  begin(): AbortSignal;
  /** It is to outlive the process from here on. */
  keep(): void;
}

export function createExchanges(rows: ExchangeRows, clock: Clock, log: AdapterLog): Exchanges {
  const byId = new Map<EventId, Live>();
  const byThread = new Map<ThreadId, Set<Live>>();
  let seq = 0;

  function enter(first: Exchange, isKept: boolean, isNew: boolean): Live {
    const { id, question } = first;
    const { thread } = question.place;
    const here = byThread.get(thread) ?? new Set();
    let now = first;
    let kept = isKept && question.recallKey !== undefined;
    let writing = Promise.resolve();
    /** A write that has not begun: it writes what is so by then, however much happens until then. */
    let due: Promise<void> | undefined;
    let held = Promise.resolve();
    let work = new AbortController();
    /** The store did not take what is so now. */
    let isOwed = false;
    let isTryingAgain = false;

    function note(): Promise<void> {
      due ??= writing.then(async () => {
        due = undefined;
        try {
          await (now.stage.kind === "done" ? rows.delete(id) : rows.set(now));
          isOwed = false;
        } catch (error) {
          log.warn({ thread, error: describeError(error) }, "a question could not be stored and will be retried");
          isOwed = true;
          if (!isTryingAgain) void noteAgain();
        }
      });
      writing = due;
      return due;
    }

    /** Or the next process takes up what was done with long ago. Whoever was taken up again since writes for itself. */
    async function noteAgain(): Promise<void> {
      isTryingAgain = true;
      for (let pauseMs = 1_000; isOwed; pauseMs = Math.min(2 * pauseMs, 60_000)) {
        await clock.wait(pauseMs, never);
        if ((byId.get(id) ?? live) !== live) break;
        if (isOwed) await note();
      }
      isTryingAgain = false;
    }

    function leave(): void {
      if (byId.get(id) === live) byId.delete(id);
      here.delete(live);
      if (here.size === 0 && byThread.get(thread) === here) byThread.delete(thread);
    }

    const live: Live = {
      get now() {
        return now;
      },
      happen(happening) {
        const before = now;
        now = next(before, happening);
        if (now === before) return writing;
        if (isBroken(now.stage)) work.abort();
        if (now.stage.kind === "done") leave();
        if (!kept || isPassing(happening)) return writing;
        return note();
      },
      async ready() {
        await Promise.all([writing, held]);
      },
      noted: () => writing,
      hold(until) {
        held = until;
        until.catch(() => undefined); // whoever has its turn hears of it
      },
      begin() {
        work = new AbortController();
        if (isBroken(now.stage)) work.abort();
        return work.signal;
      },
      keep() {
        if (kept || now.question.recallKey === undefined) return;
        kept = true;
        void note();
      },
    };
    if (kept && isNew) void note();
    byId.set(id, live);
    byThread.set(thread, here.add(live));
    return live;
  }

  function fresh(question: MessageEvent, stage: Stage, isKept: boolean): Live {
    const { id } = question;
    const first = { id, seq: ++seq, at: clock.now(), question, stage, reply: nothingShown, tries: 0 };
    return enter(first, isKept, true);
  }

  return {
    add: (message, isQuestion) =>
      byId.has(message.id) ? undefined : fresh(message, { kind: "waiting", how: "first" }, isQuestion),
    reopen: (question) => fresh(question, { kind: "waiting", how: "anew" }, false),
    async start() {
      const left = await rows.all();
      seq = left.reduce((most, one) => Math.max(most, one.seq), seq);
      return left.map((one) => {
        const live = enter(one, true, false);
        void live.happen({ kind: "started" });
        return live;
      });
    },
    asking: (thread, message) => [...(byThread.get(thread) ?? [])].find(({ now }) => now.question.message === message),
    in: (thread) => [...(byThread.get(thread) ?? [])],
    all: () => byId.values(),
  };
}

/** Of these nothing has to be known after a crash that is not known without. */
const isPassing = ({ kind }: Happening): boolean => kind === "turn-came" || kind === "set-aside" || kind === "started";

/** Whoever was answering it has to leave off. */
const isBroken = ({ kind }: Stage): boolean =>
  kind === "waiting" || kind === "stopped" || kind === "removing" || kind === "withdrawing";
