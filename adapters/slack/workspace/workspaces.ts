// A workspace is where Slack's people, channels and tokens belong; whatever is known of one is looked up here, and kept for a while.
// Slack allows few look-ups, so they are counted, and who cannot be looked up counts as a stranger without rights.
// Two clients speak in each: one that fails fast, for what a newer text follows, and one that waits and tries again, for last texts.

import { LogLevel, webApi } from "@slack/bolt";
import { type AdapterLog, type Clock, dropOldest } from "../../../src/port/index.ts";
import { createCache } from "./cache.ts";
import { isRevoked, toPlatformError } from "./errors.ts";
import { mentionedIn, type Names } from "./format.ts";
import { createLookups, type Lookups } from "./lookups.ts";
import { createCount, createStreamQuota, type StreamQuota } from "./stream-quota.ts";
import { type LeanCall, leanCall, webFetch } from "./web-fetch.ts";

/** Whose words are heard and by which token they can be answered. */
export type Authorization = {
  readonly team: string;
  readonly token: string;
  readonly botUserId: string;
  readonly botId: string | undefined;
};

/** One workspace, with the clients that speak in it and what is known of the people and channels there. */
export type Workspace = Authorization &
  Lookups & {
    /** For what will be followed by a newer text, and for what must not be sent twice: it neither waits nor tries again. */
    readonly failFast: webApi.WebClient;
    /** For last texts: it waits for rate limits and tries again. */
    readonly retrying: webApi.WebClient;
    /** Streams that may still be started. */
    readonly streams: StreamQuota;
    /** Let so many signs that the bot is at work through as Slack takes in a minute. */
    readonly signs: { readonly status: () => boolean; readonly session: () => boolean };
    /** Whether Slack has refused to hold direct messages as an agent's sessions, which have a stop button of their own. */
    readonly agent: { refused: boolean };
    /** Messages that this process has made and got the answer for; the newest ones. */
    readonly own: Set<string>;
    /** Messages that the bot is taking away itself, and that Slack will report as deleted. */
    readonly removed: Set<string>;
    /** The workspace's name and the bot's. */
    describe(): Promise<{ readonly name: string | undefined; readonly bot: string }>;
  };

export interface Workspaces {
  /** Always the same one for a team, with its newest token. */
  of(authorization: Authorization): Workspace;
}

export type WorkspacesParts = {
  /** Ends with a slash. */
  readonly apiUrl: string;
  readonly log: AdapterLog;
  readonly clock: Clock;
  /** Slack answered that the token no longer works. */
  readonly refused?: (token: string, team?: string) => void;
};

export function createWorkspaces(parts: WorkspacesParts): Workspaces {
  const known = new Map<string, Workspace>();
  return {
    of(authorization) {
      const before = known.get(authorization.team);
      known.delete(authorization.team); // and so the one that was used last stands last
      if (before?.token === authorization.token) {
        known.set(authorization.team, before);
        return before;
      }
      // A new token changes who speaks, not what was counted and learned.
      const kept = before === undefined ? {} : keptOf(before);
      const workspace = { ...openWorkspace(authorization, parts), ...kept };
      known.set(authorization.team, workspace);
      dropOldest(known, mostWorkspaces);
      return workspace;
    },
  };
}

/** At hand; of others the bot learns the names and limits anew. */
const mostWorkspaces = 500;

const keptOf = ({ streams, signs, own, removed, agent }: Workspace) => ({ streams, signs, own, removed, agent });

/** A question waits no longer for the names around it. */
const longestLookMs = 3_000;

/** A last text is tried twice more by the client itself; beyond that the core tries again. A 429's own wait comes on top. */
const patience = { retries: 2, factor: 2, minTimeout: 500, maxTimeout: 20_000, randomize: true };

/** Of what Slack takes, room is kept for signs that are taken away; each session has an end. */
const [statusesPerMinute, sessionsPerMinute] = [500, 24];

/** Of one call. */
const timeoutMs = 10_000;

export const createClients = (token: string, parts: Omit<WorkspacesParts, "clock">) => {
  const options = { slackApiUrl: parts.apiUrl, logger: quietLogger(parts.log), timeout: timeoutMs, fetch: webFetch };
  const open = (more: webApi.WebClientOptions) => {
    const client = new LiteralTextClient(token, { ...options, ...more });
    client.refused = () => parts.refused?.(token);
    client.lean = { apiUrl: parts.apiUrl, token, timeoutMs };
    return client;
  };
  return {
    failFast: open({ rejectRateLimitedCalls: true, retryConfig: { retries: 0 } }),
    retrying: open({ retryConfig: patience }),
  };
};

/**
 * Has Slack take each text as it is written: an edit without these would turn “@channel” into a call. And notes that the token is
 * refused, whichever call meets it: the SDK has no event for that.
 */
class LiteralTextClient extends webApi.WebClient {
  refused: (() => void) | undefined;
  lean: LeanCall | undefined;

  override async apiCall(method: string, options?: Record<string, unknown>): Promise<webApi.WebAPICallResult> {
    try {
      if (method === "chat.appendStream" && this.lean) return await leanCall(this.lean, method, options ?? {});
      return await super.apiCall(method, spoken.includes(method) ? { ...options, ...asWritten } : options);
    } catch (error) {
      if (isRevoked(error)) this.refused?.();
      throw error;
    }
  }
}

/** https://docs.slack.dev/messaging/formatting-message-text#automatic-parsing */
const asWritten = { parse: "none", link_names: false };
const spoken = ["chat.postMessage", "chat.postEphemeral", "chat.update"];

function openWorkspace(authorization: Authorization, parts: WorkspacesParts): Workspace {
  const { token, botUserId } = authorization;
  const { team } = authorization;
  const clients = createClients(token, { ...parts, refused: () => parts.refused?.(token, team) });
  const { failFast } = clients;

  const description = createCache(parts.clock.now, async () => {
    const [{ team: name, user, enterprise_id: enterprise }, bot] = await Promise.all([
      failFast.auth.test(),
      displayName(),
    ]);
    return { name, bot: bot ?? user ?? "Parley", enterprise };
  });
  /** The name that people see and mention; `auth.test` tells only the handle. */
  const displayName = async () => {
    const { user } = await failFast.users.info({ user: botUserId }).catch(() => ({ user: undefined }));
    return user?.profile?.display_name || user?.profile?.real_name || user?.real_name;
  };
  /** What could not be learned, or not soon, costs a name and not the answer. */
  async function orElse<T>(look: Promise<T>, otherwise: T): Promise<T> {
    const over = new AbortController();
    const late = parts.clock.wait(longestLookMs, over.signal).then(() => otherwise);
    try {
      return await Promise.race([look, late]);
    } catch (error) {
      const { code, message } = toPlatformError(error);
      // Missing scopes were reported at the start; a rate-limited lookup works again in the next minute.
      parts.log[code === "forbidden" || code === "rate-limited" ? "debug" : "warn"](
        { error: message },
        "Slack did not tell a name",
      );
      return otherwise;
    } finally {
      over.abort();
    }
  }

  return {
    ...authorization,
    ...clients,
    streams: createStreamQuota(parts.clock.now),
    signs: {
      status: createCount(parts.clock.now, statusesPerMinute),
      session: createCount(parts.clock.now, sessionsPerMinute),
    },
    agent: { refused: false },
    own: new Set(),
    removed: new Set(),
    describe: () => orElse(description.look("bot"), { name: undefined, bot: "Parley", enterprise: undefined }),
    ...createLookups({
      ...authorization,
      client: failFast,
      enterprise: async () => (await description.look("bot")).enterprise,
      log: parts.log,
      clock: parts.clock,
    }),
  };
}

/** The names of the people and channels that are mentioned in a text. */
export async function namesIn(text: string | undefined, workspace: Workspace): Promise<Names> {
  const { people, channels } = mentionedIn(text ?? "");
  const [users, places] = await Promise.all([
    namesOf(people, async (id) => (await workspace.people.aside(id)).name),
    namesOf(channels, async (id) => (await workspace.channels.aside(id)).name),
  ]);
  return { user: (id) => users.get(id), channel: (id) => places.get(id) };
}

/** A text full of mentions must not cost a request for each. */
const mostNames = 20;

async function namesOf(ids: readonly string[], look: (id: string) => Promise<string | undefined>) {
  const few = ids.slice(0, mostNames);
  const names = await Promise.all(few.map(look));
  return new Map(few.map((id, index) => [id, names[index]]));
}

/** The SDK logs what people write and what it sends; failures are told by whoever made the call. */
export function quietLogger(log: AdapterLog) {
  const silent = () => undefined;
  return {
    debug: silent,
    info: silent,
    warn: silent,
    error: (...what: readonly unknown[]) => log.debug({ error: String(what[0]).slice(0, 200) }, "Slack's SDK reports"),
    setLevel: silent,
    getLevel: () => LogLevel.ERROR,
    setName: silent,
  };
}
