import { z } from "zod";
import type { Usage } from "../model/model-client.ts";
import { type AdapterLog, dropOldest } from "../port/index.ts";
import type { RecordStore } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";
import { type Account, addUsage, type DayUsage, noUsage } from "./limits.ts";

const count = z.int().nonnegative();

/** What a person or a server used on one day. */
export const usageRecord = z.object({ v: z.literal(1), requests: count, input: count, output: count });
export type UsageRecord = z.infer<typeof usageRecord>;

/** Kept for one answer, until it is known what it used. */
export type Reservation = {
  /** Books what was really used in place of what was kept. */
  charge(usage: Usage): void;
  /** Gives back what was kept and not used. Resolves when what was booked is stored; it never rejects. */
  release(): Promise<void>;
};

export type UsageAccount = Account & { reserve(need: DayUsage): Reservation };

export interface UsageAccounts {
  /** Read once from the store, then known: between a look at what is left and a hold nothing has to be waited for. */
  open(day: string, holder: string): Promise<UsageAccount>;
}

/** Accounts that are known without asking the store; far more than can be in use at a time. */
const mostAccounts = 20_000;

/** A day's counting outlives it by a day, so that answers which end after midnight find theirs. */
const keptMs = 48 * 60 * 60_000;

/** What is used is stored, what is kept is not: a crash leaves nothing kept for ever. */
export function createUsageAccounts(records: RecordStore<UsageRecord>, log: AdapterLog): UsageAccounts {
  const accounts = new Map<string, Promise<UsageAccount>>();
  let today: string | undefined;

  async function read(key: string): Promise<UsageAccount> {
    const record = await records.get(key);
    const save = (used: DayUsage) => records.set(key, { v: 1, ...used }, keptMs);
    return createAccount(record === undefined ? noUsage : withoutVersion(record), save, log);
  }

  return {
    open(day, holder) {
      if (day !== today) accounts.clear();
      today = day;
      const account = accounts.get(holder) ?? read(`${day} ${holder}`);
      accounts.delete(holder); // set anew, it is the newest
      accounts.set(holder, account);
      dropOldest(accounts, mostAccounts);
      account.catch(() => accounts.delete(holder)); // read again when it is next asked for
      return account;
    },
  };
}

function createAccount(before: DayUsage, save: (used: DayUsage) => Promise<void>, log: AdapterLog): UsageAccount {
  let used = before;
  let held = noUsage;
  let saved: Promise<void> = Promise.resolve();

  /** One after the other and always the newest, so that no older figure is written last. */
  function store(): void {
    saved = saved
      .then(() => save(used))
      .catch((error: unknown) => log.warn({ error: describeError(error) }, "today's usage could not be stored"));
  }

  return {
    get used() {
      return used;
    },
    get reserved() {
      return held;
    },
    reserve(need) {
      let kept = need;
      let request = need.requests;
      const keep = (left: DayUsage) => {
        held = addUsage(held, {
          requests: left.requests - kept.requests,
          input: left.input - kept.input,
          output: left.output - kept.output,
        });
        kept = left;
      };
      held = addUsage(held, need);
      return {
        charge({ input, output }) {
          keep(noUsage);
          used = addUsage(used, { requests: request, input, output });
          request = 0; // asked twice for one question, the model has two prices and the person one request
          store();
        },
        release() {
          keep(noUsage);
          return saved;
        },
      };
    },
  };
}

const withoutVersion = ({ v: _, ...used }: UsageRecord): DayUsage => used;
