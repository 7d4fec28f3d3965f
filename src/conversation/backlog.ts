import type { DeletedEvent, MessageEvent, Place, ThreadId } from "../port/index.ts";
import type { Mailboxes } from "../runtime/mailbox.ts";
import { createTally } from "../runtime/tally.ts";
import { type Admission, admit, type Load, mostRemarks, mostRemarksHere } from "./admission.ts";
import { personKey, personOf } from "./person.ts";

/**
 * Messages that wait for their turn: how many, whose, and where. A thread is answered in its order. But a question whose author has as
 * many answers running as may be is set aside: what comes after it goes first, and it has its turn when one of its author's answers is
 * done. Questions that one person has set aside go in their order.
 */
export interface Backlog {
  /** What would become of one more question of this person here. */
  admit(message: MessageEvent): Admission;
  /** The person may have one more answer running. */
  mayRun(message: MessageEvent): boolean;
  /** A question waits in the thread, or is being answered. */
  isAwaited(thread: ThreadId): boolean;
  /** So many remarks wait, in this thread or in all, that one more is not remembered. */
  isFullOfRemarks(place: Place): boolean;
  /**
   * Counts a message among those that wait, until it ends. It does not ask whether there is room: what an earlier run accepted is never
   * refused. `close` is called if the message is dropped, and sees to it that no restart answers it.
   */
  join(message: MessageEvent, kind: WaitingKind, close?: () => Promise<void>): BacklogEntry;
  /** Those of the messages that may still be answered which are meant, in their order. */
  waitingFor(isMeant: IsMeant): readonly BacklogEntry[];
  /** Drops them. Resolves with how many of them waited, once no restart would answer them either. */
  drop(waiting: readonly BacklogEntry[], why: WhyDropped): Promise<number>;
  /** Drops those that are set aside. Whatever else waits in the thread is told in its turn that it was deleted. */
  deleted(event: Pick<DeletedEvent, "threads" | "messages">): Promise<void>;
}

/**
 * `follow-up`: it does not address the bot, but is a question if the bot takes part in its thread; it counts as a remark. An `edit` waits
 * for its author's turn as a question does, but is not counted as one more.
 */
export type WaitingKind = "question" | "follow-up" | "remark" | "edit";

export type IsMeant = (message: Pick<MessageEvent, "place" | "author">) => boolean;

/** `reset`: the memory was cleared after it was said, so it is not to be remembered either. */
export type WhyDropped = "stopped" | "reset";

/** Why a message is not answered. `toTell`: of those that one stop dropped in a thread, the last one tells the count; the others have 0. */
export type Dropped = { readonly kind: WhyDropped; readonly toTell: number } | { readonly kind: "deleted" };

/** A message from when it is heard to when it is dealt with. */
export interface BacklogEntry {
  readonly message: MessageEvent;
  /** It is not to be answered any more; nor again, where its answer had begun. */
  readonly dropped: Dropped | undefined;
  /** To be called in its turn. It may `run`; or it is set aside (`wait`), and has its turn again once it is `allowed`. */
  begin(): Admission;
  /** Its answer begins: from here on a stop ends that. */
  asked(): void;
  /** Resolves when one of the author's answers is done, or the question is dropped. */
  allowed(): Promise<void>;
  end(): void;
}

/** For messages that are counted already, and are not refused any more. */
const nothingElse = { waiting: 0, waitingHere: 0 };

/**
 * `remark`: no question as far as is known. `waits`: for its turn in the thread. `aside`: it had its turn, and let others go first.
 * `allowed`: it may have its turn again, and counts as running already. `runs`: its memory and its limits are being looked up. `asked`: it
 * is being answered.
 */
type State = "remark" | "waits" | "aside" | "allowed" | "runs" | "asked" | "over";

type Waiter = BacklogEntry & {
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
  /** By person: those that are set aside or allowed, in order. */
  const asides = new Map<string, Set<Waiter>>();

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
    for (const waiter of asides.get(person) ?? []) {
      if (admit({ running: running.count(person), ...nothingElse }).kind !== "run") return;
      if (waiter.state === "aside") waiter.allow();
    }
  }

  function setAside(person: string, waiter: Waiter): void {
    const own = asides.get(person) ?? new Set();
    asides.set(person, own.add(waiter));
  }

  function endAside(person: string, waiter: Waiter): void {
    const own = asides.get(person);
    if (own?.delete(waiter) && own.size === 0) asides.delete(person);
  }

  function join(message: MessageEvent, kind: WaitingKind, close = async () => undefined): BacklogEntry {
    const person = keyOf(message);
    const { thread } = message.place;
    const isRemark = kind === "remark" || kind === "follow-up";
    let state: State = isRemark ? "remark" : "waits";
    let leave = isRemark ? listen() : wait();
    let dropped: BacklogEntry["dropped"];
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

    /** Earlier questions of the person in this thread go first. */
    const isBehind = () => [...(asides.get(person) ?? [])].some((one) => one !== waiter && one.thread === thread);

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
        if (state === "runs") return { kind: "run" };
        if (state === "allowed") {
          endAside(person, waiter);
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
        setAside(person, waiter);
        // Where there is room and an earlier one only goes first, it is allowed at once: nothing would wake it later.
        allowNext(person);
        return { kind: "wait" };
      },
      asked() {
        state = "asked";
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
        if (state !== "asked") await close();
      },
      end() {
        if (state === "over") return;
        become("over", () => undefined);
        endAside(person, waiter);
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
    isAwaited: (thread) => [...all].some((one) => one.thread === thread && one.state !== "remark"),
    isFullOfRemarks: ({ thread }) => remarks.count(thread) >= mostRemarksHere || remarks.count("all") >= mostRemarks,
    join,
    waitingFor(isMeant) {
      const answering = new Set([...all].filter(({ state }) => state === "asked").map(({ thread }) => thread));
      const mayAsk = ({ kind, state, thread }: Waiter) =>
        state !== "remark" || (kind === "follow-up" && answering.has(thread));
      return [...all].filter((one) => one.dropped === undefined && mayAsk(one) && isMeant(one.message));
    },
    async drop(those, why) {
      const wanted = new Set(those);
      const dropped = [...all].filter((one) => wanted.has(one) && one.dropped === undefined);
      const unanswered = dropped.filter(({ kind, state }) => kind !== "edit" && state !== "asked");
      const inThread = Map.groupBy(unanswered, ({ thread }) => thread);
      const tells = (one: Waiter) => inThread.get(one.thread)?.at(-1) === one;
      const toTell = (one: Waiter) => (tells(one) ? (inThread.get(one.thread)?.length ?? 0) : 0);
      await Promise.all(dropped.map((one) => one.drop({ kind: why, toTell: toTell(one) })));
      return unanswered.length;
    },
    async deleted({ threads, messages }) {
      const isMeant = ({ message }: Waiter) =>
        threads.includes(message.place.thread) && messages.includes(message.message);
      const gone = [...all].filter((one) => isAside(one) && isMeant(one));
      await Promise.all(gone.map((one) => one.drop({ kind: "deleted" })));
    },
  };
}

/** Runs the task in its thread's turn, once the author may have one more answer running; until then others go first. */
export async function whenAllowed(
  waiting: BacklogEntry,
  mailboxes: Mailboxes,
  task: () => Promise<void>,
): Promise<void> {
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

const isAside = ({ kind, state }: Waiter): boolean => kind !== "edit" && (state === "aside" || state === "allowed");

function endAll(leaving: readonly (() => void)[]): void {
  for (const leave of leaving) leave();
}

const keyOf = (message: MessageEvent): string => personKey(personOf(message));

/** Where each question has a thread of its own, the channel is what fills up. */
const placeKey = ({ kind, thread, channel }: Place): string =>
  kind === "thread" || kind === "direct" ? `thread ${thread}` : `channel ${channel}`;
