import { z } from "zod";
import type { ReplyModes } from "../choices/reply-modes.ts";
import { isOf, personKey } from "../memory/person.ts";
import type { ReasoningLog } from "../memory/reasoning.ts";
import type { Vacuum } from "../memory/vacuum.ts";
import { type ChannelId, type Place, serverId, type ThreadId, userId } from "../port/index.ts";
import type { Summaries } from "../prompt/summaries.ts";
import type {
  ConversationStore,
  ErasureScheduler,
  Forgotten,
  Person,
  RecordStore,
} from "../store/conversation-store.ts";
import type { Exchanges, Live } from "./exchanges.ts";

export const erasureRequestRecord = z.object({ v: z.literal(1), id: z.string(), server: z.exactOptional(z.string()) });
export type ErasureRequestRecord = z.infer<typeof erasureRequestRecord>;

/** Deletes for good what was said: out of the memory, and out of the file. */
export interface Erasure {
  /** In the thread's turn. */
  thread(thread: ThreadId): Promise<ForgottenThread>;
  /** Every thread of a channel whose id its threads' ids begin with. */
  channel(channel: ChannelId, ways: ErasureScheduler): Promise<Pick<Forgotten, "threads"> & { readonly turns: number }>;
  /** Questions that wait for a person to have them tried again, in the places that are meant. */
  offered(isMeant: (place: Place) => boolean): Promise<void>;
  /** In every thread, each in its turn; and what the person chose for themselves. A crash does not end it: the next run goes on. */
  person(person: Person, ways: ErasureScheduler): Promise<Forgotten>;
  /** Goes on with what an earlier run did not come to the end of. */
  resume(ways: ErasureScheduler): Promise<void>;
}

export type ForgottenThread = {
  readonly turns: number;
  /** It had a summary, which may outlive the turns that it sums up. */
  readonly summed: boolean;
};

export type ErasureParts = {
  readonly store: ConversationStore;
  readonly summaries: Summaries;
  readonly reasoning: ReasoningLog;
  readonly replyModes: ReplyModes;
  readonly exchanges: Exchanges;
  /** Who is to be forgotten. */
  readonly requests: RecordStore<ErasureRequestRecord>;
  /** What was deleted leaves the file. */
  readonly vacuum: Vacuum;
};

export function createErasure(parts: ErasureParts): Erasure {
  const { store, summaries, reasoning, replyModes, exchanges, requests, vacuum } = parts;

  /** What was made of a thread's turns goes before them: after a crash in between, the turns still tell where it was. */
  async function forgetMadeOf(thread: ThreadId): Promise<boolean> {
    reasoning.forget(thread);
    return summaries.forget(thread);
  }

  async function forgetThread(thread: ThreadId): Promise<ForgottenThread> {
    const summed = await forgetMadeOf(thread);
    await forgetOfferedIn((place) => place.thread === thread);
    return { summed, turns: await store.forget(thread) };
  }

  /** What waits for its own turn is not forgotten: it was said later. */
  async function forgetOfferedIn(isMeant: (place: Place) => boolean): Promise<void> {
    const meant = [...exchanges.all()].filter(({ now }) => isMeant(now.question.place));
    await Promise.all(meant.map(forgetOffered));
  }

  async function forgetOffered(live: Live): Promise<void> {
    if (live.now.stage.kind === "offered") await live.happen({ kind: "done" });
  }

  /** Questions that nobody goes on with until a person says so; those that wait to be answered are stored in their turn. */
  async function forgetQuestions(person: Person, { exclusive }: ErasureScheduler): Promise<void> {
    const theirs = [...exchanges.all()].filter(({ now: { question } }) => {
      const { quote, author, place } = question;
      return isOf(person, author.id, place) || (quote?.id !== undefined && isOf(person, quote.id, place));
    });
    await Promise.all(theirs.map((live) => exclusive(live.now.question.place.thread, () => forgetOffered(live))));
  }

  /** Summaries may name somebody whose own words are gone already. */
  async function forgetSummed({ id, server }: Person, { exclusive }: ErasureScheduler): Promise<void> {
    const naming: ThreadId[] = [];
    for await (const thread of summaries.mentioning(id)) {
      if (server === undefined || thread.startsWith(`${server}:`)) naming.push(thread);
    }
    await Promise.all(naming.map((thread) => exclusive(thread, () => summaries.forget(thread))));
  }

  async function forgetPerson(person: Person, ways: ErasureScheduler): Promise<Forgotten> {
    await replyModes.forget(person);
    await forgetQuestions(person, ways); // first: what waits there for its turn is stored only then
    await forgetSummed(person, ways);
    const exclusive: ErasureScheduler["exclusive"] = (thread, task) =>
      ways.exclusive(thread, async () => {
        await forgetMadeOf(thread);
        return task();
      });
    const forgotten = await store.forgetPerson(person, { ...ways, exclusive });
    await vacuum.clean();
    return forgotten;
  }

  return {
    offered: forgetOfferedIn,
    async thread(thread) {
      const gone = await forgetThread(thread);
      if (heldSomething(gone)) await vacuum.clean();
      return gone;
    },
    async channel(channel, { exclusive, pause }) {
      const gone = { threads: 0, turns: 0 };
      await forgetOfferedIn((place) => place.channel === channel); // their threads may hold no turn yet
      for await (const thread of store.threads(`${channel}:`)) {
        const one = await exclusive(thread, () => forgetThread(thread));
        gone.turns += one.turns;
        if (heldSomething(one)) gone.threads++;
        await pause();
      }
      if (gone.threads > 0) await vacuum.clean();
      return gone;
    },
    async person(person, ways) {
      const wish = personKey(person);
      await requests.set(wish, { v: 1, ...person });
      const forgotten = await forgetPerson(person, ways);
      await requests.delete(wish);
      return forgotten;
    },
    async resume(ways) {
      for await (const [wish, { id, server }] of requests.entries()) {
        await forgetPerson({ id: userId(id), ...(server === undefined ? {} : { server: serverId(server) }) }, ways);
        await requests.delete(wish);
      }
    },
  };
}

const heldSomething = ({ turns, summed }: ForgottenThread): boolean => turns > 0 || summed;
