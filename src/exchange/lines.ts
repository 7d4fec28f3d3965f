import type { ThreadId } from "../port/index.ts";

/** Something that waits in a thread for its turn. */
export type Item = {
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

/** What stands in line in each thread, and who of them may run. */
export interface Lines {
  push(item: Item): void;
  drop(item: Item): void;
  /** It runs no longer, and stays in line. */
  rest(item: Item): void;
  /** Begins what may begin in the thread now. */
  look(thread: ThreadId): void;
  /** One of the person's answers is done. */
  free(person: string): void;
  isRunning(item: Item): boolean;
  /** Something of this person waits in the thread to be answered. */
  isWantedBy(person: string, thread: ThreadId): boolean;
  isBusy(thread: ThreadId): boolean;
  /** Resolves when nothing waits or runs anywhere. */
  idle(): Promise<void>;
}

/** `hasSlot`: whether a person may have one more answer running. */
export function createLines(hasSlot: (person: string) => boolean): Lines {
  /** In the order in which they came, also those that run. */
  const lines = new Map<ThreadId, Line>();
  /** By person: threads in which something of theirs waits until one of their answers is done, in order. */
  const held = new Map<string, Set<ThreadId>>();
  let whenIdle = Promise.withResolvers<void>();

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

  function free(person: string): void {
    const threads = held.get(person);
    if (threads === undefined) return;
    held.delete(person);
    for (const thread of threads) {
      if (hasSlot(person)) look(thread);
      else held.set(person, (held.get(person) ?? new Set()).add(thread));
    }
  }

  return {
    push,
    drop,
    rest: (item) => void lines.get(item.thread)?.running.delete(item),
    look,
    free,
    isRunning: (item) => lines.get(item.thread)?.running.has(item) === true,
    isWantedBy(person, thread) {
      const { all = [], running } = lines.get(thread) ?? {};
      return [...all].some((one) => one.person === person && running?.has(one) !== true && one.wantsSlot());
    },
    isBusy: (thread) => lines.has(thread),
    async idle() {
      while (lines.size > 0) await whenIdle.promise;
    },
  };
}
