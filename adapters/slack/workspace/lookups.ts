import type { webApi } from "@slack/bolt";
import { type AdapterLog, type Clock, PlatformError } from "../../../src/port/index.ts";
import { createCache } from "./cache.ts";
import { codeOf, toPlatformError } from "./errors.ts";
import { createCount } from "./stream-quota.ts";

/** Somebody in Slack, as far as the bot needs to know. */
export type Person = {
  readonly id: string;
  readonly name: string;
  /** Another app's: their messages say so as well, but not all of them. */
  readonly isBot?: boolean;
  /** May decide for the whole workspace. */
  readonly isAdmin: boolean;
  /** Comes from another organization, through Slack Connect. */
  readonly isStranger: boolean;
  /** Slack could not be asked: they have the rights of a stranger, and may be a bot. */
  readonly isUnverified?: true;
  /** Their workspace, where Slack told it. */
  readonly team?: string | undefined;
};

export type Channel = {
  readonly name: string | undefined;
  readonly creator: string | undefined;
  /** A direct conversation of several people. */
  readonly isGroup: boolean;
  /** Slack could not be asked. */
  readonly isUnverified?: true;
};

/** Slack tells something about an id. What is not known a moment later never rejects: it is unknown. */
export interface Lookup<T> {
  /** Rights hang on it: it is tried once more, and others' wishes do not use up its share. */
  needed(id: string): Promise<T>;
  /** For its name alone. */
  aside(id: string): Promise<T>;
  /** For its name, and nobody waits: what is not known yet is unknown, and will be known to the next. */
  beside(id: string): Promise<T>;
}

export type Lookups = { readonly people: Lookup<Person>; readonly channels: Lookup<Channel> };

export type LookupParts = {
  readonly client: webApi.WebClient;
  readonly team: string;
  readonly botUserId: string;
  /** The organization to which the workspace belongs, where there is one. */
  readonly enterprise: () => Promise<string | undefined>;
  readonly log: AdapterLog;
  readonly clock: Clock;
};

/** How often Slack may be asked within a minute. `again`: for what failed. */
type Shares = { readonly needed: number; readonly again: number; readonly aside: number };

/** Slack allows 100 looks at people and 50 at channels in a minute and workspace; some of them are made elsewhere. */
const shares: { readonly people: Shares; readonly channels: Shares } = {
  people: { needed: 50, again: 15, aside: 25 },
  channels: { needed: 25, again: 5, aside: 10 },
};

/** A question waits no longer for the names around it. */
const longestLookMs = 2_000;
const secondLookMs = 1_000;
/** Before a second look, unless Slack names another time. */
const pauseMs = 500;

export function createLookups(parts: LookupParts): Lookups {
  const { client, team, botUserId, enterprise } = parts;

  async function lookAtPerson(id: string): Promise<Person> {
    const { user } = await client.users.info({ user: id });
    const name = user?.profile?.display_name || user?.profile?.real_name || user?.real_name || user?.name || id;
    return {
      id,
      name,
      isBot: user?.is_bot === true,
      isAdmin: user?.is_admin === true || user?.is_owner === true,
      isStranger: user?.is_stranger === true || (await isForeign(user)),
      team: user?.team_id,
    };
  }

  /** `is_stranger` is false for whoever shares a channel with the bot; the workspace tells, or the organization that both belong to. */
  async function isForeign(user: webApi.UsersInfoResponse["user"]): Promise<boolean> {
    if (user?.team_id === undefined || user.team_id === team) return false;
    const own = await enterprise().catch(() => undefined);
    return own === undefined || user.enterprise_user?.enterprise_id !== own;
  }

  async function lookAtChannel(id: string): Promise<Channel> {
    const { channel } = await client.conversations.info({ channel: id });
    return { name: channel?.name, creator: channel?.creator, isGroup: channel?.is_mpim === true };
  }

  const unknownPerson = (id: string): Person => ({
    id,
    name: id === botUserId ? "Parley" : id,
    isAdmin: false,
    isStranger: true,
    isUnverified: true,
  });
  const unknownChannel = (): Channel => ({ name: undefined, creator: undefined, isGroup: false, isUnverified: true });

  return {
    people: createLookup({ look: lookAtPerson, unknown: unknownPerson, shares: shares.people }, parts),
    channels: createLookup({ look: lookAtChannel, unknown: unknownChannel, shares: shares.channels }, parts),
  };
}

type Looking<T> = {
  readonly look: (id: string) => Promise<T>;
  readonly unknown: (id: string) => T;
  readonly shares: Shares;
};

function createLookup<T>(
  { look, unknown, shares }: Looking<T>,
  { log, clock }: Pick<LookupParts, "log" | "clock">,
): Lookup<T> {
  const cache = createCache(clock.now, (id) => look(id).catch((error: unknown) => unlessPassing(error, id)));
  const may = {
    needed: createCount(clock.now, shares.needed),
    again: createCount(clock.now, shares.again),
    aside: createCount(clock.now, shares.aside),
  };

  /** What Slack will not tell in a moment either is kept: invented ids cost one look each. */
  function unlessPassing(error: unknown, id: string): T {
    if (!lasting.includes(codeOf(error) ?? "")) throw error;
    log.debug({ error: toPlatformError(error).message }, untold);
    return unknown(id);
  }

  async function ask(id: string, share: keyof Shares, mostMs: number): Promise<T> {
    const known = cache.known(id);
    if (known === undefined && !may[share]()) throw spent;
    return within(mostMs, known ?? cache.look(id));
  }

  async function within(ms: number, work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const tooLate = clock.wait(ms, over.signal).then(() => {
      throw late;
    });
    return Promise.race([work, tooLate]).finally(() => {
      tooLate.catch(() => undefined); // nobody waits for it any more
      over.abort();
    });
  }

  function orUnknown(error: unknown, id: string): T {
    const { code, message } = toPlatformError(error);
    log[code === "rate-limited" ? "debug" : "warn"]({ error: message }, untold);
    return unknown(id);
  }

  return {
    async needed(id) {
      try {
        return await ask(id, "needed", longestLookMs);
      } catch (error) {
        if (error !== spent && error !== late) await clock.wait(pauseAfter(error), new AbortController().signal);
        return ask(id, "again", secondLookMs).catch((second: unknown) => orUnknown(second, id));
      }
    },
    async beside(id) {
      const last = cache.last(id);
      const asked = ask(id, "needed", longestLookMs).catch((error: unknown) => orUnknown(error, id));
      return last === undefined ? unknown(id) : Promise.race([last.catch(() => asked), asked]);
    },
    aside: (id) => ask(id, "aside", longestLookMs).catch((error: unknown) => orUnknown(error, id)),
  };
}

/** https://docs.slack.dev/reference/methods/users.info, https://docs.slack.dev/reference/methods/conversations.info */
const lasting = ["user_not_found", "user_not_visible", "channel_not_found", "missing_scope"];

const untold = "a name could not be looked up in Slack";

const spent = new PlatformError("rate-limited", "the lookup budget for this minute is used up");
const late = new PlatformError("unavailable", "no answer in time");

const pauseAfter = (error: unknown): number => Math.min(toPlatformError(error).retryAfterMs ?? pauseMs, secondLookMs);
