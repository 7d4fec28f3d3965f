// The runner takes up each exchange in its turn and works on it until nothing is left to do.
// Each kind of work is a file: decide whether it is answered, answer it, write it anew after an edit, end it after a stop or a deletion.
// A start after a crash is no special case: it begins with the work that the exchanges of the last process have left.

import type { Entry, Kind } from "../exchange/entry.ts";
import type { Live } from "../exchange/exchanges.ts";
import { workOf } from "../exchange/next.ts";
import type { Stores } from "../exchange/open-stores.ts";
import type { Queue } from "../exchange/queue.ts";
import { personOf } from "../memory/person.ts";
import { holds } from "../memory/remember.ts";
import type { MessageEvent, MessageId, Place, ReplySurface, ThreadId } from "../port/index.ts";
import type { Conversation } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";
import type { Admission } from "./admission.ts";
import { rewriteAnew } from "./amend-memory.ts";
import { answer } from "./answer.ts";
import type { AnswerParts } from "./answer-run.ts";
import { createDecide, type Turn } from "./decide.ts";
import { type Ending, endRemoved, endStopped, endWithdrawn, freePlace } from "./endings.ts";
import {
  asOfQuestion,
  endUnremembered,
  existingMessages,
  isStored,
  offerRetry,
  shouldGiveUp,
  tellNothingToRetry,
} from "./resume-rules.ts";
import { giveUp, type Recall, retryWhileUnavailable } from "./retry-while-unavailable.ts";
import { stopTyping } from "./typing.ts";

/** Works on each question in its turn, until nothing is left to be done for it. */
export interface Runner {
  /** Resolves when it was dealt with. Never rejects. Without a surface, the way back to it is looked for. */
  run(live: Live, kind: Kind, surface?: ReplySurface): Promise<void>;
  /** Goes on with what earlier processes left, before all that comes. `recall` may wait for its platform. */
  start(recall: Recall): Promise<void>;
  /** A person wants what was broken off in a place to be tried again. */
  retry(place: Place, surface: ReplySurface): Promise<void>;
}

export type RunnerParts = {
  readonly parts: AnswerParts & Pick<Stores, "exchanges" | "known" | "channelResets">;
  readonly admission: Admission;
  readonly queue: Queue;
  readonly runInline: (message: MessageEvent, surface: ReplySurface) => Promise<boolean>;
  readonly tell: (error: unknown, place: Place, surface: ReplySurface) => Promise<void>;
  /** Nothing is begun any more. */
  readonly closing: AbortSignal;
  /** There is no time for an answer any more. */
  readonly shutdown: AbortSignal;
};

export function createRunner({ parts, admission, queue, runInline, tell, closing, shutdown }: RunnerParts): Runner {
  const { exchanges, known, channelResets, clock, log } = parts;
  const decide = createDecide({ parts, admission, queue, runInline, shutdown });
  /** The surfaces of questions that were heard by this process; all others are recalled. */
  const surfaces = new WeakMap<Live, ReplySurface>();
  /** Questions whose place is gone, or shut to the bot. */
  const gone = new WeakSet<Live>();
  /** Answers below which the button to try again is being put. */
  const offers = new Map<Live, Promise<void>>();
  let recall: Recall = async () => undefined;
  const whenAvailable = <T>(look: () => Promise<T>) => retryWhileUnavailable(look, clock, closing);

  async function work(entry: Entry): Promise<"over" | "waits"> {
    const { live } = entry;
    const surface = surfaces.get(live) ?? (await recalled(live).catch((error: unknown) => unreached(live, error)));
    if (surface === undefined) return "over";
    const turn: Turn = { entry, surface, isTakenUp: !surfaces.has(live) };
    let outcome: "over" | "waits" = "over";
    try {
      await live.ready(); // before anything is done that a crash could leave half done
      outcome = await workOn(turn);
    } catch (error) {
      const { question } = live.now;
      await tell(error, question.place, surface);
      await giveUp(live);
      await freePlace(question, parts).catch(() => undefined); // it is the store that fails
    } finally {
      if (outcome === "over") await stopTyping(surface, parts);
    }
    return outcome;
  }

  async function recalled(live: Live): Promise<ReplySurface | undefined> {
    const { question } = live.now;
    const found = await whenAvailable(() => recall(question));
    if (closing.aborted) return undefined;
    if (found === undefined) {
      log.warn({ thread: question.place.thread }, "a question is given up: its place is gone, or shut to the bot");
      gone.add(live);
      await giveUp(live);
      return undefined;
    }
    if (found.withdrawn) await live.happen({ kind: "deleted" });
    return found.surface;
  }

  /** Nobody can be told. The next process tries it again. */
  const unreached = ({ now: { question } }: Live, error: unknown): undefined =>
    void log.error(
      { thread: question.place.thread, error: describeError(error) },
      "a question is left to the next start",
    );

  async function workOn(turn: Turn): Promise<"over" | "waits"> {
    const { entry, surface } = turn;
    const { live } = entry;
    for (;;) {
      const todo = workOf(live.now);
      if (todo === "nothing" || (closing.aborted && todo === "answer")) return "over";
      const conversation = await channelResets.openAfterReset(live.now.question.place);
      const exist = () => existingMessages(live, surface, conversation, exchanges);
      const standing = turn.isTakenUp ? await whenAvailable(exist) : live.now.reply.messages;
      if (standing === undefined) return "over"; // the process ends
      const ending: Ending = { entry, surface, standing };
      switch (todo) {
        case "answer":
          if ((await takeTurn(turn, conversation, standing)) === "waits") return "waits";
          break;
        case "settle":
          await settle(turn, conversation, standing);
          break;
        case "stop":
          await endStopped(ending, conversation, admission, parts);
          break;
        case "remove":
          await endRemoved(ending, parts);
          break;
        case "withdraw":
          await endWithdrawn(ending, conversation, parts);
          break;
      }
    }
  }

  async function takeTurn(
    turn: Turn,
    conversation: Conversation,
    standing: readonly MessageId[],
  ): Promise<"waits" | undefined> {
    const { live } = turn.entry;
    await live.happen({ kind: "turn-came" });
    const { question, stage } = live.now;
    if (stage.kind !== "answering") return undefined;
    if (turn.isTakenUp && !(await isGoneOnWith(turn, conversation, standing))) return undefined;
    const isHeld = holds(conversation, question.message);
    if (!turn.isTakenUp && !isHeld && (await known.isDone(question.id))) await live.happen({ kind: "done" });
    else if (stage.how === "anew") {
      if ((await decide.anew(turn, conversation)) === "waits") return waits(live);
    } else if (isHeld && (turn.isTakenUp || stage.how === "again")) {
      if (isStored(live, conversation, standing)) await live.happen({ kind: "done" });
      else await decide.again(turn, conversation);
    } else if ((await decide.first(turn, conversation)) === "waits") return waits(live);
    // What became of it, nobody said: it was no question, or is not to be answered. What the end of the process left, stays.
    if (live.now.stage.kind === "answering") await live.happen({ kind: "done" });
    return undefined;
  }

  /** Others go first. */
  async function waits(live: Live): Promise<"waits" | undefined> {
    await live.happen({ kind: "set-aside" });
    return live.now.stage.kind === "waiting" ? "waits" : undefined;
  }

  /** What an earlier process began is not always gone on with. */
  async function isGoneOnWith(
    { entry: { live }, surface }: Turn,
    conversation: Conversation,
    standing: readonly MessageId[],
  ): Promise<boolean> {
    const { question, stage } = live.now;
    if (await parts.optOuts.has(personOf(question))) {
      await endUnremembered(live, surface, standing, parts);
      return false;
    }
    if (stage.kind !== "answering") return false; // it was stopped, changed or deleted meanwhile
    if (isStored(live, conversation, standing)) return true;
    if (stage.how !== "retry" && shouldGiveUp(live.now, standing, parts)) {
      if (stage.how === "anew") await rewriteAnew(question, standing, surface, parts);
      const offer = offerRetry(live, surface, standing, parts);
      offers.set(live, offer);
      await offer.finally(() => offers.delete(live));
      return false;
    }
    await live.happen({ kind: "resumed", messages: standing });
    return true;
  }

  /** The answer is known, so the model is not asked. */
  async function settle(
    { entry: { live }, surface }: Turn,
    conversation: Conversation,
    standing: readonly MessageId[],
  ): Promise<void> {
    const { question } = live.now;
    if (isStored(live, conversation, standing)) return live.happen({ kind: "done" });
    if (await parts.optOuts.has(personOf(question))) return endUnremembered(live, surface, standing, parts);
    await live.happen({ kind: "resumed", messages: standing });
    await answer({ live, before: asOfQuestion(conversation, question.message), surface, shutdown }, parts);
  }

  async function run(live: Live, kind: Kind): Promise<void> {
    const { thread } = live.now.question.place;
    const { over } = queue.join(live, kind, work);
    queue.look(thread);
    await over;
    uncover(thread);
  }

  /** The question that these were left to may have been deleted or refused. Then the newest of them is answered. */
  function uncover(thread: ThreadId): void {
    if (closing.aborted || queue.in(thread).some(({ kind }) => kind === "question")) return;
    for (const live of exchanges.in(thread).toReversed()) {
      if (live.now.stage.kind === "offered") return; // left to a person, and these with it
      if (live.now.stage.kind !== "covered") continue;
      void live.happen({ kind: "uncovered" });
      void run(live, "question");
    }
  }

  return {
    run(live, kind, surface) {
      if (surface !== undefined) surfaces.set(live, surface);
      return run(live, kind);
    },
    async start(wanted) {
      recall = wanted;
      const left = await exchanges.start();
      const threads = new Set<ThreadId>();
      for (const live of left) {
        known.first(live.now.id); // delivered again, it is nothing new
        threads.add(live.now.question.place.thread);
        if (workOf(live.now) !== "nothing") void run(live, "question");
      }
      for (const thread of threads) uncover(thread);
    },
    async retry({ thread }, surface) {
      // The button stands a moment before it is noted that it does, and people are quick.
      await Promise.allSettled(exchanges.in(thread).map((live) => offers.get(live)));
      const offered = exchanges.in(thread).filter(({ now }) => now.stage.kind === "offered");
      await Promise.all(offered.map((live) => live.happen({ kind: "retry" })));
      await Promise.all(offered.map((live) => run(live, "anew")));
      const isFound = offered.some((live) => !gone.has(live));
      if (!isFound) await tellNothingToRetry(surface);
    },
  };
}
