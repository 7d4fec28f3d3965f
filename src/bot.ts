import { commandNamed } from "./commands/catalog.ts";
import { help } from "./commands/help.ts";
import { type InlineCommand, parseInline } from "./commands/inline.ts";
import { createCommandRunner } from "./commands/runner.ts";
import { isAllowed } from "./conversation/access.ts";
import type { FullReason } from "./conversation/admission.ts";
import { createAmendments } from "./conversation/amendments.ts";
import { type Answered, answer } from "./conversation/answer.ts";
import { arrived } from "./conversation/arrived.ts";
import {
  type BacklogEntry,
  createBacklog,
  type Dropped,
  type IsMeant,
  type WaitingKind,
  type WhyDropped,
  whenAllowed,
} from "./conversation/backlog.ts";
import type { Core } from "./conversation/core.ts";
import { createGate } from "./conversation/gate.ts";
import { personOf } from "./conversation/person.ts";
import { createPiles } from "./conversation/piles.ts";
import { endPresence } from "./conversation/presence.ts";
import { isUnanswered } from "./conversation/recovery.ts";
import { holds, remember } from "./conversation/remember.ts";
import { createSeldom } from "./conversation/seldom.ts";
import { type Begun, createTakeUp, type Recall, type TakeUpParts } from "./conversation/take-up.ts";
import { isEmpty, mayBeAnswered, triage } from "./conversation/triage.ts";
import { describeError } from "./errors.ts";
import { measured } from "./model/measured.ts";
import {
  type BotEvent,
  type CommandEvent,
  type MessageEvent,
  type Place,
  PlatformError,
  type Receive,
  type ReplySurface,
  type ThreadId,
} from "./port/index.ts";
import { droppedNotice, platformNotice, storeNotice, unexpectedNotice, withNotice } from "./reply/notices.ts";
import { never } from "./runtime/clock.ts";
import { createMailboxes } from "./runtime/mailbox.ts";
import { createSeen } from "./runtime/seen.ts";
import { type Conversation, StoreError } from "./store/conversation-store.ts";

export interface Bot {
  readonly receive: Receive;
  /**
   * Takes up what earlier runs left, before the adapters report anything: what comes in these threads then waits behind it.
   * `recall` may wait for its platform.
   */
  recover(recall: Recall): Promise<void>;
  /** Finishes what can be finished soon, leaves the rest to the next run, and resolves when all is stored. */
  close(): Promise<void>;
}

/** The one door for events, and the only place that catches whatever was not foreseen. */
export function createBot(parts: Core): Bot {
  const core: Core = { ...parts, model: measured(parts.model, parts.tokenRatios) };
  const seen = createSeen();
  const mailboxes = createMailboxes();
  const piles = createPiles();
  const backlog = createBacklog();
  const gate = createGate(core);
  const closing = new AbortController();
  const isOpen = () => !closing.signal.aborted;
  const overflows = createSeldom(core.clock);
  const retrying = new Set<ThreadId>();
  const commands = createCommandRunner(core, mailboxes, dropping);
  const amendments = createAmendments({ core, mailboxes, backlog, gate, piles, hear, isOpen });
  const decideLater: TakeUpParts["decide"] = (begun, conversation) =>
    decide({ ...begun, inline: toInline(begun.message) }, conversation);
  const left = createTakeUp({
    core,
    mailboxes,
    backlog,
    amendments,
    decide: decideLater,
    gate,
    piles,
    tell,
    closing: closing.signal,
  });

  async function receive(reported: BotEvent, surface: ReplySurface): Promise<void> {
    if (!seen.first(reported.id)) return;
    const event = arrived(reported);
    if (event.kind === "deleted") {
      await Promise.all([amendments.deleted(event), backlog.deleted(event)]);
      return;
    }
    if (!isOpen()) return putOff(event);
    try {
      if (!isPersonal(event) && !isAllowed(event, core.settings.access)) await gate.turnAway(event, surface);
      else if (event.kind === "edited") await amendments.edited(event, surface);
      else if (event.kind === "command") await onCommand(event, surface);
      else await onMessage(event, surface);
    } catch (error) {
      await tell(error, event.place, surface);
    }
  }

  /** There is no time for it any more, but a question is not lost. */
  async function putOff(event: BotEvent): Promise<void> {
    if (event.kind !== "message" || !isAllowed(event, core.settings.access)) return;
    const isQuestion = event.via !== "overheard";
    if (excessOf(event, isQuestion) !== undefined) return;
    backlog.join(event, isQuestion ? "question" : "remark");
    await core.journal.accept(event, mayBeAnswered(event, core.settings.followThreads)).written();
  }

  async function onCommand(event: CommandEvent, surface: ReplySurface): Promise<void> {
    if (event.name === "retry") return retry(event.place, surface);
    const command = commandNamed(event.name);
    if (command === undefined) throw new RangeError(`no command is called ${event.name}`);
    await commands.run(command, event, surface);
  }

  /** One retry takes up all that is left in the thread, so a second one is ignored while the first waits for its turn. */
  async function retry(place: Place, surface: ReplySurface): Promise<void> {
    if (retrying.has(place.thread)) return;
    retrying.add(place.thread);
    await mailboxes.post(place.thread, () => {
      retrying.delete(place.thread);
      return left.retry(place, surface);
    });
  }

  async function onMessage(message: MessageEvent, surface: ReplySurface): Promise<void> {
    const inline = toInline(message);
    if (inline !== undefined && (addressed(message) || isAwaited(message)))
      return commands.run(inline.command, { ...message, ...inline }, surface);
    const { thread } = message.place;
    const kind = kindOf(message, inline);
    const isQuestion = kind === "question";
    const excess = excessOf(message, isQuestion);
    if (excess !== undefined) return leaveOut(excess, message, surface);
    const entry = core.journal.accept(message, mayBeAnswered(message, core.settings.followThreads));
    const waiting = backlog.join(message, kind, async () => {
      await Promise.all([core.handled.add(message.id), entry.close()]);
    });
    if (message.via !== "overheard" && core.inFlight.has(thread)) showQueued(surface);
    const leavePile = isQuestion ? piles.join(thread) : undefined;
    const turn = new AbortController();
    if (leavePile !== undefined && core.settings.whileAnswering === "interrupt" && mayInterrupt(message))
      interrupt(message, turn.signal);
    const turnOf = async (): Promise<Answered> => {
      turn.abort();
      leavePile?.();
      await entry.written(); // before anything is done that a crash could leave half done
      if (!isOpen()) return "left";
      return inTurn({ message, inline, surface, entry, standing: [], waiting });
    };
    const takeTurn = () => mailboxes.post(thread, turnOf).finally(() => answerPassed(message.place));
    try {
      while ((await takeTurn()) === "waits") {
        // A thread would be opened to show it, and a platform lets few be opened: a flood would take those from everybody.
        if (message.place.kind !== "fresh") showQueued(surface);
        await waiting.allowed();
      }
    } finally {
      waiting.end();
    }
  }

  function kindOf(message: MessageEvent, inline: InlineCommand | undefined): WaitingKind {
    if (inline !== undefined) return "remark";
    if (addressed(message)) return "question";
    return mayBeAnswered(message, core.settings.followThreads) ? "follow-up" : "remark";
  }

  /** Why one more is left out, if it is: neither kept nor stored, so that no flood fills the bot. */
  function excessOf(message: MessageEvent, isQuestion: boolean): FullReason | "remarks" | undefined {
    if (!isQuestion) return backlog.isFullOfRemarks(message.place) ? "remarks" : undefined;
    const admission = backlog.admit(message);
    return admission.kind === "refuse" ? admission.reason : undefined;
  }

  async function leaveOut(why: FullReason | "remarks", message: MessageEvent, surface: ReplySurface): Promise<void> {
    const { thread } = message.place;
    if (why !== "remarks") return gate.tellFull(why, message, surface);
    if (overflows.first(thread))
      core.log.warn({ thread }, "more is said at once than can be heard: some is not remembered");
  }

  /** Notes which questions wait and are meant. The function that it returns drops them, and says how many they were. */
  function dropping(isMeant: IsMeant, why: WhyDropped): () => Promise<number> {
    const waiting = backlog.waitingFor(isMeant);
    return async () => (await backlog.drop(waiting, why)) + piles.drop(isMeant);
  }

  /** A question that would have to wait does not break off somebody else's answer. */
  function mayInterrupt(message: MessageEvent): boolean {
    const asked = core.inFlight.in(message.place.thread)?.question;
    return backlog.mayRun(message) || asked?.author.id === message.author.id;
  }

  /** Ends the answer that is being written; not for a question that is going to be refused. */
  function interrupt(message: MessageEvent, turn: AbortSignal): void {
    const stop = () => core.inFlight.stop(message.place, "newer");
    if (core.settings.limits === undefined) return void stop();
    gate.isSpent(message).then(
      (isSpent) => isSpent || turn.aborted || stop(),
      (error: unknown) => core.log.warn({ error: describeError(error) }, "it is not known whether a limit is used up"),
    );
  }

  /** Whoever waits behind another's answer sees that they were heard. */
  function showQueued(surface: ReplySurface): void {
    surface.busy().catch((error: unknown) => core.log.debug({ error: describeError(error) }, "no typing indicator"));
  }

  /** Said to the bot for certain; of the rest only the thread's memory can tell. */
  function addressed({ via, place }: MessageEvent): boolean {
    return via !== "overheard" || (core.settings.followThreads && core.inFlight.has(place.thread));
  }

  /** Whoever waits for an answer in a thread can say stop in it, though nothing is written there yet. */
  function isAwaited({ place }: MessageEvent): boolean {
    return core.settings.followThreads && backlog.isAwaited(place.thread);
  }

  /** A message that an edit made a question, in its turn. It runs no command: its first words may have run it already. */
  async function hear(message: MessageEvent, surface: ReplySurface, waiting: BacklogEntry): Promise<void> {
    if (toInline(message) !== undefined) return;
    const entry = core.journal.accept(message, mayBeAnswered(message, core.settings.followThreads));
    await entry.written();
    await inTurn({ message, inline: undefined, surface, entry, standing: [], waiting });
  }

  async function inTurn(said: Heard): Promise<Answered> {
    const message = amendments.current(said.message);
    if (message === undefined) {
      await said.entry.close(); // deleted while it waited
      if (said.waiting?.dropped !== undefined) await tellDropped(said.surface, said.waiting.dropped);
      return "answered";
    }
    const heard = message === said.message ? said : { ...said, message, inline: toInline(message) };
    let outcome: Answered = "answered";
    try {
      if (said.waiting?.dropped !== undefined) await leaveUnanswered(heard, said.waiting.dropped);
      else outcome = (await core.handled.has(message.id)) ? "answered" : await decide(heard, await open(heard));
    } finally {
      if (outcome !== "waits") await endPresence(heard.surface, core);
      if (outcome !== "left" && outcome !== "waits") await heard.entry.close();
    }
    return outcome;
  }

  /** It was said, so it is remembered; but not if the memory was cleared after it. */
  async function leaveUnanswered({ message, surface }: Begun, dropped: Dropped): Promise<void> {
    if (dropped.kind === "deleted") return;
    if (dropped.kind === "stopped") await gate.keep(message, await open({ message }), surface);
    await tellDropped(surface, dropped);
  }

  /** The one of them that has the count tells it for all. */
  async function tellDropped(surface: ReplySurface, dropped: Dropped): Promise<void> {
    if (dropped.kind !== "deleted" && dropped.toTell > 0) await surface.respond(droppedNotice(dropped.toTell));
  }

  /** The question that was to be answered with these in view may have been deleted or refused. Then the newest of them is. */
  function answerPassed({ thread }: Place): void {
    if (piles.has(thread) || !isOpen()) return;
    for (const { message, surface } of piles.takePassed(thread)) {
      const entry = core.journal.accept(message, true);
      const waiting = backlog.join(message, "question", entry.close);
      const begun = { message, surface, entry, standing: [], waiting };
      whenAllowed(waiting, mailboxes, () => answerUnanswered(begun)).catch((error: unknown) =>
        tell(error, message.place, surface),
      );
    }
  }

  /** A question that the memory holds, if nothing has become of it meanwhile. */
  async function answerUnanswered(begun: Begun): Promise<void> {
    const { message, surface, entry, waiting } = begun;
    const conversation = await open(begun);
    if (waiting?.dropped !== undefined) return leaveUnanswered(begun, waiting.dropped);
    try {
      await entry.written();
      const isOver = amendments.current(message) === undefined || !isUnanswered(conversation, message.message);
      if (isOver || (isOpen() && (await ask(begun, conversation)) !== "left")) await entry.close();
    } finally {
      await endPresence(surface, core);
    }
  }

  const open = ({ message }: Pick<Heard, "message">) => core.channelResets.open(message.place);

  async function decide(heard: Heard, conversation: Conversation): Promise<Answered> {
    const { message, inline, surface } = heard;
    const decision = triage(message, {
      joined: conversation.joined,
      known: holds(conversation, message.message),
      followThreads: core.settings.followThreads,
    });
    switch (decision.kind) {
      case "answer":
        if (inline !== undefined) await commands.runNow(inline.command, { ...message, ...inline }, surface);
        // The newest of a pile is answered with all of them in view.
        else if (isPiled(message) && (await isRemembered(message))) await pass(heard, conversation);
        else return begin(heard, conversation);
        break;
      case "remember":
        await remember(message, conversation, surface, core);
        break;
      case "ignore":
        core.log.debug({ thread: message.place.thread, reason: decision.reason }, "message ignored");
    }
    return "answered";
  }

  /** Where the author has as many answers running as may be, others go first. */
  async function begin(heard: Heard, conversation: Conversation): Promise<Answered> {
    const dropped = heard.waiting?.dropped; // said while the memory was looked up
    if (dropped !== undefined) {
      await leaveUnanswered(heard, dropped);
      return "answered";
    }
    const admission = heard.waiting?.begin() ?? { kind: "run" };
    switch (admission.kind) {
      case "run":
        return ask(heard, conversation);
      case "wait":
        return "waits";
      case "refuse":
        await gate.keep(heard.message, conversation, heard.surface);
        await gate.tellFull(admission.reason, heard.message, heard.surface);
        return "answered";
    }
  }

  async function ask(begun: Begun, before: Conversation): Promise<Answered> {
    const { message: question, surface, entry, standing, waiting } = begun;
    const first = await gate.through(question, before, surface, async (model) => {
      if (waiting?.dropped !== undefined) {
        await leaveUnanswered(begun, waiting.dropped); // said while the limits were looked up
        return "answered";
      }
      waiting?.asked();
      return answer({ question, before, surface, entry, standing }, { ...core, model });
    });
    const outcome = await amendments.settle(begun, first);
    if (outcome === "passed" && waiting?.dropped === undefined) piles.pass({ message: question, surface });
    return outcome;
  }

  async function pass(begun: Begun, conversation: Conversation): Promise<void> {
    const { message, surface, waiting } = begun;
    await remember(message, conversation, surface, core);
    if (waiting?.dropped !== undefined) await leaveUnanswered(begun, waiting.dropped);
    else piles.pass({ message, surface });
  }

  function isPiled({ place }: MessageEvent): boolean {
    const { whileAnswering = "queue" } = core.settings;
    return whileAnswering !== "queue" && piles.has(place.thread);
  }

  /** Of whom nothing is kept, nothing could be in view of the next answer. */
  const isRemembered = async (message: MessageEvent) => !(await core.optOuts.has(personOf(message)));

  /** The person hears of every failure where they spoke; the log has what only an admin needs. */
  async function tell(error: unknown, place: Place, surface: ReplySurface): Promise<void> {
    const fields = { thread: place.thread, channel: place.channel, error: describeError(error) };
    if (error instanceof PlatformError)
      core.log.warn(fields, `a reply could not be shown: ${platformNotice(error.code)}`);
    else core.log.error(fields, "an event failed");
    const notice = noticeOf(error);
    if (notice === undefined) return;
    try {
      await whisperOn(surface)(withNotice("", notice));
    } catch (second) {
      core.log.warn({ ...fields, error: describeError(second) }, "the failure could not be told either");
    }
  }

  return {
    receive,
    async recover(recall) {
      await left.all(recall, ({ id }) => void seen.first(id));
      const ways = { alone: mailboxes.post, pause: () => core.clock.wait(0, never) };
      core.forgetting
        .goOn(ways)
        .catch((error: unknown) => core.log.error({ error: describeError(error) }, unforgotten));
    },
    async close() {
      closing.abort("closing");
      const finished = new AbortController();
      const idle = mailboxes.idle().then(() => finished.abort("finished"));
      await core.clock.wait(core.settings.finishMs ?? 0, finished.signal);
      core.inFlight.stopAll("shutdown");
      await idle;
      await core.summaries.stop();
    },
  };
}

const unforgotten = "somebody wished to be forgotten, and that is not done: it is tried again at the next start";

/** A message in its thread's turn. */
type Heard = Begun & {
  readonly inline: InlineCommand | undefined;
};

/** By command or in words. */
function isPersonal(event: BotEvent): boolean {
  if (event.kind === "command") return commandNamed(event.name)?.personal === true;
  return event.kind === "message" && event.via !== "overheard" && toInline(event)?.command.personal === true;
}

const whisperOn = (surface: ReplySurface) => surface.whisper ?? surface.respond;

/** A bare mention is a person who does not know what to say: they get the help. */
function toInline(message: MessageEvent): InlineCommand | undefined {
  if (message.asked) return undefined;
  if (isEmpty(message)) return message.via === "overheard" ? undefined : { command: help, options: {} };
  return parseInline(message.text, message.place);
}

/** What the person is told. Nothing where the platform would refuse that as well. */
function noticeOf(error: unknown): string | undefined {
  if (error instanceof StoreError) return storeNotice(error.code);
  if (error instanceof PlatformError) return undefined; // what could be said stands below the reply
  return unexpectedNotice;
}
