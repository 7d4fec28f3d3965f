import { AsyncLocalStorage } from "node:async_hooks";
import { DefaultRestOptions, type RESTOptions } from "discord.js";
import { type AdapterContext, dropOldest, type RateLimit } from "../../src/port/index.ts";

/** Every request of the bot, and what Discord's answers say of its limits. */
export interface RestLimits {
  /** For discord.js's `rest.makeRequest`. */
  readonly send: RESTOptions["makeRequest"];
  /** How often messages may be made and edited in a channel or thread. */
  pacesIn(channel: string): { readonly edits: RateLimit; readonly posts: RateLimit };
  /** Resolves when a request can be made that nobody misses, or when the signal is aborted. */
  spare(signal: AbortSignal): Promise<void>;
  /** Runs a call whose first request the core has waited for already. */
  paid<T>(call: () => Promise<T>): Promise<T>;
  /** Whether the bot took this message away itself: Discord reports that as well, and it is news to nobody. */
  removed(message: string): boolean;
}

/**
 * Discord allows 50 requests a second. Some arrive nearer together than they were sent, so a few less are sent, and few at once.
 * https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
 */
const allRequests: RateLimit = { bucket: "discord:requests", count: 49, periodMs: 1_050, burst: 8 };

type Kind = "edits" | "posts";
type Learned = { readonly edits: number; readonly periodMs: number; readonly hash: string };

/** What has been seen so far: five in five seconds, of each kind, all messages of a channel together. Answers tell better. */
const usual: Readonly<Record<Kind, Learned>> = {
  edits: { edits: 5, periodMs: 5_000, hash: "edits" },
  posts: { edits: 5, periodMs: 5_000, hash: "posts" },
};

export function createRestLimits({ budget, clock }: Pick<AdapterContext, "budget" | "clock">): RestLimits {
  const learned = { ...usual };
  const removals = new Set<string>();
  const payments = new AsyncLocalStorage<{ left: number }>();

  function paceOf(kind: Kind, channel: string): RateLimit {
    const { edits, periodMs } = learned[kind];
    // By no hash: another channel's may differ, and what is known of this one would be lost with its name.
    const name = learned.edits.hash === learned.posts.hash ? "messages" : kind;
    return { bucket: `discord:${channel}:${name}`, count: edits, periodMs };
  }

  async function admitted(asked: Asked): Promise<void> {
    const payment = payments.getStore();
    if (payment !== undefined && payment.left > 0) payment.left -= 1;
    else if (!isByToken(asked))
      await budget.take(allRequests, targetOf(asked) === undefined ? "normal" : "final", never);
  }

  function noteRemoval({ method, path }: Asked): void {
    const [, message] = method === "DELETE" ? (/\/messages\/(\d+)$/.exec(path) ?? []) : [];
    if (message === undefined) return;
    removals.add(message);
    dropOldest(removals, mostRemovals);
  }

  function heed(asked: Asked, tookMs: number, answer: Answer): void {
    const { status, headers } = answer;
    const target = targetOf(asked);
    const told = limitsIn(answer);
    if (status === 429) {
      refused(target, headers);
      return;
    }
    if (target === undefined || !(told.limit >= 1 && told.left >= 0 && told.resetsInMs > 0)) return;
    const { kind, channel } = target;
    budget.report({ ...told, bucket: paceOf(kind, channel).bucket, roundTripMs: tookMs });
    const { periodMs, hash } = learned[kind];
    learned[kind] = {
      edits: told.limit,
      periodMs: told.left === told.limit - 1 ? Math.ceil(told.resetsInMs / 100) * 100 : periodMs, // it opened the window
      hash: headers.get("x-ratelimit-bucket") ?? hash,
    };
  }

  /** One that names no limit of the route is of all requests: Discord's own, or that of what stands before it. */
  function refused(target: Target | undefined, headers: Answer["headers"]): void {
    const ms = Number(headers.get("retry-after") ?? 1) * 1_000;
    const isOfAll = headers.has("x-ratelimit-global") || !headers.has("x-ratelimit-limit");
    if (isOfAll) budget.rejected(allRequests, ms);
    else if (target !== undefined) budget.rejected(paceOf(target.kind, target.channel), ms);
  }

  return {
    async send(url, init) {
      const asked = { method: init.method ?? "GET", path: new URL(url).pathname };
      await admitted(asked);
      const sentAt = clock.now();
      noteRemoval(asked);
      const answer = await inTime(async (signal) =>
        DefaultRestOptions.makeRequest(url, { ...(await inBytes(init)), signal }),
      );
      heed(asked, clock.now() - sentAt, answer);
      return answer;
    },
    pacesIn: (channel) => ({
      edits: { ...paceOf("edits", channel), within: allRequests },
      posts: paceOf("posts", channel), // counted among all requests when it is sent: its thread may have to be started first
    }),
    spare: (signal) => budget.take(allRequests, "interim", signal),
    paid: (call) => payments.run({ left: 1 }, call),
    removed: (message) => removals.has(message),
  };
}

/**
 * The client's own timeout runs from when it hands a request over: one that waited here for its turn would be sent just before it and
 * sent again after it. So the time begins with the sending.
 */
async function inTime<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController(); // its AbortError is what the client tries again after
  const timer = setTimeout(() => over.abort(), DefaultRestOptions.timeout);
  return send(over.signal).finally(() => clearTimeout(timer));
}

const never = new AbortController().signal;

/** The report follows within seconds, so that only the newest are kept. */
const mostRemovals = 1_000;

type Asked = { readonly method: string; readonly path: string };
type Init = Parameters<RESTOptions["makeRequest"]>[1];
type Answer = Awaited<ReturnType<RESTOptions["makeRequest"]>>;

/** A form with files as its bytes: whichever undici the process loaded last sends the requests, and each takes only its own forms. */
async function inBytes(init: Init): Promise<Init> {
  if (!(init.body instanceof FormData)) return init;
  const form = new Response(init.body);
  const headers = new Headers(init.headers as Record<string, string>);
  headers.set("content-type", form.headers.get("content-type") ?? "");
  return { ...init, headers: Object.fromEntries(headers), body: new Uint8Array(await form.arrayBuffer()) };
}

/** What the answer says of its bucket; not a number where it says nothing. */
function limitsIn({ headers }: Answer) {
  const number = (name: string) => Number(headers.get(name) ?? Number.NaN);
  return {
    limit: number("x-ratelimit-limit"),
    left: number("x-ratelimit-remaining"),
    resetsInMs: number("x-ratelimit-reset-after") * 1_000,
  };
}

/** Interactions are answered by their token and not counted. */
const isByToken = ({ path }: Asked): boolean => /\/(webhooks|interactions)\//.test(path);

type Target = { readonly kind: Kind; readonly channel: string };

/** What a request changes, if it is a message. */
function targetOf({ method, path }: Asked): Target | undefined {
  const [, channel, message] = /\/channels\/(\d+)\/messages(\/\d+)?$/.exec(path) ?? [];
  if (channel === undefined) return undefined;
  if (method === "POST" && message === undefined) return { kind: "posts", channel };
  return method === "PATCH" && message !== undefined ? { kind: "edits", channel } : undefined;
}
