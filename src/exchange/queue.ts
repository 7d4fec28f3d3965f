import { admitToBacklog, type BacklogAnswer, type Load, mostRemarks, mostRemarksHere } from "../limits/backlog.ts";
import { personKey, personOf } from "../memory/person.ts";
import type { MessageEvent, Place, ThreadId } from "../port/index.ts";
import { createTally } from "../runtime/tally.ts";
import type { Entry, Kind, Task } from "./entry.ts";
import type { Live } from "./exchanges.ts";
import { createLines, type Item } from "./lines.ts";

/**
 * What waits for its turn, thread by thread. A thread is worked through in its order, one at a time, but for two things: where the
 * place is a whole channel, questions of different people are answered at the same time; and a question whose author has as many
 * answers running as may be lets others go first. An idle thread costs nothing.
 */
export interface Queue {
  /** Counts a message among those that wait; `look` has its `work` begin, in its turn. It does not ask whether there is room. */
  join(live: Live, kind: Kind, work: Task): Entry;
  /** Runs the task with nothing else running in the thread, after all that came before it. Settles as the task does. */
  exclusive<T>(thread: ThreadId, task: () => Promise<T>): Promise<T>;
  /** What would become of one more question of this person here. */
  admit(message: MessageEvent): BacklogAnswer;
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

/** For messages that are counted already, and are not refused any more. */
const nothingElse = { waiting: 0, waitingHere: 0 };

export function createQueue(): Queue {
  const waiting = createTally();
  const waitingHere = createTally();
  const running = createTally();
  const remarks = createTally();
  const entries = new Map<ThreadId, Set<Entry>>();

  const loadOf = (message: MessageEvent): Load => {
    const person = keyOf(message);
    return {
      running: running.count(person),
      waiting: waiting.count(person),
      waitingHere: waitingHere.count(placeKey(message.place)),
    };
  };

  const hasSlot = (person: string): boolean =>
    admitToBacklog({ running: running.count(person), ...nothingElse }).kind === "run";
  const lines = createLines(hasSlot);

  function join(live: Live, kind: Kind, work: Task): Entry {
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
        return lines.isRunning(item);
      },
      get toTell() {
        return toTell;
      },
      drop(count) {
        toTell = count;
      },
      admit() {
        if (isQuestion) return { kind: "run" };
        const admission = admitToBacklog(loadOf(live.now.question));
        if (admission.kind === "refuse") return admission;
        isQuestion = true;
        if (admission.kind === "wait" || lines.isWantedBy(person, thread)) {
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
        lines.rest(item);
        if (!again) end();
        lines.look(thread);
        lines.free(person);
      },
    };

    function end(): void {
      leave();
      lines.drop(item);
      const here = entries.get(thread);
      here?.delete(entry);
      if (here?.size === 0) entries.delete(thread);
    }

    entries.set(thread, (entries.get(thread) ?? new Set()).add(entry));
    lines.push(item);
    return entry;
  }

  return {
    join,
    look: lines.look,
    async exclusive(thread, task) {
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
          lines.drop(item);
          lines.look(thread);
        },
      };
      lines.push(item);
      lines.look(thread);
      return done.promise;
    },
    admit: (message) => admitToBacklog(loadOf(message)),
    mayRun: (message) => hasSlot(keyOf(message)),
    isFullOfRemarks: ({ thread }) => remarks.count(thread) >= mostRemarksHere || remarks.count("all") >= mostRemarks,
    in: (thread) => [...(entries.get(thread) ?? [])],
    all: () => [...entries.values()].flatMap((here) => [...here]),
    isBusy: lines.isBusy,
    idle: lines.idle,
  };
}

function endAll(leaving: readonly (() => void)[]): void {
  for (const leave of leaving) leave();
}

const keyOf = (message: MessageEvent): string => personKey(personOf(message));

/** Where each question has a thread of its own, the channel is what fills up. */
const placeKey = ({ kind, thread, channel }: Place): string =>
  kind === "thread" || kind === "direct" ? `thread ${thread}` : `channel ${channel}`;
