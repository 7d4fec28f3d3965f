import { dropOldest } from "../port/index.ts";
import type { Person } from "../store/conversation-store.ts";
import { personKey } from "./person.ts";

/** How long somebody may think about it. */
export const confirmationMs = 10 * 60_000;

const mostWaiting = 1_000;

/** Questions that only the person may answer, once and soon. They do not outlive the process. */
export interface Confirmations {
  /** `now` in milliseconds since 1970. */
  ask(person: Person, now: number): void;
  /** Ends the question. False where none was asked, or too long ago. */
  take(person: Person, now: number): boolean;
}

export function createConfirmations(): Confirmations {
  const asked = new Map<string, number>();
  return {
    ask(person, now) {
      asked.delete(personKey(person)); // set anew, it is the newest
      asked.set(personKey(person), now);
      dropOldest(asked, mostWaiting);
    },
    take(person, now) {
      const at = asked.get(personKey(person));
      asked.delete(personKey(person));
      return at !== undefined && now - at <= confirmationMs;
    },
  };
}
