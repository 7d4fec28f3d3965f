import { commandNamed } from "./commands/catalog.ts";
import type { Command, Said } from "./commands/command.ts";
import { help } from "./commands/help.ts";
import { type InlineCommand, parseInline } from "./commands/inline.ts";
import { toTold } from "./commands/told.ts";
import { isAllowed } from "./conversation/access.ts";
import { createAmendments } from "./conversation/amendments.ts";
import { type Answered, answer } from "./conversation/answer.ts";
import type { Core } from "./conversation/core.ts";
import { createGate } from "./conversation/gate.ts";
import type { Entry } from "./conversation/journal.ts";
import { personOf } from "./conversation/person.ts";
import { createPiles } from "./conversation/piles.ts";
import { endPresence } from "./conversation/presence.ts";
import { closeBroken, isAnswered, shallClose, standingOf, upTo, withdraw } from "./conversation/recovery.ts";
import { holds, remember } from "./conversation/remember.ts";
import { isEmpty, mayBeAnswered, triage } from "./conversation/triage.ts";
import { describeError } from "./errors.ts";
import { split } from "./markdown/split.ts";
import { measured } from "./model/measured.ts";
import {
  type BotEvent,
  type CommandEvent,
  type MessageEvent,
  type MessageId,
  type Place,
  PlatformError,
  type Recalled,
  type Receive,
  type ReplySurface,
} from "./port/index.ts";
import { nothingToRetryNotice, platformNotice, storeNotice, unexpectedNotice, withNotice } from "./reply/notices.ts";
import { never } from "./runtime/clock.ts";
import { createMailboxes } from "./runtime/mailbox.ts";
import { createSeen } from "./runtime/seen.ts";
import { type Conversation, StoreError } from "./store/conversation-store.ts";

export type Recall = (event: MessageEvent) => Promise<Recalled | undefined>;

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
  const gate = createGate(core);
  const closing = new AbortController();
  const ended = new Promise<undefined>((resolve) => {
    closing.signal.addEventListener("abort", () => resolve(undefined));
  });
  let isOpen = true;
  const amendments = createAmendments({ core, mailboxes, gate, hear, isOpen: () => isOpen });
  let recall: Recall = async () => undefined;

  async function receive(event: BotEvent, surface: ReplySurface): Promise<void> {
    if (!seen.first(event.id)) return;
    if (!isOpen) return putOff(event);
    if (event.kind === "deleted") return amendments.deleted(event);
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
    if (event.kind !== "message") return;
    await core.journal.accept(event, mayBeAnswered(event, core.settings.followThreads)).written();
  }

  async function onCommand(event: CommandEvent, surface: ReplySurface): Promise<void> {
    if (event.name === "retry") return mailboxes.post(event.place.thread, () => retry(event.place, surface));
    const command = commandNamed(event.name);
    if (command === undefined) throw new RangeError(`no command is called ${event.name}`);
    await run(command, event, surface);
  }

  /** A command takes its turn in the thread only where it touches the conversation. */
  async function run(command: Command, call: Call, surface: ReplySurface): Promise<void> {
    // Delivered again after a restart, what changes nothing does no harm, and must not wait for the store.
    const repeated = changes(command) ? core.handled.has(call.id) : Promise.resolve(false);
    repeated.catch(ignore);
    const once = async () => ((await repeated) ? undefined : respond(command, call, surface));
    // Posted at once, not after a look into the store: messages keep their order.
    const done = command.when === "at-once" ? once() : mailboxes.post(call.place.thread, once);
    if (command.interrupts && !call.wide)
      repeated.then((known) => known || core.inFlight.stop(call.place, "reset"), ignore);
    await done;
  }

  async function respond(command: Command, call: Call, surface: ReplySurface): Promise<void> {
    const { id, place, author, options, wide, pressed } = call;
    const use = { place, author, options, ...(wide ? { wide } : {}), ...(pressed ? { pressed } : {}) };
    const said = await command.run({ ...use, parts: { ...core, inThread: mailboxes.post } });
    if (changes(command)) await core.handled.add(id);
    await say(said, command.private, surface);
  }

  async function say(said: Said, isPrivate: boolean, surface: ReplySurface): Promise<void> {
    const told = toTold(said, surface);
    if (told === undefined) return;
    const tell = isPrivate || told.isRefusal ? whisperOn(surface) : surface.respond;
    const parts = split(told.text, surface.limits.maxLength);
    for (const [at, part] of parts.entries()) {
      await patiently(() => tell(part, at === parts.length - 1 ? told.extra : undefined));
    }
  }

  /** A short answer that came too fast for the platform is said once it may be. */
  async function patiently(tell: () => Promise<void>): Promise<void> {
    try {
      await tell();
    } catch (error) {
      const ms =
        error instanceof PlatformError && error.code === "rate-limited" ? (error.retryAfterMs ?? 1_000) : undefined;
      if (ms === undefined || ms > longestWaitMs) throw error;
      await core.clock.wait(ms, never);
      await tell();
    }
  }

  async function onMessage(message: MessageEvent, surface: ReplySurface): Promise<void> {
    const inline = toInline(message);
    if (inline !== undefined && addressed(message)) return run(inline.command, { ...message, ...inline }, surface);
    const { thread } = message.place;
    const entry = core.journal.accept(message, mayBeAnswered(message, core.settings.followThreads));
    if (message.via !== "overheard" && core.inFlight.has(thread)) showQueued(surface);
    const leavePile = addressed(message) && inline === undefined ? piles.join(thread) : undefined;
    if (leavePile !== undefined && core.settings.whileAnswering === "interrupt")
      core.inFlight.stop(message.place, "newer");
    await mailboxes.post(thread, async () => {
      leavePile?.();
      await entry.written(); // before anything is done that a crash could leave half done
      if (isOpen) await inTurn({ message, inline, surface, entry, standing: [] });
    });
  }

  /** Whoever waits behind another's answer sees that they were heard. */
  function showQueued(surface: ReplySurface): void {
    surface.busy().catch((error: unknown) => core.log.debug({ error: describeError(error) }, "no typing indicator"));
  }

  /** Said to the bot for certain; of the rest only the thread's memory can tell. */
  function addressed({ via, place }: MessageEvent): boolean {
    return via !== "overheard" || (core.settings.followThreads && core.inFlight.has(place.thread));
  }

  /** A message that an edit made a question, in its turn. It runs no command: its first words may have run it already. */
  async function hear(message: MessageEvent, surface: ReplySurface): Promise<void> {
    if (toInline(message) !== undefined) return;
    const entry = core.journal.accept(message, mayBeAnswered(message, core.settings.followThreads));
    await entry.written();
    await inTurn({ message, inline: undefined, surface, entry, standing: [] });
  }

  async function inTurn(said: Heard): Promise<void> {
    const message = amendments.current(said.message);
    if (message === undefined) return said.entry.close(); // deleted while it waited
    const heard = message === said.message ? said : { ...said, message, inline: toInline(message) };
    let outcome: Answered = "answered";
    try {
      outcome = (await core.handled.has(message.id)) ? "answered" : await decide(heard, await open(heard));
    } finally {
      await endPresence(heard.surface, core);
      if (outcome === "answered") await heard.entry.close();
    }
  }

  const open = ({ message }: Heard) => core.channelResets.open(message.place);

  async function decide(heard: Heard, conversation: Conversation): Promise<Answered> {
    const { message, inline, surface, entry, standing } = heard;
    const decision = triage(message, {
      joined: conversation.joined,
      known: holds(conversation, message.message),
      followThreads: core.settings.followThreads,
    });
    switch (decision.kind) {
      case "answer":
        if (inline !== undefined) await respond(inline.command, { ...message, ...inline }, surface);
        // The newest of a pile is answered with all of them in view.
        else if (isPiled(message) && (await isRemembered(message)))
          await remember(message, conversation, surface, core);
        else
          return amendments.settle(
            heard,
            await gate.through(message, conversation, surface, (model) =>
              answer({ question: message, before: conversation, surface, entry, standing }, { ...core, model }),
            ),
          );
        break;
      case "remember":
        await remember(message, conversation, surface, core);
        break;
      case "ignore":
        core.log.debug({ thread: message.place.thread, reason: decision.reason }, "message ignored");
    }
    return "answered";
  }

  function isPiled({ place }: MessageEvent): boolean {
    const { whileAnswering = "queue" } = core.settings;
    return whileAnswering !== "queue" && piles.has(place.thread);
  }

  /** Of whom nothing is kept, nothing could be in view of the next answer. */
  const isRemembered = async (message: MessageEvent) => !(await core.optOuts.has(personOf(message)));

  /** In the thread's turn, so that what is said there meanwhile waits. */
  async function takeUp(entry: Entry, isWished = false): Promise<void> {
    const { event } = entry;
    const recalled = await patientlyRecalled(event);
    if (!isOpen) return;
    if (recalled === undefined) return entry.close();
    const { surface, withdrawn } = recalled;
    try {
      const conversation = await core.channelResets.open(event.place);
      const standing = await standingOf(entry, surface, conversation);
      if (withdrawn || amendments.isDeleted(event)) {
        await amendments.forget(event.place.thread, [event.message]);
        return await withdraw(entry, surface, standing);
      }
      // What waits for a person was given up, whatever was answered after it.
      if (!isWished && isAnswered(conversation, event.message)) return await entry.close();
      if (!isWished && shallClose(entry, standing, core)) return await closeBroken(entry, surface, standing, core);
      await entry.resume(standing);
      const heard = { message: event, inline: toInline(event), surface, entry, standing };
      const isStored = holds(conversation, event.message);
      const before = upTo(conversation, event.message);
      const question = { question: event, before, surface, entry, standing };
      const outcome = isStored
        ? await amendments.settle(heard, await answer(question, core))
        : await decide(heard, conversation);
      if (outcome === "answered") await entry.close();
    } catch (error) {
      await tell(error, event.place, surface);
      await entry.close();
    } finally {
      await endPresence(surface, core);
    }
  }

  /** A platform that does not answer is asked again, for as long as the bot runs. */
  async function patientlyRecalled(event: MessageEvent): Promise<Recalled | undefined> {
    for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
      try {
        return await Promise.race([recall(event), ended]);
      } catch (error) {
        const isPassing = error instanceof PlatformError && ["unavailable", "rate-limited"].includes(error.code);
        if (!isPassing || !isOpen) throw error;
        await core.clock.wait(pauseMs, closing.signal);
      }
    }
  }

  /** A person wants an answer that was broken off to be tried again. */
  async function retry(place: Place, surface: ReplySurface): Promise<void> {
    const entries = await core.journal.parked(place.thread);
    if (entries.length === 0) return whisperOn(surface)(withNotice("", nothingToRetryNotice));
    for (const entry of entries) await takeUp(entry, true);
  }

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
    async recover(wanted) {
      recall = wanted;
      // Sent again, it would take the place of what is kept for a press on its button.
      for (const { event } of await core.journal.parked()) seen.first(event.id);
      for (const entry of await core.journal.left()) {
        const { id, place } = entry.event;
        seen.first(id);
        void mailboxes
          .post(place.thread, () => takeUp(entry))
          .catch((error: unknown) =>
            core.log.error(
              { thread: place.thread, error: describeError(error) },
              "a question could not be taken up again",
            ),
          );
      }
    },
    async close() {
      isOpen = false;
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

/** A message in its thread's turn. */
type Heard = {
  readonly message: MessageEvent;
  readonly inline: InlineCommand | undefined;
  readonly surface: ReplySurface;
  readonly entry: Entry;
  readonly standing: readonly MessageId[];
};

type Call = Pick<CommandEvent, "id" | "place" | "author" | "options" | "wide" | "pressed">;

const isPersonal = (event: BotEvent): boolean =>
  event.kind === "command" && commandNamed(event.name)?.personal === true;

const changes = (command: Command): boolean => !command.private || command.lasting === true;

/** Nobody waits longer than this for a short answer. */
const longestWaitMs = 60_000;

/** Whoever waits for the promise itself hears of it. */
const ignore = (): void => undefined;

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
