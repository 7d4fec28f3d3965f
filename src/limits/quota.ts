import type { ModelClient } from "../model/model-client.ts";
import type { CountTokens } from "../model/tokens.ts";
import type { AdapterLog, MessageEvent } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Conversation, RecordStore } from "../store/conversation-store.ts";
import { type CoreSettings, filesShare } from "./core-settings.ts";
import { type DayUsage, type LimitHit, type LimitScope, toLimitHit } from "./limits.ts";
import { meteredModel } from "./metered-model.ts";
import { createUsageAccounts, type UsageAccount, type UsageRecord } from "./usage.ts";

export type Granted = {
  readonly kind: "granted";
  /** The model to ask: what it uses is booked. */
  readonly model: ModelClient;
  /** To be called when the question is answered or given up. Never rejects. */
  end(): Promise<void>;
};

export type Refused = {
  readonly kind: "refused";
  readonly scope: LimitScope;
  readonly limitHit: LimitHit;
  readonly resetsAt: number;
};

export type QuotaAnswer = Granted | Refused;

export interface Quota {
  /** Keeps what the answer may use of each limit that the question falls under, or says which one has no room for it. */
  admit(question: MessageEvent, conversation: Conversation): Promise<QuotaAnswer>;
  /** Not even the smallest question would be let through. */
  isOverLimit(question: MessageEvent): Promise<boolean>;
  /** The same for a question that was admitted before a restart: its answer is promised, so no limit ends it any more. */
  admitResumed(question: MessageEvent, conversation: Conversation): Promise<Granted>;
}

export type QuotaParts = {
  readonly usage: RecordStore<UsageRecord>;
  readonly model: ModelClient;
  readonly clock: Clock;
  readonly log: AdapterLog;
  readonly countTokens: CountTokens;
  readonly settings: CoreSettings;
};

/** Limits for a day, from midnight to midnight UTC. Where there are none, nothing is counted and nothing stored. */
export function createQuota({ usage, model, clock, log, countTokens, settings }: QuotaParts): Quota {
  const { limits = {}, price } = settings;
  const accounts = createUsageAccounts(usage, log);
  const limitedBy = (question: MessageEvent) =>
    holdersOf(question).filter(({ holder }) => limits[holder] !== undefined);

  async function open(question: MessageEvent, now: number): Promise<readonly Limited[]> {
    return Promise.all(
      limitedBy(question).map(async ({ holder, key }) => ({ holder, account: await accounts.open(dayOf(now), key) })),
    );
  }

  function grant(limited: readonly Limited[], need: DayUsage): Granted {
    if (limited.length === 0) return { kind: "granted", model, end: async () => undefined };
    const holds = limited.map(({ account }) => account.reserve(need));
    return {
      kind: "granted",
      model: meteredModel(model, countTokens, (used) => {
        for (const hold of holds) hold.charge(used);
      }),
      end: async () => void (await Promise.all(holds.map((hold) => hold.release()))),
    };
  }

  return {
    async isOverLimit(question) {
      for (const { holder, key } of limitedBy(question)) {
        const account = await accounts.open(dayOf(clock.now()), key);
        if (toLimitHit(limits[holder] ?? {}, account, smallestNeed, price) !== undefined) return true;
      }
      return false;
    },
    async admit(question, conversation) {
      const now = clock.now();
      const limited = await open(question, now);
      const need = needOf(question, conversation, { countTokens, settings });
      // From here to the hold nothing waits: two questions at once cannot both have the last that is left.
      for (const { holder: scope, account } of limited) {
        const limitHit = toLimitHit(limits[scope] ?? {}, account, need, price);
        if (limitHit !== undefined) return { kind: "refused", scope, limitHit, resetsAt: endOfDay(now) };
      }
      return grant(limited, need);
    },
    admitResumed: async (question, conversation) =>
      grant(await open(question, clock.now()), needOf(question, conversation, { countTokens, settings })),
  };
}

type Limited = { readonly holder: LimitScope; readonly account: UsageAccount };

/** A person has one limit on all servers, as far as their id means them. */
function holdersOf({ author, place }: MessageEvent): readonly { readonly holder: LimitScope; readonly key: string }[] {
  const user = { holder: "user", key: `user ${author.id}` } as const;
  return place.server === undefined ? [user] : [user, { holder: "server", key: `server ${place.server}` }];
}

/** What an answer takes where MAX_OUTPUT_TOKENS does not say. One that takes more is booked with what it took. */
const usualAnswer = 1_000;

const smallestNeed: DayUsage = { requests: 1, input: 1, output: 1 };

/** The persona, the house rules, and the frame of the question. */
const promptOverhead = 300;

/** An estimate: what was said elsewhere and will be read back is not known yet. */
function needOf(
  { text, quote, attachments }: MessageEvent,
  { turns }: Conversation,
  { countTokens, settings }: Pick<QuotaParts, "countTokens" | "settings">,
): DayUsage {
  const { windowTokens, longestAnswer = usualAnswer } = settings;
  const known = turns.reduce((tokens, turn) => tokens + turn.tokens, 0);
  const said = countTokens(text) + (quote === undefined ? 0 : countTokens(quote.text));
  const bytes = attachments.reduce(
    (all, file) => (/^(image|audio|video)\//.test(file.mediaType) ? all : all + file.bytes),
    0,
  );
  const files = Math.ceil(Math.min(bytes / 4, windowTokens * filesShare));
  return { requests: 1, input: Math.min(known, windowTokens) + said + files + promptOverhead, output: longestAnswer };
}

const dayMs = 24 * 60 * 60_000;

const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);
const endOfDay = (now: number): number => (Math.floor(now / dayMs) + 1) * dayMs;
