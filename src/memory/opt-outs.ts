import { z } from "zod";
import type { Person, RecordStore } from "../store/conversation-store.ts";
import { personKey } from "./person.ts";

export const optOutRecord = z.object({ v: z.literal(1) });
export type OptOutRecord = z.infer<typeof optOutRecord>;

/** People of whose words nothing is kept. */
export interface OptOuts {
  has(person: Person): Promise<boolean>;
  add(person: Person): Promise<void>;
  remove(person: Person): Promise<void>;
}

/** They are few and asked for with each write of what somebody said, so they are read once. */
export function createOptOuts(records: RecordStore<OptOutRecord>): OptOuts {
  let reading: Promise<Set<string>> | undefined;

  function known(): Promise<Set<string>> {
    reading ??= readAll(records);
    reading.catch(() => {
      reading = undefined; // what failed may work when it is tried again
    });
    return reading;
  }

  return {
    has: async (person) => (await known()).has(personKey(person)),
    async add(person) {
      const keys = await known();
      await records.set(personKey(person), { v: 1 });
      keys.add(personKey(person));
    },
    async remove(person) {
      const keys = await known();
      await records.delete(personKey(person));
      keys.delete(personKey(person));
    },
  };
}

async function readAll(records: RecordStore<OptOutRecord>): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const [key] of records.entries()) keys.add(key);
  return keys;
}
