import type { ThreadId } from "../port/index.ts";
import { decodeHead, decodeTurn, encodeHead, encodeTurn, type Head } from "./codec.ts";
import { type ConversationStore, type Span, StoreError, type Turn } from "./conversation-store.ts";
import { deleteLost, type FoundHead, startAside } from "./quarantine.ts";
import { type Row, type Table, toKey } from "./table.ts";

/** Where the store says what it had to leave out. */
export type StoreLog = { warn(fields: object, sentence: string): void };

/**
 * A log for each thread: a head record, and one record a turn, so that a turn costs the same however long the thread is.
 * Nothing is remembered between calls; whoever changes a thread does so alone (see mailbox.ts).
 */
export function createConversationLog(table: Table, log: StoreLog): ConversationStore {
  return {
    async open(thread) {
      const { head, aside } = await readHead(table, thread);
      if (head === undefined) return { thread, joined: false, start: 0, next: 0, turns: [] };
      const turns = await readTurns(table, log, { thread, from: head.start, to: head.next });
      const { start, next } = head;
      return { thread, joined: true, start, next, turns, ...(aside === undefined ? {} : { unreadable: true }) };
    },

    async append({ unreadable: _, ...conversation }, ...turns) {
      const { thread, start, next } = conversation;
      const { head = { first: 0, start: 0, next: 0 }, aside } = await readHead(table, thread);
      if (head.next !== next || head.start > start) throw new StoreError("unwritten", stale(thread));
      const after = { first: head.first, start, next: next + turns.length };
      const rows = turns.map((turn, at) => turnRow(thread, next + at, turn));
      if (aside !== undefined) {
        log.warn({ thread, record: aside.row.key, why: aside.why }, "A head that cannot be read was set aside.");
        rows.unshift(aside.row);
      }
      // The head comes last: rows that are not written in one step are only seen once it counts them.
      await table.write([...rows, headRow(thread, after)]);
      return { ...conversation, joined: true, next: after.next, turns: [...conversation.turns, ...turns] };
    },

    async passed(thread) {
      const { head } = await readHead(table, thread);
      return { from: head?.first ?? 0, to: head?.start ?? 0 };
    },

    read: (thread, { from, to }) => readTurns(table, log, { thread, from, to }),

    async forget(thread) {
      const found = await readHead(table, thread);
      const { head, aside } = found;
      if (head === undefined) return 0;
      const lost = await deleteLost(table, thread, found);
      if (aside !== undefined) await table.write([headRow(thread, head)]);
      if (head.first === head.next) return lost;
      // Out of sight first: whatever stops the deleting, nothing old comes back, and the next `forget` deletes the rest.
      await table.write([headRow(thread, { ...head, start: head.next })]);
      for (let from = head.first; from < head.next; from += turnsPerDelete) {
        await table.delete(turnKeys({ thread, from, to: Math.min(from + turnsPerDelete, head.next) }));
      }
      await table.write([headRow(thread, { first: head.next, start: head.next, next: head.next })]);
      return head.next - head.first + lost;
    },
  };
}

const turnsPerDelete = 500;

type ThreadSpan = Span & { readonly thread: ThreadId };

async function readHead(table: Table, thread: ThreadId): Promise<FoundHead> {
  const [text] = await table.read([toKey(thread)]);
  if (text === undefined) return {};
  const head = decodeHead(text);
  return head.kind === "read" ? { head: head.value } : startAside(table, thread, { text, why: head.why });
}

async function readTurns(table: Table, log: StoreLog, span: ThreadSpan): Promise<readonly Turn[]> {
  const texts = await table.read(turnKeys(span));
  const turns: Turn[] = [];
  const skipped: { turn: number; why: string }[] = [];
  for (const [at, text] of texts.entries()) {
    const turn = text === undefined ? missing : decodeTurn(text);
    if (turn.kind === "read") turns.push(turn.value);
    else skipped.push({ turn: span.from + at, why: turn.why });
  }
  if (skipped.length > 0) log.warn({ thread: span.thread, skipped }, "Turns that cannot be read were left out.");
  return turns;
}

const missing = { kind: "unreadable", why: "it is missing" } as const;

const stale = (thread: ThreadId): string => `Nothing was stored: ${thread} was changed after it had been opened.`;

const headRow = (thread: ThreadId, head: Head): Row => ({ key: toKey(thread), text: encodeHead(head) });

const turnRow = (thread: ThreadId, at: number, turn: Turn): Row => ({
  key: turnKey(thread, at),
  text: encodeTurn(turn),
});

const turnKey = (thread: ThreadId, at: number): string => `${toKey(thread)}#${at}`;

const turnKeys = ({ thread, from, to }: ThreadSpan): readonly string[] =>
  Array.from({ length: to - from }, (_, at) => turnKey(thread, from + at));
