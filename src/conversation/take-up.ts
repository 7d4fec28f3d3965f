import { describeError } from "../errors.ts";
import type { ModelClient } from "../model/model-client.ts";
import {
  type MessageEvent,
  type MessageId,
  type Place,
  PlatformError,
  type Recalled,
  type ReplySurface,
} from "../port/index.ts";
import { droppedNotice, nothingToRetryNotice, withNotice } from "../reply/notices.ts";
import type { Mailboxes } from "../runtime/mailbox.ts";
import type { Conversation } from "../store/conversation-store.ts";
import type { Amendments } from "./amendments.ts";
import { type Answered, answer } from "./answer.ts";
import { type Backlog, type BacklogEntry, type Dropped, whenAllowed } from "./backlog.ts";
import type { Core } from "./core.ts";
import type { Gate } from "./gate.ts";
import type { Entry } from "./journal.ts";
import { personOf } from "./person.ts";
import type { Piles } from "./piles.ts";
import { endPresence } from "./presence.ts";
import {
  closeBroken,
  endStopped,
  endUnremembered,
  isAnswered,
  shallClose,
  standingOf,
  upTo,
  withdraw,
} from "./recovery.ts";
import { holds } from "./remember.ts";

/** The way back to a question from before a restart. It may wait for its platform. */
export type Recall = (event: MessageEvent) => Promise<Recalled | undefined>;

/** Questions that an earlier run left, or that were left to a person. */
export interface TakeUp {
  /** Puts what earlier runs left first into its threads' mailboxes. `seen` hears of each event, so that no redelivery counts. */
  all(recall: Recall, seen: (event: MessageEvent) => void): Promise<void>;
  /** A person wants an answer that was broken off to be tried again. In the thread's turn. */
  retry(place: Place, surface: ReplySurface): Promise<void>;
}

export type TakeUpParts = {
  readonly core: Core;
  readonly mailboxes: Mailboxes;
  readonly backlog: Pick<Backlog, "join">;
  readonly amendments: Amendments;
  /** Says what is to become of a question that the memory does not hold yet. */
  readonly decide: (begun: Begun, conversation: Conversation) => Promise<Answered>;
  readonly gate: Gate;
  readonly piles: Pick<Piles, "pass">;
  readonly tell: (error: unknown, place: Place, surface: ReplySurface) => Promise<void>;
  /** Aborted when there is no time for an answer any more. */
  readonly closing: AbortSignal;
};

/** A question, and what stands of its answer. */
export type Begun = {
  readonly message: MessageEvent;
  readonly surface: ReplySurface;
  readonly entry: Entry;
  readonly standing: readonly MessageId[];
  /** Missing where nothing waits: it is tried again because somebody wishes it. */
  readonly waiting: BacklogEntry | undefined;
};

type Stopped = Exclude<Dropped, { readonly kind: "deleted" }>;

export function createTakeUp({
  core,
  mailboxes,
  backlog,
  amendments,
  decide,
  gate,
  piles,
  tell,
  closing,
}: TakeUpParts): TakeUp {
  const ended = new Promise<undefined>((resolve) => {
    closing.addEventListener("abort", () => resolve(undefined));
  });
  let recall: Recall = async () => undefined;

  /** In the thread's turn, so that what is said there meanwhile waits. False where there is no way back to the question. */
  async function takeUp(entry: Entry, isWished = false, waiting?: BacklogEntry): Promise<boolean> {
    const { event } = entry;
    const recalled = await patiently(() => recall(event));
    if (closing.aborted) return true;
    if (recalled === undefined) {
      core.log.warn({ thread: event.place.thread }, "a question is given up: its place is gone, or shut to the bot");
      await entry.close();
      return false;
    }
    const { surface, withdrawn } = recalled;
    const dropped = waiting?.dropped;
    try {
      const outcome =
        dropped === undefined || dropped.kind === "deleted"
          ? await goOn(entry, { surface, withdrawn: withdrawn || dropped !== undefined }, isWished, waiting)
          : await leaveUnanswered(entry, surface, dropped);
      if (outcome === "answered" || outcome === "passed") await entry.close();
    } catch (error) {
      await tell(error, event.place, surface);
      await entry.close();
    } finally {
      await endPresence(surface, core);
    }
    return true;
  }

  /** Somebody said stop while it waited for its turn. */
  async function leaveUnanswered(entry: Entry, surface: ReplySurface, { kind, toTell }: Stopped): Promise<Answered> {
    const conversation = await core.channelResets.open(entry.event.place);
    const standing = await patiently(() => standingOf(entry, surface, conversation));
    if (standing === undefined) return "left";
    if (kind === "stopped") await gate.keep(entry.event, conversation, surface);
    await endStopped(entry, surface, standing, core);
    if (toTell > 0) await surface.respond(droppedNotice(toTell));
    return "answered";
  }

  async function goOn(
    entry: Entry,
    { surface, withdrawn }: Recalled,
    isWished: boolean,
    waiting: BacklogEntry | undefined,
  ): Promise<Answered | undefined> {
    const { event } = entry;
    const conversation = await core.channelResets.open(event.place);
    const standing = await patiently(() => standingOf(entry, surface, conversation));
    if (standing === undefined) return undefined;
    if (withdrawn || amendments.isDeleted(event)) {
      await amendments.forget(event.place.thread, [event.message]);
      await withdraw(entry, surface, standing);
      return undefined;
    }
    if (await core.optOuts.has(personOf(event))) {
      await endUnremembered(entry, surface, standing, core);
      return "answered";
    }
    // What waits for a person was given up, whatever was answered after it.
    if (!isWished && isAnswered(conversation, event.message)) return "answered";
    if (!isWished && shallClose(entry, standing, core)) {
      await closeBroken(entry, surface, standing, core);
      return undefined;
    }
    await entry.resume(standing);
    const begun = { message: event, surface, entry, standing, waiting };
    if (!holds(conversation, event.message)) return decide(begun, conversation);
    const before = upTo(conversation, event.message);
    let isAsked = false;
    const ask = async (model: ModelClient) => {
      isAsked = true;
      const dropped = waiting?.dropped; // said while all this was looked up
      if (dropped !== undefined && dropped.kind !== "deleted") return leaveUnanswered(entry, surface, dropped);
      waiting?.asked();
      return answer({ question: event, before, surface, entry, standing }, { ...core, model });
    };
    // What was begun by itself is finished whatever the limits say; what is tried again counts like a question.
    const first = isWished ? await gate.through(event, before, surface, ask) : await gate.again(event, before, ask);
    if (!isAsked) {
      await entry.park(standing);
      return undefined;
    }
    const outcome = await amendments.settle(begun, first);
    if (outcome === "passed" && waiting?.dropped === undefined) piles.pass(begun);
    return outcome;
  }

  /** A platform that does not answer is asked again, for as long as the bot runs; undefined when it ends. */
  async function patiently<T>(look: () => Promise<T>): Promise<T | undefined> {
    for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
      try {
        return await Promise.race([look(), ended]);
      } catch (error) {
        const isPassing = error instanceof PlatformError && ["unavailable", "rate-limited"].includes(error.code);
        if (!isPassing) throw error;
        if (closing.aborted) return undefined;
        await core.clock.wait(Math.max(pauseMs, error.retryAfterMs ?? 0), closing);
      }
    }
  }

  return {
    async all(wanted, seen) {
      recall = wanted;
      // Sent again, it would take the place of what is kept for a press on its button.
      for (const { event } of await core.journal.parked()) seen(event);
      for (const entry of await core.journal.left()) {
        const { event } = entry;
        const { thread } = event.place;
        seen(event);
        const waiting = backlog.join(event, "question", async () => {
          await Promise.all([core.handled.add(event.id), entry.close()]);
        });
        const takeIt = async () => void (await takeUp(entry, false, waiting));
        void whenAllowed(waiting, mailboxes, takeIt).catch((error: unknown) =>
          core.log.error({ thread, error: describeError(error) }, "a question could not be taken up again"),
        );
      }
    },
    async retry(place, surface) {
      let found = false;
      for (const entry of await core.journal.parked(place.thread)) {
        found = (await takeUp(entry, true)) || found;
        if (entry.state.outcome?.ending === "stopped") return; // the others keep their buttons
      }
      if (!found) await (surface.whisper ?? surface.respond)(withNotice("", nothingToRetryNotice));
    },
  };
}
