import { z } from "zod";
import type { AdapterNotes } from "../port/index.ts";
import type { RecordStore } from "./conversation-store.ts";

export const noteRecord = z.object({ v: z.literal(1), text: z.string() });
export type NoteRecord = z.infer<typeof noteRecord>;

export function createNotes(records: RecordStore<NoteRecord>): AdapterNotes {
  return {
    get: async (name) => (await records.get(name))?.text,
    set: (name, text) => records.set(name, { v: 1, text }),
    delete: (name) => records.delete(name),
    async names(prefix) {
      const names: string[] = [];
      for await (const [name] of records.entries()) if (name.startsWith(prefix)) names.push(name);
      return names;
    },
  };
}
