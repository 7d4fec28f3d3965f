import type { DeletedEvent, MessageEvent, Place, ThreadId } from "../port/index.ts";
import type { Mailboxes } from "../runtime/mailbox.ts";
import { createTally } from "../runtime/tally.ts";
import { type Admission, admit, type Load, mostRemarks, mostRemarksHere } from "./admission.ts";
import { personKey, personOf } from "./person.ts";

/**
 * Messages that wait for their turn: how many, whose, and where. A thread is answered in its order; a question whose author has as
 * many answered as may be lets what comes after it go first, and has its turn when one of theirs is done, in the order of that person.
 */
export interface Backlog {
  /** What would become of one more question of this person here. */
  admit(message: MessageEvent): Admission;
  /** The person has less answered than may be at once. */
  mayRun(message: MessageEvent): boolean;
  /** Nobody can listen to so much that is no question: one more would not be remembered. */
  isFullOfRemarks(place: Place): boolean;
  /**
   * Counts a message among those that wait, until it ends. What an earlier run accepted is not refused any more. `close` is called if
   * it is dropped: then a restart must not answer it.
   */
  join(message: MessageEvent, kind: WaitingKind, close?: () => Promise<void>): Waiting;
  /** The questions that wait in places that are meant, in their order. */
  waitingIn(isMeant: (place: Place) => boolean): readonly Waiting[];
  /** Those that are not being answered by now are not to be. Resolves with how many they are, when a crash would not answer them. */
  drop(waiting: readonly Waiting[]): Promise<number>;
  /** Those that gave their turn away, and are to have no other. Whatever else waits in the thread hears of it in its turn. */
  deleted(event: Pick<DeletedEvent, "threads" | "messages">): Promise<void>;
}

/** An edit waits for its author's turn as a question does, but is no other question. */
export type WaitingKind = "question" | "remark" | "edit";

/** The last of those that were dropped together in a thread, because somebody said stop, says how many they were. */
export type Dropped = { readonly kind: "stopped"; readonly toTell: number } | { readonly kind: "deleted" };

/** A message from when it is heard to when it is dealt with. */
export interface Waiting {
  readonly message: MessageEvent;
  /** It is not to be answered any more. */
  readonly dropped: Dropped | undefined;
  /** Its turn has come, and it is a question: it may `run`; or it gives its turn to others and has it again once it is `allowed`. */
  begin(): Admission;
  /** Resolves when one of the author's answers is done, or the question is dropped. */
  allowed(): Promise<void>;
  end(): void;
}

/** Whoever is counted already is not refused. */
const nothingElse = { waiting: 0, waitingHere: 0 };

type State = "remark" | "waits" | "aside" | "allowed" | "runs" | "over";

type Waiter = Waiting & {
  readonly thread: ThreadId;
  readonly kind: WaitingKind;
  readonly state: State;
  allow(): void;
  drop(why: Dropped): Promise<void>;
};

export function createBacklog(): Backlog {
  const waiting = createTally();
  const waitingHere = createTally();
  const running = createTally();
  const remarks = createTally();
  const all = new Set<Waiter>();
  /** By person: those that gave their turn away, in order. */
  const lines = new Map<string, Set<Waiter>>();

  const loadOf = (message: MessageEvent): Load => {
    const person = keyOf(message);
    return {
      running: running.count(person),
      waiting: waiting.count(person),
      waitingHere: waitingHere.count(placeKey(message.place)),
    };
  };

  /** One of the person's answers is done. */
  function allowNext(person: string): void {
    for (const waiter of lines.get(person) ?? []) {
      if (admit({ running: running.count(person), ...nothingElse }).kind !== "run") return;
      if (waiter.state === "aside") waiter.allow();
    }
  }

  function standInLine(person: string, waiter: Waiter): void {
    const line = lines.get(person) ?? new Set();
    lines.set(person, line.add(waiter));
  }

  function leaveLine(person: string, waiter: Waiter): void {
    const line = lines.get(person);
    if (line?.delete(waiter) && line.size === 0) lines.delete(person);
  }

  function join(message: MessageEvent, kind: WaitingKind, close = async () => undefined): Waiting {
    const person = keyOf(message);
    const { thread } = message.place;
    let state: State = kind === "remark" ? "remark" : "waits";
    let leave = kind === "remark" ? listen() : wait();
    let dropped: Waiting["dropped"];
    let wake = Promise.withResolvers<void>();

    function listen(): () => void {
      const leaving = [remarks.add("all"), remarks.add(thread)];
      return () => endAll(leaving);
    }

    function wait(): () => void {
      if (kind === "edit") return () => undefined;
      const leaving = [waiting.add(person), waitingHere.add(placeKey(message.place))];
      return () => endAll(leaving);
    }

    function become(next: State, leaving: () => void): void {
      leave();
      leave = leaving;
      state = next;
    }

    /** What the person said here before it goes before it. */
    const isBehind = () => [...(lines.get(person) ?? [])].some((one) => one !== waiter && one.thread === thread);

    const waiter: Waiter = {
      message,
      thread,
      kind,
      get state() {
        return state;
      },
      get dropped() {
        return dropped;
      },
      begin() {
        if (state === "allowed") {
          leaveLine(person, waiter);
          state = "runs";
          return { kind: "run" };
        }
        const load = loadOf(message);
        const admission = admit(state === "remark" ? load : { ...load, ...nothingElse });
        if (admission.kind === "refuse") return admission;
        if (admission.kind === "run" && !isBehind()) {
          become("runs", running.add(person));
          return admission;
        }
        become("aside", wait());
        standInLine(person, waiter);
        // Behind a question that may go already, nothing else would wake it.
        allowNext(person);
        return { kind: "wait" };
      },
      allow() {
        become("allowed", running.add(person));
        wake.resolve();
      },
      async allowed() {
        await wake.promise;
        wake = Promise.withResolvers();
      },
      async drop(why) {
        dropped = why;
        wake.resolve();
        await close();
      },
      end() {
        if (state === "over") return;
        become("over", () => undefined);
        leaveLine(person, waiter);
        all.delete(waiter);
        allowNext(person);
      },
    };
    all.add(waiter);
    return waiter;
  }

  return {
    admit: (message) => admit(loadOf(message)),
    mayRun: (message) => admit({ ...loadOf(message), ...nothingElse }).kind === "run",
    isFullOfRemarks: ({ thread }) => remarks.count(thread) >= mostRemarksHere || remarks.count("all") >= mostRemarks,
    join,
    waitingIn: (isMeant) => [...all].filter((one) => isWaiting(one) && isMeant(one.message.place)),
    async drop(those) {
      const wanted = new Set(those);
      const dropped = [...all].filter((one) => wanted.has(one) && isWaiting(one));
      const inThread = Map.groupBy(dropped, ({ thread }) => thread);
      const tells = (one: Waiter) => inThread.get(one.thread)?.at(-1) === one;
      const toTell = (one: Waiter) => (tells(one) ? (inThread.get(one.thread)?.length ?? 0) : 0);
      await Promise.all(dropped.map((one) => one.drop({ kind: "stopped", toTell: toTell(one) })));
      return dropped.length;
    },
    async deleted({ threads, messages }) {
      const isMeant = ({ message }: Waiter) =>
        threads.includes(message.place.thread) && messages.includes(message.message);
      const gone = [...all].filter((one) => hasGivenWay(one) && isMeant(one));
      await Promise.all(gone.map((one) => one.drop({ kind: "deleted" })));
    },
  };
}

/** Has the task done in its thread's turn, once the author may have one more answered: until then others go first. */
export async function whenAllowed(waiting: Waiting, mailboxes: Mailboxes, task: () => Promise<void>): Promise<void> {
  const turn = async (): Promise<boolean> => {
    if (waiting.dropped === undefined && waiting.begin().kind !== "run") return false;
    await task();
    return true;
  };
  try {
    while (!(await mailboxes.post(waiting.message.place.thread, turn))) await waiting.allowed();
  } finally {
    waiting.end();
  }
}

const hasGivenWay = ({ kind, state }: Waiter): boolean => kind !== "edit" && (state === "aside" || state === "allowed");

const isWaiting = ({ kind, state, dropped }: Waiter): boolean =>
  dropped === undefined && kind !== "edit" && state !== "remark" && state !== "runs" && state !== "over";

function endAll(leaving: readonly (() => void)[]): void {
  for (const leave of leaving) leave();
}

const keyOf = (message: MessageEvent): string => personKey(personOf(message));

/** Where each question has a thread of its own, the channel is what fills up. */
const placeKey = ({ kind, thread, channel }: Place): string =>
  kind === "thread" || kind === "direct" ? `thread ${thread}` : `channel ${channel}`;
