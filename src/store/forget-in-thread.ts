import type { ThreadId } from "../port/index.ts";
import { decodeTurn, encodeTurn, forgottenTurn, type Head } from "./codec.ts";
import type { Person, Turn } from "./conversation-store.ts";
import { type ErasureMark, type ErasureMarks, planErasure } from "./plan-erasure.ts";
import { type Retention, timeLeft } from "./retention.ts";
import type { Table } from "./table.ts";
import { turnKey, turnKeys } from "./thread-keys.ts";

/** What the log lends: the table, and what it does with a thread. */
export type ForgettingParts = {
  readonly table: Table;
  readonly retention: Retention;
  /** Undefined where there is none, or none that can be read. */
  head(thread: ThreadId): Promise<Head | undefined>;
  /** Deletes the whole thread's turns. */
  forget(thread: ThreadId): Promise<number>;
};

/** A thread, and what its turns are to the person. */
export type Found = { readonly thread: ThreadId; readonly marks: Map<number, ErasureMark> };

/** Something of theirs is in it. */
export function concerns(marks: ErasureMarks): boolean {
  const kinds = new Set(marks.values());
  return kinds.has("theirs") || kinds.has("quotes them");
}

/** What a record of a turn is to the person. One that cannot be read goes if it names them: better lost than kept. */
export function markOf(text: string, person: Person): ErasureMark {
  if (text === forgottenTurn) return "forgotten";
  const turn = decodeTurn(text);
  if (turn.kind === "unreadable") return text.includes(JSON.stringify(person.id)) ? "theirs" : "another's";
  return markOfTurn(turn.value, person);
}

function markOfTurn(turn: Turn, { id }: Person): ErasureMark {
  if (turn.kind === "bot") return "answer";
  if (turn.author.id === id) return "theirs";
  return turn.quote?.id === id ? "quotes them" : "another's";
}

type Gone = { readonly messages: number; readonly answers: number };

/** What was said since the marks were made is looked at as well; what was deleted since stays deleted. */
export async function forgetIn(parts: ForgettingParts, person: Person, { thread, marks }: Found): Promise<Gone> {
  const head = await parts.head(thread);
  const [strays, counted] = divided(marks, head?.first ?? Number.POSITIVE_INFINITY);
  const stray = await forgetStrays(parts.table, { thread, marks: strays });
  if (head === undefined) return stray;
  const from = Math.max(head.first, lastOf(counted) + 1);
  const later = await parts.table.read(turnKeys({ thread, from, to: head.next }));
  for (const [at, text] of later.entries()) if (text !== undefined) counted.set(from + at, markOf(text, person));
  const gone = await forgetCounted(parts, { thread, marks: counted });
  return { messages: gone.messages + stray.messages, answers: gone.answers + stray.answers };
}

function divided(marks: ErasureMarks, first: number): readonly [Map<number, ErasureMark>, Map<number, ErasureMark>] {
  const [before, after] = [new Map<number, ErasureMark>(), new Map<number, ErasureMark>()];
  for (const [number, mark] of marks) (number < first ? before : after).set(number, mark);
  return [before, after];
}

/** Turns that no head counts are shown to nobody, but they are kept: they go altogether. */
async function forgetStrays(table: Table, { thread, marks }: Found): Promise<Gone> {
  if (!concerns(marks)) return { messages: 0, answers: 0 };
  const { messages, answers, quotes } = planErasure(marks);
  await table.delete([...messages, ...answers, ...quotes].map((number) => turnKey(thread, number)));
  return { messages: messages.length, answers: answers.length };
}

async function forgetCounted({ table, retention, forget }: ForgettingParts, { thread, marks }: Found): Promise<Gone> {
  if (!concerns(marks)) return { messages: 0, answers: 0 };
  const { messages, answers, quotes, everything } = planErasure(marks);
  if (everything) await forget(thread);
  else {
    const gone = [...messages, ...answers].map((number) => ({ key: turnKey(thread, number), text: forgottenTurn }));
    const unquoted = await withoutQuotes(table, thread, quotes);
    const rows: readonly Rewritten[] = [...gone, ...unquoted];
    await table.write(rows.map(({ at, ...row }) => ({ ...row, ...timeLeft(retention, at) })));
  }
  return { messages: messages.length, answers: answers.length };
}

function lastOf(marks: ErasureMarks): number {
  let last = -1;
  for (const number of marks.keys()) last = Math.max(last, number);
  return last;
}

/** A row, and when what is left in it was said. */
type Rewritten = { readonly key: string; readonly text: string; readonly at?: number };

async function withoutQuotes(
  table: Table,
  thread: ThreadId,
  numbers: readonly number[],
): Promise<readonly Rewritten[]> {
  const texts = await table.read(numbers.map((number) => turnKey(thread, number)));
  return texts.flatMap((text, at) => {
    const turn = text === undefined ? undefined : decodeTurn(text);
    if (turn?.kind !== "read" || turn.value.kind !== "person") return [];
    const { quote: _, ...rest } = turn.value;
    return [{ key: turnKey(thread, numbers[at] ?? 0), text: encodeTurn(rest), at: rest.at }];
  });
}
