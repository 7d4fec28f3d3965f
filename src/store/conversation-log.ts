import { createQueues, type MessageId, type ThreadId } from "../port/index.ts";
import { decodeHead, decodeTurn, encodeHead, encodeTurn, forgottenTurn, type Head } from "./codec.ts";
import { type ConversationStore, StoreError, type Turn } from "./conversation-store.ts";
import { forgetPerson } from "./forget-person.ts";
import { deleteLost, type FoundHead, startAside } from "./quarantine.ts";
import { type Retention, timeLeft } from "./retention.ts";
import type { Row, Table } from "./table.ts";
import { fromRowKey, headKey, type ThreadSpan, turnKey, turnKeys } from "./thread-keys.ts";

/** Where the store says what it had to leave out. */
export type StoreLog = { warn(fields: object, sentence: string): void };

/**
 * A log for each thread: a head record, and one record a turn, so that a turn costs the same however long the thread is.
 * Nothing is remembered between calls; whoever changes a thread does so alone, but for `add` and `answer`.
 */
export function createConversationLog(table: Table, log: StoreLog, retention: Retention): ConversationStore {
  const headRow = (thread: ThreadId, head: Head): Row => ({
    key: headKey(thread),
    text: encodeHead(head),
    ...timeLeft(retention),
  });
  const turnRow = (thread: ThreadId, at: number, turn: Turn): Row => ({
    key: turnKey(thread, at),
    text: encodeTurn(turn),
    ...timeLeft(retention, turn.at),
  });

  const adding = createQueues();

  const store: ConversationStore = {
    async open(thread) {
      const { head, aside } = await readHead(table, thread);
      if (head === undefined) return { thread, joined: false, start: 0, next: 0, turns: [] };
      const { start, turns } = await readTurns(table, log, { thread, from: head.start, to: head.next });
      const { next } = head;
      return { thread, joined: true, start, next, turns, ...(aside === undefined ? {} : { unreadable: true }) };
    },

    async append({ unreadable: _, ...conversation }, ...turns) {
      const { thread, start, next } = conversation;
      const { head = { first: 0, start: 0, next: 0 }, aside } = await readHead(table, thread);
      if (head.next !== next || head.start > start) throw new StoreError("unwritten", stale(thread));
      const first = retention.keptMs === undefined ? head.first : await pastExpired(table, thread, head.first, start);
      const after = { first, start, next: next + turns.length };
      const rows = turns.map((turn, at) => turnRow(thread, next + at, turn));
      if (aside !== undefined) {
        log.warn({ thread, record: aside.row.key, why: aside.why }, "A head that cannot be read was set aside.");
        rows.unshift(aside.row);
      }
      // The head comes last: rows that are not written in one step are only seen once it counts them.
      await table.write([...rows, headRow(thread, after)]);
      return { ...conversation, joined: true, next: after.next, turns: [...conversation.turns, ...turns] };
    },

    add: (conversation, ...turns) =>
      adding.after(conversation.thread, async () => {
        const { head } = await readHead(table, conversation.thread);
        if (head === undefined) return store.append(conversation, ...turns);
        const start = Math.max(head.start, conversation.start);
        const added = await store.append({ ...conversation, start, next: head.next }, ...turns);
        return { ...added, start: conversation.start };
      }),

    async answer(thread, question, answer) {
      const { head } = await readHead(table, thread);
      if (head === undefined) return false;
      const texts = await table.read(turnKeys({ thread, from: head.start, to: head.next }));
      const turns = texts.map((text) => (text === undefined ? undefined : readTurn(text)));
      const at = 1 + turns.findIndex((turn) => turn?.kind === "person" && turn.message === question);
      const place = at === 0 ? undefined : turns[at];
      if (place?.kind !== "bot" || place.pending !== true) return false;
      const key = turnKey(thread, head.start + at);
      await table.write([
        answer === undefined
          ? { key, text: forgottenTurn, ...timeLeft(retention) }
          : turnRow(thread, head.start + at, answer),
      ]);
      return true;
    },

    async passed(thread) {
      const { head } = await readHead(table, thread);
      return { from: head?.first ?? 0, to: head?.start ?? 0 };
    },

    read: async (thread, { from, to }) => (await readTurns(table, log, { thread, from, to })).turns,

    async amend(thread, messages, change) {
      const { head } = await readHead(table, thread);
      if (head === undefined) return 0;
      const texts = await table.read(turnKeys({ thread, from: head.start, to: head.next }));
      const rows = texts.flatMap((text, at) => {
        const turn = text === undefined ? missing : decodeTurn(text);
        if (turn.kind !== "read" || !standsIn(turn.value, messages)) return [];
        const changed = change(turn.value);
        return changed === turn.value ? [] : [turnRow(thread, head.start + at, changed)];
      });
      if (rows.length > 0) await table.write(rows);
      return rows.length;
    },

    async forget(thread) {
      const found = await readHead(table, thread);
      const { head, aside } = found;
      if (head === undefined) return 0;
      let held = await deleteLost(table, thread, found);
      if (aside !== undefined) await table.write([headRow(thread, head)]);
      if (head.first === head.next) return held;
      // Out of sight first: whatever stops the deleting, nothing old comes back, and the next `forget` deletes the rest.
      await table.write([headRow(thread, { ...head, start: head.next })]);
      for (const span of spansOf(thread, head)) {
        const texts = await table.read(turnKeys(span));
        held += texts.filter((text) => text !== undefined && text !== forgottenTurn).length;
        await table.delete(turnKeys(span));
      }
      await table.write([headRow(thread, { first: head.next, start: head.next, next: head.next })]);
      return held;
    },

    async *turnsOf(thread) {
      const { head } = await readHead(table, thread);
      if (head === undefined) return;
      for (const span of spansOf(thread, head)) yield* (await readTurns(table, log, span)).turns;
    },

    async *threads(prefix) {
      for await (const [key] of table.entries()) {
        const row = fromRowKey(key);
        if (row?.turn === undefined && row?.thread.startsWith(prefix)) yield row.thread;
      }
    },

    forgetPerson: (person, ways) =>
      forgetPerson(
        { table, retention, head: async (thread) => (await readHead(table, thread)).head, forget: store.forget },
        person,
        ways,
      ),
  };
  return store;
}

const turnsPerStep = 500;

/** All that may be kept of a thread, a piece at a time. */
function* spansOf(thread: ThreadId, { first, next }: Head): Iterable<ThreadSpan> {
  for (let from = first; from < next; from += turnsPerStep) {
    yield { thread, from, to: Math.min(from + turnsPerStep, next) };
  }
}

/** Turns that an append looks at whether their time is over; it adds fewer than that, so it never falls behind for long. */
const turnsPerLook = 16;

async function pastExpired(table: Table, thread: ThreadId, first: number, start: number): Promise<number> {
  const texts = await table.read(turnKeys({ thread, from: first, to: Math.min(first + turnsPerLook, start) }));
  const kept = texts.findIndex((text) => text !== undefined);
  return kept < 0 ? first + texts.length : first + kept;
}

async function readHead(table: Table, thread: ThreadId): Promise<FoundHead> {
  const [text] = await table.read([headKey(thread)]);
  if (text === undefined) return {};
  const head = decodeHead(text);
  return head.kind === "read" ? { head: head.value } : startAside(table, thread, { text, why: head.why });
}

type ReadTurns = {
  /** The number of the first turn that is still kept. */
  readonly start: number;
  readonly turns: readonly Turn[];
};

/** The oldest turns are the first whose time is over, so none is missed where the span begins. */
async function readTurns(table: Table, log: StoreLog, span: ThreadSpan): Promise<ReadTurns> {
  const texts = await table.read(turnKeys(span));
  const kept = texts.findIndex((text) => text !== undefined);
  if (kept < 0) return { start: span.to, turns: [] };
  const turns: Turn[] = [];
  const skipped: { turn: number; why: string }[] = [];
  for (const [at, text] of texts.entries()) {
    if (at < kept || text === forgottenTurn) continue;
    const turn = text === undefined ? missing : decodeTurn(text);
    if (turn.kind === "read") turns.push(turn.value);
    else skipped.push({ turn: span.from + at, why: turn.why });
  }
  if (skipped.length > 0) log.warn({ thread: span.thread, skipped }, "Turns that cannot be read were left out.");
  return { start: span.from + kept, turns };
}

function readTurn(text: string): Turn | undefined {
  const turn = decodeTurn(text);
  return turn.kind === "read" ? turn.value : undefined;
}

const standsIn = (turn: Turn, messages: readonly MessageId[]): boolean =>
  turn.kind === "person"
    ? messages.includes(turn.message)
    : turn.messages.some((message) => messages.includes(message));

const missing = { kind: "unreadable", why: "it is missing" } as const;

const stale = (thread: ThreadId): string => `Nothing was stored: ${thread} was changed after it had been opened.`;
