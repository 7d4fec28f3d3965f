// A bot takes events (somebody said, edited, deleted or pressed something) and has each dealt with by the folder that knows how.
// Everything comes in here, whatever the platform, so what holds for all events stands here: each is heard once, bounded, and allowed.
// It is also the only place that catches what nobody foresaw, so that no event can end the process.

import { createAdmission } from "./answering/admission.ts";
import { createEdits } from "./answering/edits.ts";
import type { Recall } from "./answering/retry-while-unavailable.ts";
import { createRunner } from "./answering/runner.ts";
import { isEmpty, mayBeAnswered } from "./answering/triage.ts";
import { showTyping } from "./answering/typing.ts";
import { commandNamed, help } from "./commands/catalog.ts";
import { type InlineCommand, parseInline } from "./commands/inline.ts";
import { createCommandRunner } from "./commands/runner.ts";
import type { Kind } from "./exchange/entry.ts";
import type { Stores } from "./exchange/open-stores.ts";
import { createQueue } from "./exchange/queue.ts";
import { createStops } from "./exchange/stops.ts";
import { isAllowed } from "./limits/access.ts";
import type { FullReason } from "./limits/backlog.ts";
import { createCooldown } from "./limits/cooldown.ts";
import type { QuotaParts } from "./limits/quota.ts";
import { calibratedModel } from "./model/calibrated-model.ts";
import {
  type BotEvent,
  type CommandEvent,
  type MessageEvent,
  type Place,
  PlatformError,
  type Receive,
  type ReplySurface,
  type ThreadId,
  tellPrivately,
} from "./port/index.ts";
import { arrived } from "./prompt/arrived.ts";
import type { EditBudget } from "./reply/edit-budget.ts";
import { storeNotice, withNotice } from "./reply/notices.ts";
import { never } from "./runtime/clock.ts";
import { sentences } from "./sentences/sentences.ts";
import { StoreError } from "./store/conversation-store.ts";
import { describeError } from "./text/errors.ts";

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

/** Put together once, in run.ts. Each factory takes of it what it uses. */
export type BotParts = Stores & Omit<QuotaParts, "usage"> & { readonly budget: EditBudget };

/** The one door for events, and the only place that catches whatever was not foreseen. */
export function createBot({ model, ...rest }: BotParts): Bot {
  const parts: BotParts = { ...rest, model: calibratedModel(model, rest.tokenRatios) };
  const { exchanges, known, settings, clock, log } = parts;
  const queue = createQueue();
  const admission = createAdmission(parts);
  const closing = new AbortController();
  const shutdown = new AbortController();
  const stops = createStops(queue, exchanges);
  const overflows = createCooldown(clock);
  const retrying = new Set<ThreadId>();
  const commands = createCommandRunner(parts, queue, stops);
  const signals = { closing: closing.signal, shutdown: shutdown.signal };
  const runner = createRunner({ parts, admission, queue, runInline, tell, ...signals });
  const isCommand = (message: MessageEvent) => toInline(message) !== undefined;
  const edits = createEdits({ parts, queue, runner, isCommand, closing: closing.signal });

  async function receive(reported: BotEvent, surface: ReplySurface): Promise<void> {
    if (!known.first(reported.id)) return;
    const event = arrived(reported);
    if (event.kind === "deleted") return edits.deleted(event);
    if (closing.signal.aborted && !isHeardToTheEnd(event)) return putOff(event);
    try {
      if (!isPersonal(event) && !isAllowed(event, settings.access)) await admission.deny(event, surface);
      else if (event.kind === "edited") await edits.edited(event, surface);
      else if (event.kind === "command") await onCommand(event, surface);
      else await onMessage(event, surface);
    } catch (error) {
      await tell(error, event.place, surface);
    }
  }

  /** There is no time for it any more, but a question is not lost. */
  async function putOff(event: BotEvent): Promise<void> {
    if (event.kind !== "message" || !isAllowed(event, settings.access)) return;
    if (excessOf(event, event.via !== "ambient") !== undefined) return;
    await exchanges.add(event, mayBeAnswered(event, settings.followThreads))?.noted();
  }

  async function onCommand(event: CommandEvent, surface: ReplySurface): Promise<void> {
    if (event.name === "retry") return retry(event.place, surface);
    const command = commandNamed(event.name);
    if (command === undefined) throw new RangeError(`no command is called ${event.name}`);
    await commands.run(command, event, surface);
  }

  /** One retry takes up all that is left in the thread, so a second one is ignored until that is done. */
  async function retry(place: Place, surface: ReplySurface): Promise<void> {
    if (retrying.has(place.thread)) return;
    retrying.add(place.thread);
    await runner.retry(place, surface).finally(() => retrying.delete(place.thread));
  }

  async function onMessage(message: MessageEvent, surface: ReplySurface): Promise<void> {
    const inline = toInline(message);
    if (inline !== undefined && (addressed(message) || isAwaited(message)))
      return commands.run(inline.command, { ...message, ...inline }, surface);
    const kind = kindOf(message, inline);
    const excess = excessOf(message, kind === "question");
    if (excess !== undefined) return leaveOut(excess, message, surface);
    if (message.via !== "ambient" && isAnswering(message.place.thread)) showTyping(surface, parts);
    // A thread would be opened to show it, and a platform lets few be opened: a flood would take those from everybody.
    else if (kind === "question" && message.place.kind !== "new-thread" && !queue.mayRun(message))
      showTyping(surface, parts);
    const live = exchanges.add(message, mayBeAnswered(message, settings.followThreads));
    if (live === undefined) return;
    const owed = edits.owed(message.place.thread);
    if (owed !== undefined) live.hold(owed);
    const done = runner.run(live, kind, surface);
    if (kind === "question" && settings.whileAnswering === "interrupt") interrupt(message, live.now.id);
    await done;
  }

  function kindOf(message: MessageEvent, inline: InlineCommand | undefined): Kind {
    if (inline !== undefined) return "remark";
    if (addressed(message)) return "question";
    return mayBeAnswered(message, settings.followThreads) ? "follow-up" : "remark";
  }

  /** Why one more is left out, if it is: neither kept nor stored, so that no flood fills the bot. */
  function excessOf(message: MessageEvent, isQuestion: boolean): FullReason | "remarks" | undefined {
    if (!isQuestion) return queue.isFullOfRemarks(message.place) ? "remarks" : undefined;
    const admission = queue.admit(message);
    return admission.kind === "refuse" ? admission.reason : undefined;
  }

  async function leaveOut(why: FullReason | "remarks", message: MessageEvent, surface: ReplySurface): Promise<void> {
    const { thread } = message.place;
    if (why !== "remarks") return admission.tellFull(why, message, surface);
    if (overflows.ready(thread)) log.warn({ thread }, "too many messages at once: some are not remembered");
  }

  const isAnswering = (thread: ThreadId): boolean => queue.in(thread).some(({ isAsked }) => isAsked);

  /** Ends the answer that is being written; not for a question that has to wait or is going to be refused. */
  function interrupt(message: MessageEvent, id: MessageEvent["id"]): void {
    const { thread } = message.place;
    const mayRun = queue.mayRun(message);
    const isMeant = ({ place, author }: Pick<MessageEvent, "place" | "author">) =>
      place.thread === thread && (author.id === message.author.id || (mayRun && place.kind !== "channel"));
    const stop = () => stops.answers(isMeant, "newer");
    if (settings.limits === undefined) {
      void stop();
      return;
    }
    const waits = () => queue.in(thread).some(({ live, isRunning }) => live.now.id === id && !isRunning);
    admission.isOverLimit(message).then(
      (isSpent) => (isSpent || !waits() ? undefined : stop()),
      (error: unknown) => log.warn({ error: describeError(error) }, "could not check the daily limit"),
    );
  }

  /** Said to the bot for certain; of the rest only the thread's memory can tell. */
  function addressed({ via, place }: MessageEvent): boolean {
    return via !== "ambient" || (settings.followThreads && isAnswering(place.thread));
  }

  /** Whoever waits for an answer in a thread can say stop in it, though nothing is written there yet. */
  function isAwaited({ place }: MessageEvent): boolean {
    return settings.followThreads && queue.in(place.thread).some(({ isQuestion }) => isQuestion);
  }

  async function runInline(message: MessageEvent, surface: ReplySurface): Promise<boolean> {
    const inline = toInline(message);
    if (inline === undefined) return false;
    await commands.runNow(inline.command, { ...message, ...inline }, surface);
    return true;
  }

  /** The person hears of every failure where they spoke; the log has what only an admin needs. */
  async function tell(error: unknown, place: Place, surface: ReplySurface): Promise<void> {
    const fields = { thread: place.thread, channel: place.channel, error: describeError(error) };
    if (error instanceof PlatformError)
      log.warn(fields, `a reply could not be shown: ${sentences.start.notShown[error.code]}`);
    else log.error(fields, "an event failed");
    const notice = noticeOf(error);
    if (notice === undefined) return;
    try {
      await tellPrivately(surface, withNotice("", notice));
    } catch (second) {
      log.warn({ ...fields, error: describeError(second) }, "the person could not be told of the failure");
    }
  }

  return {
    receive,
    async recover(recall) {
      await runner.start(recall);
      const ways = { exclusive: queue.exclusive, pause: () => clock.wait(0, never) };
      parts.erasure.resume(ways).catch((error: unknown) => log.error({ error: describeError(error) }, unforgotten));
    },
    async close() {
      closing.abort("closing");
      const finished = new AbortController();
      const idle = queue.idle().then(() => finished.abort("finished"));
      await clock.wait(settings.finishMs ?? 0, finished.signal);
      shutdown.abort("shutdown");
      await idle;
      await parts.summaries.stop();
    },
  };
}

const unforgotten = "a “forget me” is not finished: it continues at the next start";

/** It changes what is being answered, or what the next process goes on with. */
function isHeardToTheEnd(event: BotEvent): boolean {
  if (event.kind === "message") return toInline(event)?.command.name === "stop";
  return event.kind === "edited" || (event.kind === "command" && event.name === "stop");
}

/** By command or in words. */
function isPersonal(event: BotEvent): boolean {
  if (event.kind === "command") return commandNamed(event.name)?.personal === true;
  return event.kind === "message" && event.via !== "ambient" && toInline(event)?.command.personal === true;
}

/** A bare mention is a person who does not know what to say: they get the help. */
function toInline(message: MessageEvent): InlineCommand | undefined {
  if (message.viaCommand) return undefined;
  if (isEmpty(message)) return message.via === "ambient" ? undefined : { command: help, options: {} };
  return parseInline(message.text, message.place);
}

/** What the person is told. Nothing where the platform would refuse that as well. */
function noticeOf(error: unknown): string | undefined {
  if (error instanceof StoreError) return storeNotice(error.code);
  if (error instanceof PlatformError) return undefined; // what could be said stands below the reply
  return sentences.answers.unexpected;
}
