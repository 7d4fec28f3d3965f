import type { ThreadId } from "../port/index.ts";
import type { Head } from "./codec.ts";
import { type Row, type Table, toKey } from "./table.ts";

/** Where a thread's log stands. `aside`: its head cannot be understood, so the next write sets it aside and begins anew. */
export type FoundHead = { readonly head?: Head; readonly aside?: { readonly row: Row; readonly why: string } };

/**
 * The head of a thread whose own cannot be understood. Nobody knows what numbers its turns have, so the new ones begin far beyond:
 * nothing is written over.
 */
export async function startAside(
  table: Table,
  thread: ThreadId,
  { text, why }: { readonly text: string; readonly why: string },
): Promise<FoundHead> {
  const times = (await asidesOf(table, thread)).length + 1;
  const next = times * farBeyond;
  return { head: { first: next, start: next, next }, aside: { row: { key: asideKey(thread, times), text }, why } };
}

/** More turns than a thread ever has. */
const farBeyond = 1_000_000_000;

const asideKey = (thread: ThreadId, times: number): string => `${toKey(thread)}!${times}`;

/** What was set aside for this thread, the oldest first. */
async function asidesOf(table: Table, thread: ThreadId): Promise<readonly string[]> {
  const asides: string[] = [];
  for (;;) {
    const [text] = await table.read([asideKey(thread, asides.length + 1)]);
    if (text === undefined) return asides;
    asides.push(text);
  }
}

/** Stands in place of what was set aside once it is forgotten: its number must not be given again. */
const forgotten = "forgotten";

/**
 * Deletes the turns that unreadable heads left behind, and returns how many there were. It looks through the whole table, because
 * nothing else knows of them; turns that the head counts are left to it.
 */
export async function deleteLost(table: Table, thread: ThreadId, { head, aside }: FoundHead): Promise<number> {
  const asides = await asidesOf(table, thread);
  if (aside === undefined && asides.every((text) => text === forgotten)) return 0;
  const begin = `${toKey(thread)}#`;
  const lost: string[] = [];
  for await (const [key] of table.entries()) {
    if (key.startsWith(begin) && Number(key.slice(begin.length)) < (head?.first ?? 0)) lost.push(key);
  }
  for (let from = 0; from < lost.length; from += keysPerDelete) {
    await table.delete(lost.slice(from, from + keysPerDelete));
  }
  // Last: if the deleting breaks off, they tell the next one that there is more.
  const all = aside === undefined ? asides : [...asides, aside.row.text];
  if (all.length > 0) {
    await table.write(all.map((_, at) => ({ key: asideKey(thread, at + 1), text: forgotten })));
  }
  return lost.length;
}

const keysPerDelete = 500;
