import { describeError } from "../errors.ts";
import type { DeletedEvent, EditedEvent, MessageEvent, MessageId, ReplySurface, ThreadId } from "../port/index.ts";
import { keptMs } from "../runtime/handled.ts";
import type { Mailboxes } from "../runtime/mailbox.ts";
import { createTally } from "../runtime/tally.ts";
import type { Conversation, Turn } from "../store/conversation-store.ts";
import { mostEdits } from "./admission.ts";
import { type Answered, answer } from "./answer.ts";
import { type Backlog, type BacklogEntry, whenAllowed } from "./backlog.ts";
import { budgetOf } from "./budget.ts";
import { type Change, createChanges, toMessage } from "./changes.ts";
import type { Core } from "./core.ts";
import type { Gate } from "./gate.ts";
import { narrow } from "./history.ts";
import type { Entry } from "./journal.ts";
import { differs, judgeEdit } from "./judge-edit.ts";
import { personKey, personOf } from "./person.ts";
import type { Piles } from "./piles.ts";
import { endPresence } from "./presence.ts";
import { toFittingTurn } from "./remember.ts";
import { preparedAfter } from "./summaries.ts";
import { mayBeAnswered } from "./triage.ts";
import { deletedTurn, pendingTurn, withdrawnTurn } from "./turns.ts";

/**
 * Edits and deletes. They take their turn in the thread like all else; only what is being answered is stopped at once, and what
 * waits is answered as it reads when its turn comes.
 */
export interface Amendments {
  /** The message as it reads when its turn comes; undefined where it was deleted since. */
  current(message: MessageEvent): MessageEvent | undefined;
  isDeleted(message: MessageEvent): boolean;
  /** Answers a question anew, in the same messages, each time that it was edited meanwhile. */
  settle(asked: Answering, outcome: Answered): Promise<Answered>;
  edited(event: EditedEvent, surface: ReplySurface): Promise<void>;
  /** Never rejects: there is nobody to tell. */
  deleted(event: DeletedEvent): Promise<void>;
  /** Leaves of what stood in these messages no more than its place. */
  forget(thread: ThreadId, messages: readonly MessageId[]): Promise<void>;
}

/** A question whose answer has begun. */
export type Answering = {
  readonly message: MessageEvent;
  readonly surface: ReplySurface;
  readonly entry: Entry;
  readonly waiting: BacklogEntry | undefined;
};

export type AmendmentParts = {
  readonly core: Core;
  readonly mailboxes: Mailboxes;
  readonly backlog: Pick<Backlog, "join">;
  readonly gate: Gate;
  readonly piles: Pick<Piles, "pass">;
  /** Hears a message for the first time, in its turn. */
  readonly hear: (message: MessageEvent, surface: ReplySurface, waiting: BacklogEntry) => Promise<void>;
  /** False when there is no time for an answer any more. */
  readonly isOpen: () => boolean;
};

export function createAmendments({ core, mailboxes, backlog, gate, piles, hear, isOpen }: AmendmentParts): Amendments {
  const changes = createChanges();
  /** Edits that wait for their turn, by thread and message. The next edit of the same message shares that turn. */
  const turns = new Map<string, EditTurn>();
  const edits = createTally();
  /** Edits that the memory has already: what it holds may be less than was written, so that it cannot tell. */
  const applied = new WeakSet<MessageEvent>();

  function stopAnswer(thread: ThreadId, messages: readonly MessageId[], change: Change): void {
    const live = core.inFlight.in(thread);
    if (live === undefined) return;
    const { question } = live;
    if (question !== undefined && messages.includes(question.message)) {
      if (change.kind === "deleted" || differs(question, change.now)) core.inFlight.end(thread, "amended");
    } else if (change.kind === "deleted" && live.messages.some((message) => messages.includes(message)))
      core.inFlight.end(thread, "withdrawn");
  }

  function current(message: MessageEvent): MessageEvent | undefined {
    const change = changes.newest(message.place.thread, message.message);
    if (change === undefined) return message;
    if (change.kind === "deleted") return undefined;
    applied.add(change.now);
    return { ...message, ...wordsOf(change.now) };
  }

  /** In the message's turn; an earlier one may have done it already. */
  async function amend(thread: ThreadId, message: MessageId, waiting: BacklogEntry): Promise<void> {
    const change = changes.newest(thread, message);
    if (change?.kind !== "edited" || applied.has(change.now)) return;
    const { now, surface } = change;
    const conversation = await core.channelResets.open(now.place);
    const verdict = judgeEdit(now, conversation, mayBeAnswered(now, core.settings.followThreads));
    switch (verdict.kind) {
      case "unknown":
        return isNew(now) ? hear(now, surface, waiting) : undefined;
      case "same":
        return;
      case "older":
        return rewrite(now, surface);
      case "open":
      case "last": {
        if (!isOpen() || waiting.dropped !== undefined) return rewrite(now, surface);
        const standing = verdict.kind === "last" ? verdict.standing : await givenUp(thread, message);
        const first = await askAnew(change, standing, { isPartial: verdict.kind === "open", waiting });
        const outcome = await settle({ message: now, surface, entry: first.entry, waiting }, first.outcome);
        if (outcome !== "left") await first.entry.close();
        if (outcome === "passed" && waiting.dropped === undefined) piles.pass({ message: now, surface });
        return;
      }
    }
  }

  /** What stands of an answer that waits for somebody to have it tried again. */
  async function givenUp(thread: ThreadId, message: MessageId): Promise<readonly MessageId[]> {
    const entries = await core.journal.parked(thread);
    return entries.find(({ event }) => event.message === message)?.state.messages ?? [];
  }

  /** Nobody can want a deleted question tried again, and the journal would keep its words. */
  async function dropGivenUp(thread: ThreadId, messages: readonly MessageId[]): Promise<void> {
    for (const entry of await core.journal.parked(thread)) {
      if (messages.includes(entry.event.message)) await entry.close();
    }
  }

  /** Of an older one nobody knows any more whether it was handled. */
  const isNew = ({ via, sentAt }: MessageEvent): boolean => via !== "overheard" && core.clock.now() - sentAt < keptMs;

  async function rewrite(now: MessageEvent, surface: ReplySurface): Promise<void> {
    const { turn } = await toFittingTurn(now, surface, core);
    await store(now, turn);
  }

  async function store(now: MessageEvent, turn: Turn): Promise<void> {
    await change(now.place.thread, [now.message], () => turn);
    applied.add(now);
  }

  /**
   * Has a question answered that is in the memory already. What stands may be the whole answer from before, or a part of one, of
   * which nothing is to be left where there is none after all.
   */
  async function askAnew(
    { now, surface }: Edited,
    standing: readonly MessageId[],
    { isPartial, waiting }: { readonly isPartial: boolean; readonly waiting: BacklogEntry | undefined },
  ): Promise<Asked> {
    const { thread } = now.place;
    const entry = core.journal.accept(now, true);
    await entry.resume(standing);
    const { turn } = await toFittingTurn(now, surface, core);
    let isAsked = false;
    const outcome = await gate.through(now, await open(thread), surface, async (model) => {
      isAsked = true;
      // Both in one step: a crash must not leave an answer to what was not asked.
      const anew = (one: Turn): Turn => (one.kind === "bot" ? pendingTurn(one) : turn);
      await change(thread, [now.message, ...standing], anew);
      applied.add(now);
      const before = await open(thread);
      if (!isNewest(now)) return "amended";
      isAsked = waiting?.dropped === undefined; // a stop may have been said meanwhile
      if (!isAsked) return "answered";
      waiting?.asked();
      return answer({ question: now, before, surface, entry, standing }, { ...core, model });
    });
    if (!isAsked) await store(now, turn);
    if (!isAsked && isPartial) await remove(standing, surface);
    return { outcome, entry };
  }

  function isNewest(now: MessageEvent): boolean {
    const change = changes.newest(now.place.thread, now.message);
    return change?.kind === "edited" && change.now === now;
  }

  async function open(thread: ThreadId): Promise<Conversation> {
    const [conversation, summaries] = await Promise.all([core.store.open(thread), core.summaries.at(thread)]);
    return narrow(conversation, budgetOf(core).turns, preparedAfter(summaries, conversation.start));
  }

  async function settle({ message, surface, entry, waiting }: Answering, begun: Answered): Promise<Answered> {
    const { thread } = message.place;
    let last: Asked = { outcome: begun, entry };
    while (last.outcome === "amended") {
      const standing = last.entry.state.messages;
      const change = changes.newest(thread, message.message);
      if (change?.kind !== "edited") {
        await forget(thread, [message.message, ...standing]);
        await remove(standing, surface);
        return "answered";
      }
      if (!isOpen()) {
        await rewrite(change.now, surface);
        return "left";
      }
      // The surface of the first try knows what it has sent.
      last = await askAnew({ ...change, surface }, standing, { isPartial: true, waiting });
    }
    return last.outcome;
  }

  async function remove(messages: readonly MessageId[], surface: ReplySurface): Promise<void> {
    for (const message of messages) {
      try {
        await surface.remove(message);
      } catch (error) {
        core.log.warn({ error: describeError(error) }, "an answer that nobody wants any more could not be removed");
      }
    }
  }

  async function forget(thread: ThreadId, messages: readonly MessageId[]): Promise<void> {
    await change(thread, messages, forgotten);
  }

  /** What is ready to stand for turns of the window may hold the old words: it is made anew when it is due. */
  async function change(
    thread: ThreadId,
    messages: readonly MessageId[],
    rewritten: (turn: Turn) => Turn,
  ): Promise<void> {
    if ((await core.store.amend(thread, messages, rewritten)) === 0) return;
    await core.summaries.cancel(thread); // it may have read the old words already
    const [{ to: start }, summaries] = await Promise.all([core.store.passed(thread), core.summaries.at(thread)]);
    if (preparedAfter(summaries, start) > 0) await core.summaries.forget(thread);
  }

  return {
    current,
    isDeleted: ({ place, message }) => changes.newest(place.thread, message)?.kind === "deleted",
    settle,
    forget,
    async edited(event, surface) {
      const now = toMessage(event);
      const { thread } = now.place;
      const name = `${thread}\n${now.message}`;
      const author = personKey(personOf(now));
      const waits = turns.get(name);
      if (waits === undefined && edits.count(author) >= mostEdits) {
        core.log.warn({ thread }, "somebody edits more at once than can be heard: an edit is left out");
        return;
      }
      const change: Change = { kind: "edited", now, surface };
      const done = changes.note(thread, now.message, change);
      stopAnswer(thread, [now.message], change);
      if (waits !== undefined && waits.waiting.dropped === undefined) {
        waits.done = done;
        return waits.over;
      }
      const leave = edits.add(author);
      const waiting = backlog.join(now, "edit");
      const run = async () => {
        if (turns.get(name) !== turn) return; // said before a stop; a newer one has its own turn
        turns.delete(name);
        await amend(thread, now.message, waiting).finally(() => endPresence(surface, core));
      };
      const over = whenAllowed(waiting, mailboxes, run).finally(() => {
        turn.done();
        leave();
      });
      const turn: EditTurn = { done, over, waiting };
      turns.set(name, turn);
      await over;
    },
    async deleted({ threads, messages }) {
      const change: Change = { kind: "deleted" };
      const inThread = async (thread: ThreadId) => {
        const done = messages.map((message) => changes.note(thread, message, change));
        stopAnswer(thread, messages, change);
        await mailboxes
          .post(thread, async () => {
            await forget(thread, messages);
            await dropGivenUp(thread, messages);
          })
          .finally(() => {
            for (const end of done) end();
          });
      };
      try {
        await Promise.all(threads.map(inThread));
      } catch (error) {
        core.log.error({ threads, error: describeError(error) }, "a deletion was not carried out");
      }
    },
  };
}

type EditTurn = { done: () => void; readonly over: Promise<void>; readonly waiting: BacklogEntry };
type Edited = Extract<Change, { kind: "edited" }>;
type Asked = { readonly outcome: Answered; readonly entry: Entry };

const wordsOf = ({ text, attachments, moreFiles, quote, heading }: MessageEvent) => ({
  text,
  attachments,
  ...(moreFiles === undefined ? {} : { moreFiles }),
  ...(quote === undefined ? {} : { quote }),
  ...(heading === undefined ? {} : { heading }),
});

function forgotten(turn: Turn): Turn {
  if (turn.kind === "person") return turn.deleted === true ? turn : deletedTurn(turn);
  return turn.withdrawn === true ? turn : withdrawnTurn(turn);
}
