import { describeError } from "../errors.ts";
import type { AdapterLog, MessageEvent, MessageId, ThreadId } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import type { RecordStore } from "../store/conversation-store.ts";
import type { JournalRecord } from "./journal-record.ts";
import { begun } from "./journal-store.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Questions that were heard and are not answered yet, kept over restarts. It never rejects: where the store fails, the question is
 * answered all the same, and only a crash could lose it.
 */
export interface Journal {
  /** Notes what may be a question; not what its adapter could not find again. */
  accept(event: MessageEvent, isQuestion: boolean): Entry;
  /** What earlier runs left, in the order in which it was heard. Rejects where it cannot be read. */
  left(): Promise<readonly Entry[]>;
  /** What waits for a person to have it tried again, in this thread or anywhere. */
  parked(thread?: ThreadId): Promise<readonly Entry[]>;
}

/** One question in the journal. Its writes go one after another. */
export interface Entry {
  readonly event: MessageEvent;
  readonly state: JournalRecord;
  /** Resolves when all that is known of it is written. */
  written(): Promise<void>;
  /** Notes that a message of the answer is about to be made, makes it, and notes which one it is. */
  making(make: () => Promise<MessageId>): Promise<MessageId>;
  /** Notes what is shown of the answer. */
  said(text: string): void;
  /** Notes what became of the answer, before its last text is written. */
  ended(outcome: Outcome): void;
  /** It is taken up again after a crash, over these messages. */
  resume(messages: readonly MessageId[]): Promise<void>;
  /** What was asked has changed: what stands in these messages is the answer to something else. */
  amended(messages: readonly MessageId[]): Promise<void>;
  /** The process ends as it should and the next one goes on: this try was none that ended it. */
  leave(): Promise<void>;
  /** Left for a person to say that it shall be tried again. */
  park(messages: readonly MessageId[]): Promise<void>;
  /** It is answered, or needs no answer any more. */
  close(): Promise<void>;
}

/** Nobody presses a button for longer, and what cannot be taken up by then never can. */
const keptMs = 7 * 24 * 60 * 60_000;

export function createJournal(records: RecordStore<JournalRecord>, clock: Clock, log: AdapterLog): Journal {
  let order = 0;

  function open(first: JournalRecord, isQuestion = true): Entry & { note(): void } {
    const { event } = first;
    const isNoted = isQuestion && event.origin !== undefined;
    let state = first;
    let closed = false;
    let writing = Promise.resolve();

    function write(change: Partial<JournalRecord>): Promise<void> {
      state = { ...state, ...change };
      return isNoted && !closed ? inTurn(() => records.set(event.id, state, keptMs)) : writing;
    }

    function inTurn(change: () => Promise<void>): Promise<void> {
      writing = writing
        .then(change)
        .catch((error: unknown) =>
          log.warn({ thread: event.place.thread, error: describeError(error) }, "a question could not be journaled"),
        );
      return writing;
    }

    return {
      event,
      get state() {
        return state;
      },
      note: () => void write({}),
      written: () => writing,
      async making(make) {
        await write({ making: true });
        const message = await make();
        await write({ making: false, messages: [...state.messages, message] });
        return message;
      },
      said(text) {
        void write({ text });
      },
      ended: (outcome) => void write({ outcome }),
      resume: (messages) => write({ messages, making: false, parked: false, tries: state.tries + 1 }),
      amended(messages) {
        const { outcome: _, ...rest } = state;
        state = rest;
        return write({ messages, making: false, text: "" });
      },
      leave: () => write({ tries: 0 }),
      park: (messages) => write({ messages, making: false, parked: true }),
      async close() {
        if (isNoted && !closed) void inTurn(() => records.delete(event.id));
        closed = true;
        await writing;
      },
    };
  }

  async function read(wanted: (record: JournalRecord) => boolean): Promise<readonly Entry[]> {
    const found: JournalRecord[] = [];
    for await (const [, record] of records.entries()) if (wanted(record)) found.push(record);
    return found.sort((a, b) => a.at - b.at || a.order - b.order).map((record) => open(record));
  }

  return {
    accept(event, isQuestion) {
      const entry = open({ v: 1, event, at: clock.now(), order: order++, ...begun }, isQuestion);
      entry.note();
      return entry;
    },
    left: () => read(({ parked }) => !parked),
    parked: (thread) => read(({ parked, event }) => parked && (thread ?? event.place.thread) === event.place.thread),
  };
}
