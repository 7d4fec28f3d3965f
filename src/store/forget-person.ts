import type { ErasureScheduler, Forgotten, Person } from "./conversation-store.ts";
import { concerns, type ForgettingParts, type Found, forgetIn, markOf } from "./forget-in-thread.ts";
import type { Table } from "./table.ts";
import { fromRowKey } from "./thread-keys.ts";

/** Threads that wait for their turn while others are looked for. */
const mostWaiting = 20;

/** Between two pauses; a database answers from memory, and would keep everything else waiting. */
const rowsPerPause = 500;

/**
 * Each row is read once, as the table gives them, and nothing but marks is kept of it. A thread in which the person is found is
 * then changed in its turn, as it stands by then. A failure in one thread does not keep the others; it is thrown at the end.
 */
export async function forgetPerson(parts: ForgettingParts, person: Person, ways: ErasureScheduler): Promise<Forgotten> {
  const total = { messages: 0, answers: 0, threads: 0 };
  const failures: unknown[] = [];
  const waiting = new Set<Promise<void>>();

  async function inTurn({ thread, marks }: Found): Promise<void> {
    try {
      const gone = await ways.exclusive(thread, () => forgetIn(parts, person, { thread, marks }));
      total.messages += gone.messages;
      total.answers += gone.answers;
      if (gone.messages > 0) total.threads++;
    } catch (error) {
      failures.push(error);
    }
  }

  for await (const found of findThreads(parts.table, person, ways)) {
    const run = inTurn(found).then(() => void waiting.delete(run));
    waiting.add(run);
    while (waiting.size >= mostWaiting) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  if (failures.length > 0) throw failures[0];
  return total;
}

/** The rows of a thread come one after another, because their keys begin alike. */
async function* findThreads(table: Table, person: Person, ways: ErasureScheduler): AsyncIterable<Found> {
  let current: Found | undefined;
  let rows = 0;
  for await (const [key, text] of table.entries()) {
    if (++rows % rowsPerPause === 0) await ways.pause();
    const row = fromRowKey(key);
    if (row === undefined || (person.server !== undefined && !row.thread.startsWith(`${person.server}:`))) continue;
    if (row.thread !== current?.thread) {
      if (current !== undefined && concerns(current.marks)) yield current;
      current = { thread: row.thread, marks: new Map() };
    }
    if (row.turn !== undefined) current.marks.set(row.turn, markOf(text, person));
  }
  if (current !== undefined && concerns(current.marks)) yield current;
}
