import type { Author, Place, UserId } from "../port/index.ts";
import type { Person } from "../store/conversation-store.ts";

/** Who speaks, as far as their id means them. */
export function personOf({ author, place }: { readonly author: Pick<Author, "id">; readonly place: Place }): Person {
  const isLocal = place.idsPerServer === true && place.server !== undefined;
  return isLocal ? { id: author.id, server: place.server } : { id: author.id };
}

/** Whether an id that stands in that place means the person. */
export function isOf(person: Person, id: UserId, place: Place): boolean {
  return person.id === id && (person.server === undefined || person.server === place.server);
}

/** A name for what is kept of a person. */
export const personKey = ({ id, server }: Person): string => `person ${JSON.stringify([id, server])}`;
