import { dropOldest } from "../../../src/port/index.ts";

/** Notes an id; only the newest are kept, since what they are known for happens within minutes. */
export function remember(ids: Set<string>, id: string, most = 1_000): void {
  ids.delete(id);
  ids.add(id);
  dropOldest(ids, most);
}
