import { type ThreadId, threadId } from "../port/index.ts";
import type { Span } from "./conversation-store.ts";
import { fromKey, toKey } from "./table.ts";

export type ThreadSpan = Span & { readonly thread: ThreadId };

export const headKey = (thread: ThreadId): string => toKey(thread);

export const turnKey = (thread: ThreadId, at: number): string => `${toKey(thread)}#${at}`;

export const turnKeys = ({ thread, from, to }: ThreadSpan): readonly string[] =>
  Array.from({ length: to - from }, (_, at) => turnKey(thread, from + at));

/** The thread that a row belongs to, and the number of its turn; a head has none. Undefined for a row of another kind. */
export function fromRowKey(key: string): { readonly thread: ThreadId; readonly turn: number | undefined } | undefined {
  const [, name, number] = /^(".*")(?:#(\d+))?$/s.exec(key) ?? [];
  if (name === undefined) return undefined;
  return { thread: threadId(fromKey(name)), turn: number === undefined ? undefined : Number(number) };
}
