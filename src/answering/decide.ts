import type { Entry } from "../exchange/entry.ts";
import type { Queue } from "../exchange/queue.ts";
import { personOf } from "../memory/person.ts";
import { holds, isShared, remember } from "../memory/remember.ts";
import type { ModelClient } from "../model/model-client.ts";
import type { MessageEvent, ReplySurface, ThreadId } from "../port/index.ts";
import { readyUpTo } from "../prompt/summaries.ts";
import { tokenBudgetOf } from "../prompt/token-budget.ts";
import { trimWindow } from "../prompt/window.ts";
import type { Conversation } from "../store/conversation-store.ts";
import type { Admission } from "./admission.ts";
import { rewrite, rewriteAnew } from "./amend-memory.ts";
import { answer } from "./answer.ts";
import type { AnswerParts } from "./answer-run.ts";
import { classifyByPlace } from "./classify-edit.ts";
import { removeMessages } from "./endings.ts";
import { asOfQuestion } from "./resume-rules.ts";
import { mayBeAnswered, triage } from "./triage.ts";

/** A question in its turn. */
export type Turn = {
  readonly entry: Entry;
  readonly surface: ReplySurface;
  /** An earlier process began it. */
  readonly isTakenUp: boolean;
};

export type DecideParts = {
  readonly parts: AnswerParts;
  readonly admission: Admission;
  readonly queue: Pick<Queue, "in" | "mayRun">;
  /** Runs the command that the message is, if it is one. False where it is none. */
  readonly runInline: (message: MessageEvent, surface: ReplySurface) => Promise<boolean>;
  /** Aborted when there is no time for an answer any more. */
  readonly shutdown: AbortSignal;
};

/** Says what is to become of a question whose turn has come, and sees to it. `waits`: its author has as many answered as may be. */
export interface Decide {
  /** One that was not asked before, as far as is known. */
  first(turn: Turn, conversation: Conversation): Promise<"waits" | undefined>;
  /** One whose words were changed. */
  anew(turn: Turn, conversation: Conversation): Promise<"waits" | undefined>;
  /** One that the memory holds, and that has no answer. */
  again(turn: Turn, conversation: Conversation): Promise<void>;
}

export function createDecide({ parts, admission, queue, runInline, shutdown }: DecideParts): Decide {
  const { store, summaries, optOuts, settings, log } = parts;

  async function first(turn: Turn, conversation: Conversation): Promise<"waits" | undefined> {
    const { entry, surface } = turn;
    const { question } = entry.live.now;
    const decision = triage(question, {
      joined: conversation.joined,
      known: holds(conversation, question.message),
      followThreads: settings.followThreads,
    });
    switch (decision.kind) {
      case "answer":
        if (await runInline(question, surface)) return undefined;
        // The newest of a pile is answered with all of them in view.
        if (isPiled(entry) && (await isRemembered(question))) return cover(turn, conversation);
        return begin(turn, conversation);
      case "remember":
        await remember(question, conversation, surface, parts);
        return undefined;
      case "ignore":
        log.debug({ thread: question.place.thread, reason: decision.reason }, "message ignored");
        return undefined;
    }
  }

  /**
   * A newer question waits in the thread, and not for its author's other answers. Where questions of different people are answered at
   * the same time, one of the same person.
   */
  function isPiled(entry: Entry): boolean {
    const { whileAnswering = "queue" } = settings;
    if (whileAnswering === "queue") return false;
    const { place, author } = entry.live.now.question;
    return queue.in(place.thread).some(({ live: { now }, kind, isRunning }) => {
      const isNewer = !isRunning && kind === "question" && now.stage.kind === "waiting" && now.seq > entry.live.now.seq;
      const isTheirs = now.question.author.id === author.id;
      return isNewer && (isTheirs || (!isShared(place) && queue.mayRun(now.question)));
    });
  }

  /** Of whom nothing is kept, nothing could be in view of the next answer. */
  const isRemembered = async (message: MessageEvent) => !(await optOuts.has(personOf(message)));

  async function cover({ entry: { live }, surface }: Turn, conversation: Conversation): Promise<undefined> {
    await remember(live.now.question, conversation, surface, parts);
    await live.happen({ kind: "covered" });
  }

  /** Where the author has as many answers running as may be, others go first. */
  async function begin(turn: Turn, conversation: Conversation): Promise<"waits" | undefined> {
    const { entry, surface } = turn;
    const { question, stage } = entry.live.now;
    if (stage.kind !== "answering") return undefined; // it was stopped, changed or deleted while the memory was looked up
    const backlog = entry.admit();
    switch (backlog.kind) {
      case "run":
        await ask(turn, conversation, () => conversation);
        return undefined;
      case "wait":
        return "waits";
      case "refuse":
        await admission.keep(question, conversation, surface);
        await admission.tellFull(backlog.reason, question, surface);
        return undefined;
    }
  }

  /** Through admission to the model. Returns whether it was asked. */
  async function ask(
    turn: Turn,
    conversation: Conversation,
    toBefore: () => Conversation | Promise<Conversation>,
  ): Promise<boolean> {
    const { entry, surface, isTakenUp } = turn;
    const { live } = entry;
    const { question, stage } = live.now;
    const isWished = stage.kind === "answering" && stage.how === "retry";
    const isOn = () => live.now.stage.kind === "answering";
    let isAsked = false;
    const converse = async (model: ModelClient) => {
      if (!isOn()) return; // said while the limits were looked up
      isAsked = true;
      const before = await toBefore();
      if (!isOn()) return;
      entry.isAsked = true;
      try {
        await answer({ live, before, surface, shutdown }, { ...parts, model });
      } finally {
        entry.isAsked = false;
      }
    };
    // What was begun by itself is finished whatever the limits say; what is tried again counts like a question.
    if (isTakenUp && !isWished) await admission.readmit(question, conversation, converse);
    else await admission.admit(question, conversation, surface, converse);
    return isAsked;
  }

  async function anew(turn: Turn, conversation: Conversation): Promise<"waits" | undefined> {
    const { entry, surface } = turn;
    const { live } = entry;
    const { question, reply } = live.now;
    const { thread } = question.place;
    if (!holds(conversation, question.message)) return first(turn, conversation);
    const isBegun = reply.messages.length > 0;
    const wants = mayBeAnswered(question, settings.followThreads);
    const verdict = isBegun ? undefined : classifyByPlace(question, conversation, wants);
    if (verdict?.kind === "older" || verdict?.kind === "unknown") {
      await rewrite(question, surface, parts);
      return undefined;
    }
    if (entry.admit().kind === "wait") return "waits";
    const standing = verdict?.kind === "last" ? verdict.standing : reply.messages;
    const isAsked = await ask(turn, await open(thread), async () => {
      await rewriteAnew(question, standing, surface, parts);
      await live.happen({ kind: "adopted", messages: standing });
      return asOfQuestion(await open(thread), question.message);
    });
    if (isAsked || live.now.stage.kind !== "answering") return undefined;
    await rewrite(question, surface, parts);
    if (isBegun) await removeMessages(standing, surface, parts);
    return undefined;
  }

  async function open(thread: ThreadId): Promise<Conversation> {
    const [conversation, summed] = await Promise.all([store.open(thread), summaries.at(thread)]);
    return trimWindow(conversation, tokenBudgetOf(parts).turns, readyUpTo(summed, conversation.start));
  }

  return {
    first,
    anew,
    async again(turn, conversation) {
      const { live } = turn.entry;
      const { question, stage, reply } = live.now;
      const isBegun = reply.making || reply.messages.length > 0;
      // It was left to another that got no answer, and now there is a newer one.
      if (stage.kind === "answering" && stage.how === "again" && !isBegun && isPiled(turn.entry))
        return live.happen({ kind: "covered" });
      const before = asOfQuestion(conversation, question.message);
      const isAsked = await ask(turn, before, () => before);
      const isOffered = !isAsked && stage.kind === "answering" && stage.how === "retry";
      if (isOffered) await live.happen({ kind: "offered", messages: live.now.reply.messages });
    },
  };
}
