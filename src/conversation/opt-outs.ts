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

export function createOptOuts(records: RecordStore<OptOutRecord>): OptOuts {
  return {
    has: async (person) => (await records.get(personKey(person))) !== undefined,
    add: (person) => records.set(personKey(person), { v: 1 }),
    remove: (person) => records.delete(personKey(person)),
  };
}
