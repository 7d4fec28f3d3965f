import { z } from "zod";
import type { Author, Place } from "../port/index.ts";
import type { Person, RecordStore } from "../store/conversation-store.ts";

export const replyModes = ["live", "final"] as const;
/** `live`: an answer is shown while it grows. `final`: once it is whole, for those whom each change disturbs. */
export type ReplyMode = (typeof replyModes)[number];

/** Who chose: the person for their own questions, or somebody for all of a channel's. */
export type Chooser = "me" | "channel";

export const replyModeRecord = z.object({ v: z.literal(1), mode: z.enum(replyModes) });
export type ReplyModeRecord = z.infer<typeof replyModeRecord>;

/** A question's place, and who asks. */
export type Asker = { readonly place: Place; readonly author: Author };

export interface ReplyModes {
  /** How this person is answered here: their own choice goes before the channel's. Growing answers where nobody chose. */
  at(asker: Asker): Promise<{ readonly mode: ReplyMode; readonly by: Chooser | "default" }>;
  set(asker: Asker, chooser: Chooser, mode: ReplyMode): Promise<void>;
  /** Back to what holds without this choice. */
  reset(asker: Asker, chooser: Chooser): Promise<void>;
  /** Every choice that the person made for themselves, wherever their id means them. */
  forget(person: Person): Promise<void>;
}

export function createReplyModes(records: RecordStore<ReplyModeRecord>): ReplyModes {
  return {
    async at(asker) {
      for (const by of ["me", "channel"] as const) {
        const record = await records.get(keyOf(asker, by));
        if (record !== undefined) return { mode: record.mode, by };
      }
      return { mode: "live", by: "default" };
    },
    set: (asker, chooser, mode) => records.set(keyOf(asker, chooser), { v: 1, mode }),
    reset: (asker, chooser) => records.delete(keyOf(asker, chooser)),
    async forget(person) {
      const own: string[] = [];
      for await (const [key] of records.entries()) if (isChoiceOf(person, key)) own.push(key);
      for (const key of own) await records.delete(key);
    },
  };
}

function isChoiceOf({ id, server }: Person, key: string): boolean {
  if (!key.startsWith(personal)) return false;
  const [author, where] = JSON.parse(key.slice(personal.length)) as readonly unknown[];
  return author === id && (server === undefined || where === server);
}

const personal = "person ";

/** A person is one of a server: on some platforms two servers may call two people by one id. */
function keyOf({ place, author }: Asker, chooser: Chooser): string {
  switch (chooser) {
    case "me":
      return `${personal}${JSON.stringify([author.id, place.server])}`;
    case "channel":
      return `channel ${place.channel}`;
  }
}
