/** A text under a key; with `ttlMs` it is gone after so many milliseconds. */
export type Row = { readonly key: string; readonly text: string; readonly ttlMs?: number };

/**
 * Texts under keys: all that the store asks of a database. Every failure throws a `StoreError`; a failed read is never
 * `undefined`.
 */
export interface Table {
  /** One text for each key, in their order; `undefined` where nothing is stored. */
  read(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Every text there is. What is written meanwhile may be among them or not. */
  entries(): AsyncIterable<readonly [key: string, text: string]>;
  /** All or nothing up to 249 rows. More are written in order, so a row that speaks of others comes last. */
  write(rows: readonly Row[]): Promise<void>;
  /** Keys that hold nothing are no failure. */
  delete(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * A key made of any name. As JSON it cannot be empty (Keyv drops an empty key without a word), cannot start with a
 * namespace (the adapter would cut that off), keeps lone surrogates apart (SQLite replaces them), and ends in a quote, so
 * that what follows it cannot be taken for a part of the name.
 */
export const toKey = (name: string): string => JSON.stringify(name);
export const fromKey = (key: string): string => JSON.parse(key) as string;
