// What people choose for themselves, a thread, a channel or a server: who the bot speaks as, and how its replies are shown.
// Of several choices the nearest one counts: the thread's before the channel's, the channel's before the server's.
// A choice is a small record in the store, and without one the admin's default holds.

import { z } from "zod";
import type { Place, Scope } from "../port/index.ts";
import type { RecordStore } from "../store/conversation-store.ts";
import { type Persona, toPersona } from "./presets.ts";

/** A preset is stored by its name, so that a better text of it reaches those who chose it. */
export const personaRecord = z.object({ v: z.literal(1), persona: z.string() });
export type PersonaRecord = z.infer<typeof personaRecord>;

export interface Personas {
  /** The persona that speaks here, and how far the choice reaches: thread before channel before server before the default. */
  at(place: Place): Promise<{ readonly persona: Persona; readonly scope: Scope | "default" }>;
  /** A preset's name, or a text of one's own. */
  set(place: Place, scope: Scope, persona: string): Promise<Persona>;
  /** Back to the next wider choice. False where none was made. */
  reset(place: Place, scope: Scope): Promise<boolean>;
}

export function createPersonas(records: RecordStore<PersonaRecord>, fallback: Persona): Personas {
  return {
    async at(place) {
      for (const scope of ["thread", "channel", "server"] as const) {
        const key = keyOf(place, scope);
        const record = key === undefined ? undefined : await records.get(key);
        if (record !== undefined) return { persona: toPersona(record.persona), scope };
      }
      return { persona: fallback, scope: "default" };
    },
    async set(place, scope, text) {
      const key = keyOf(place, scope);
      if (key === undefined) throw new RangeError(`there is no ${scope} here`);
      const persona = toPersona(text);
      await records.set(key, { v: 1, persona: persona.name ?? persona.text });
      return persona;
    },
    async reset(place, scope) {
      const key = keyOf(place, scope);
      if (key === undefined || (await records.get(key)) === undefined) return false;
      await records.delete(key);
      return true;
    },
  };
}

function keyOf(place: Place, scope: Scope): string | undefined {
  switch (scope) {
    case "thread":
      return `thread ${place.thread}`;
    case "channel":
      return `channel ${place.channel}`;
    case "server":
      return place.server === undefined ? undefined : `server ${place.server}`;
  }
}
