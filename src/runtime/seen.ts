import { dropOldest, type EventId } from "../port/index.ts";

export interface Seen {
  /** True the first time an id is shown, false for a redelivery. */
  first(id: EventId): boolean;
}

/** Remembers the newest `capacity` ids; platforms redeliver within minutes, so older ones may go. */
export function createSeen(capacity = 10_000): Seen {
  const ids = new Set<EventId>();
  return {
    first(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      dropOldest(ids, capacity);
      return true;
    },
  };
}
