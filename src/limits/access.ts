import type { Author, Place, ServerId } from "../port/index.ts";

const kinds = ["server", "channel", "role", "user"] as const;

/** One thing that a list names, by the id that people copy from their platform. */
export type Mark = { readonly kind: (typeof kinds)[number]; readonly id: string };

/** Holds where each of its marks does. */
export type AccessEntry = readonly Mark[];

/** Who may talk to the bot, and where. */
export type AccessRules = {
  /** One entry that holds is enough; without any entry everybody may. */
  readonly allow: readonly AccessEntry[];
  /** One entry that holds is too many, whatever the other list says. */
  readonly deny: readonly AccessEntry[];
};

const everybody: AccessRules = { allow: [], deny: [] };

/**
 * Pure: roles are a fact of the place, as the person's rights are. Where they are not known, DENY counts every role as the person's, and
 * ALLOW none.
 */
export function isAllowed(
  event: { readonly place: Place; readonly author: Author },
  { allow, deny }: AccessRules = everybody,
): boolean {
  const isSo = (mark: Mark) => idsOf(mark.kind, event).includes(mark.id);
  const maybeSo = (mark: Mark) => isSo(mark) || (mark.kind === "role" && event.place.unverified?.roles === true);
  return (
    !deny.some((entry) => entry.every(maybeSo)) && (allow.length === 0 || allow.some((entry) => entry.every(isSo)))
  );
}

/** Whether anybody at all may talk to the bot in that server. */
export function isServed(server: ServerId, { allow, deny }: AccessRules = everybody): boolean {
  const isElsewhere = (entry: AccessEntry) => entry.some(({ kind, id }) => kind === "server" && id !== ownId(server));
  const isAll = (entry: AccessEntry) => entry.every(({ kind, id }) => kind === "server" && id === ownId(server));
  return !deny.some(isAll) && (allow.length === 0 || !allow.every(isElsewhere));
}

/** What an event is, as a list could name it. A thread is in its channel, and can be named by itself. */
function idsOf(kind: Mark["kind"], { place, author }: Parameters<typeof isAllowed>[0]): readonly string[] {
  switch (kind) {
    case "server":
      return place.server === undefined ? [] : [ownId(place.server)];
    case "channel":
      return [ownId(place.channel), ownId(place.thread)];
    case "role":
      return place.roles ?? [];
    case "user":
      return [ownId(author.id)];
  }
}

/** Ours begin with what the platform's own are unique in. */
const ownId = (id: string): string => id.slice(id.lastIndexOf(":") + 1);

/** "role:123+channel:456", as the settings have it; undefined for anything else. */
export function toAccessEntry(text: string): AccessEntry | undefined {
  const marks = text.split("+").map(toMark);
  return marks.every((mark) => mark !== undefined) ? marks : undefined;
}

function toMark(text: string): Mark | undefined {
  const [, name, id] = /^\s*(\w+)\s*:\s*([\w.-]+)\s*$/.exec(text) ?? [];
  const kind = kinds.find((one) => one === name);
  return kind === undefined || id === undefined ? undefined : { kind, id };
}
