import type { MessageEvent, Place } from "../port/index.ts";
import type { StopReason } from "../reply/outcome.ts";
import type { Entry } from "./entry.ts";
import type { Exchanges } from "./exchanges.ts";
import type { Queue } from "./queue.ts";

export type IsMeant = (message: Pick<MessageEvent, "place" | "author">) => boolean;

/** What people and commands can have ended. A stop is written before it counts as done, so that no restart goes on. */
export interface Stops {
  /** Ends the answers that are being written and are meant; they keep what they have. Returns how many they were. */
  answers(isMeant: IsMeant, reason: StopReason): Promise<number>;
  /** Notes which questions wait and are meant. The function that it returns drops them, and says how many they were. */
  waiting(isMeant: IsMeant, reason: "person" | "reset"): () => Promise<number>;
}

export function createStops(queue: Queue, exchanges: Exchanges): Stops {
  const ask = ({ live }: Entry) => live.now.question;

  return {
    async answers(isMeant, reason) {
      const meant = queue.all().filter((entry) => isMeant(ask(entry)));
      const asked = meant.filter((entry) => entry.isAsked);
      // Whoever had several tried again and stops one of them wants none.
      const retried = meant.filter(({ live: { now } }) => now.stage.kind === "waiting" && now.stage.how === "retry");
      await Promise.all(
        [...asked, ...(asked.length > 0 ? retried : [])].map(({ live }) => live.happen({ kind: "stop", reason })),
      );
      return asked.length;
    },
    waiting(isMeant, reason) {
      const asked = new Set(queue.all().flatMap((entry) => (entry.isAsked ? [ask(entry).place.thread] : [])));
      const mayAsk = ({ isQuestion, kind, live }: Entry) =>
        isQuestion || (kind === "follow-up" && asked.has(live.now.question.place.thread));
      // What gave way to a newer question would be answered with that, or instead of it.
      const isStopped = ({ live: { now } }: Entry) => now.stage.kind === "stopped" && now.stage.reason !== "newer";
      const waiting = queue.all().filter((entry) => mayAsk(entry) && !isStopped(entry) && isMeant(ask(entry)));
      return async () => {
        const there = new Set(queue.all());
        const dropped = waiting.filter((entry) => there.has(entry) && !isStopped(entry));
        const unanswered = dropped.filter(({ kind, isAsked }) => kind !== "anew" && !isAsked);
        for (const [, those] of Map.groupBy(unanswered, (entry) => ask(entry).place.thread)) {
          for (const [at, entry] of those.entries()) entry.drop(at === those.length - 1 ? those.length : 0);
        }
        const covered = [...exchanges.all()].filter(({ now }) => now.stage.kind === "covered" && isMeant(now.question));
        await Promise.all(
          [...dropped.map(({ live }) => live), ...covered].map((live) => live.happen({ kind: "stop", reason })),
        );
        // These are remembered, and nothing of them stands.
        await Promise.all(covered.map((live) => live.happen({ kind: "done" })));
        for (const thread of new Set(dropped.map((entry) => ask(entry).place.thread))) queue.look(thread);
        return unanswered.length + covered.length;
      };
    },
  };
}

/** Whoever has a memory cleared wants neither the answers that are being written, nor those to come. */
export async function endAll(stops: Stops, isMeant: IsMeant): Promise<void> {
  const drop = stops.waiting(isMeant, "reset");
  await stops.answers(isMeant, "reset");
  await drop();
}

/** Whether something is meant by a stop that was said in this place. `wide`: everything in the channel and its threads. */
export function meantBy(said: Place, reason: StopReason, wide = false): IsMeant {
  const isMeant = wide ? isInChannel : reason === "person" ? isNear : isHere;
  return ({ place }) => isMeant(place, said);
}

const isHere = (place: Place, said: Place): boolean => place.thread === said.thread;

const isInChannel = (place: Place, said: Place): boolean => place.channel === said.channel;

/** A person who says so in a channel means also what stands in that channel itself, though its memory is its own. */
function isNear(place: Place, said: Place): boolean {
  if (isHere(place, said)) return true;
  const inChannel = said.kind === "channel" || said.kind === "new-thread";
  return inChannel && place.kind === "channel" && place.channel === said.channel;
}
