import type { Live } from "../exchange/exchanges.ts";
import { workOf } from "../exchange/next.ts";
import type { Stores } from "../exchange/open-stores.ts";
import type { Queue } from "../exchange/queue.ts";
import { mostEdits } from "../limits/backlog.ts";
import { keptMs } from "../memory/known-events.ts";
import { personKey, personOf } from "../memory/person.ts";
import type { RememberParts } from "../memory/remember.ts";
import {
  createQueues,
  type DeletedEvent,
  type EditedEvent,
  type MessageEvent,
  type MessageId,
  type ReplySurface,
  type ThreadId,
} from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import { createTally } from "../runtime/tally.ts";
import { describeError } from "../text/errors.ts";
import { forgetMessages, rewrite } from "./amend-memory.ts";
import { classifyEdit } from "./classify-edit.ts";
import { createDebts } from "./debts.ts";
import type { Runner } from "./runner.ts";
import { mayBeAnswered } from "./triage.ts";

/**
 * Edits and deletes. They are written the moment they are heard, whatever runs or waits: in the exchange of a question that is not
 * done, else in the memory.
 */
export interface Edits {
  edited(event: EditedEvent, surface: ReplySurface): Promise<void>;
  /** Never rejects: there is nobody to tell. */
  deleted(event: DeletedEvent): Promise<void>;
  /** Deletions in this thread that the store did not take, tried once more: whatever is asked next must not find those words. */
  owed(thread: ThreadId): Promise<void> | undefined;
}

export type EditParts = {
  readonly parts: RememberParts & Pick<Stores, "exchanges" | "channelResets"> & { readonly clock: Clock };
  readonly queue: Queue;
  readonly runner: Runner;
  /** It runs no command: the first words of a message may have run it already. */
  readonly isCommand: (message: MessageEvent) => boolean;
  /** Nothing is begun any more. */
  readonly closing: AbortSignal;
};

export function createEdits({ parts, queue, runner, isCommand, closing }: EditParts): Edits {
  const { exchanges, channelResets, clock, log, settings } = parts;
  const edits = createTally();
  const rewrites = createQueues();
  const debts = createDebts((thread, messages) => forgetMessages(thread, messages, parts), { clock, log, closing });

  /** A question that is not done reads so from here on. Where its turn has come, it is asked anew over what stands. */
  async function editLive(live: Live, now: MessageEvent, surface: ReplySurface): Promise<void> {
    const { stage: before } = live.now;
    if (mayAsk(now)) live.keep();
    const noted = live.happen({ kind: "edited", now });
    const isNeverAsked = before.kind === "waiting" && before.how === "first";
    if (!isNeverAsked) rewriteSoon(live, surface, noted); // where the memory holds it
    await noted;
    if (before.kind === "offered" && live.now.stage.kind === "waiting") await runner.run(live, "anew", surface);
    else await queue.in(now.place.thread).find((entry) => entry.live === live)?.over;
  }

  /** The memory reads so at once, whatever is written meanwhile; and whoever asks later waits for that. */
  function rewriteSoon(live: Live, surface: ReplySurface, noted: Promise<void>): void {
    const { thread } = live.now.question.place;
    if (isFull(live.now.question)) return;
    const done = counted(live.now.question, () =>
      rewrites.after(thread, async () => {
        await noted; // first: what the memory says is what is asked
        await rewrite(live.now.question, surface, parts);
      }),
    ).catch((error: unknown) => log.error({ thread, error: describeError(error) }, "an edit failed"));
    void queue.exclusive(thread, () => done);
  }

  /** It has its place behind all that wait, and what is to become of it is looked up meanwhile. */
  async function editDone(now: MessageEvent, surface: ReplySurface): Promise<void> {
    if (isFull(now)) {
      log.warn({ thread: now.place.thread }, "too many edits by one person at once: an edit is left out");
      return;
    }
    await counted(now, async () => {
      const live = exchanges.reopen(now);
      live.hold(judge(live, surface));
      await runner.run(live, "anew", surface);
    });
  }

  async function judge(live: Live, surface: ReplySurface): Promise<void> {
    const { question } = live.now;
    const { place } = question;
    const verdict = classifyEdit(question, await channelResets.openAfterReset(place), mayAsk(question));
    switch (verdict.kind) {
      case "unknown":
        if (isNew(question) && !isCommand(question)) return live.keep();
        return dismiss(live);
      case "same":
        return dismiss(live);
      case "older":
        await rewrites.after(place.thread, () => rewrite(live.now.question, surface, parts));
        return dismiss(live);
      case "open":
      case "last":
        live.keep();
        await live.noted();
        return rewrites.after(place.thread, () => rewrite(live.now.question, surface, parts));
    }
  }

  async function dismiss(live: Live): Promise<void> {
    await live.happen({ kind: "turn-came" });
    await live.happen({ kind: "done" });
  }

  const mayAsk = (message: MessageEvent): boolean => mayBeAnswered(message, settings.followThreads);

  /** Of an older one nobody knows any more whether it was handled. */
  const isNew = ({ via, sentAt }: MessageEvent): boolean => via !== "ambient" && clock.now() - sentAt < keptMs;

  const keyOf = (message: MessageEvent): string => personKey(personOf(message));
  const isFull = (message: MessageEvent): boolean => edits.count(keyOf(message)) >= mostEdits;

  async function counted(message: MessageEvent, task: () => Promise<void>): Promise<void> {
    await task().finally(edits.add(keyOf(message)));
  }

  async function forget(thread: ThreadId, messages: readonly MessageId[]): Promise<void> {
    const changed = exchanges.in(thread).map(async (live) => {
      const isAsked = messages.includes(live.now.question.message);
      await live.happen(isAsked ? { kind: "deleted" } : { kind: "withdrawn", messages });
    });
    queue.look(thread);
    const waits = new Set(queue.in(thread).map(({ live }) => live));
    for (const live of exchanges.in(thread)) {
      if (!waits.has(live) && workOf(live.now) !== "nothing") void runner.run(live, "anew");
    }
    const isBusy = queue.isBusy(thread);
    const done = Promise.all([...changed, forgetMessages(thread, messages, parts)]);
    // Whoever asks later waits for that; and what is just being remembered was not there yet.
    await Promise.all([
      done,
      queue.exclusive(thread, async () => void (await (isBusy ? forgetMessages(thread, messages, parts) : done))),
    ]);
  }

  return {
    async edited(event, surface) {
      const now = toMessage(event);
      const live = exchanges.asking(now.place.thread, now.message);
      await (live === undefined ? editDone(now, surface) : editLive(live, now, surface));
    },
    async deleted({ threads, messages }) {
      await Promise.all(
        threads.map((thread) =>
          forget(thread, messages).catch((error: unknown) => {
            const fields = { thread, error: describeError(error) };
            if (debts.add(thread, messages)) log.error(fields, "a deletion failed and will be retried");
            else log.error(fields, "a deletion failed: too many are waiting for the store");
          }),
        ),
      );
    },
    owed: debts.settle,
  };
}

/** The message as it reads now. */
function toMessage({ of, ...event }: EditedEvent): MessageEvent {
  return { ...event, kind: "message", id: of };
}
