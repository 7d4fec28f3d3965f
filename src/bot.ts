import { commandNamed } from "./commands/catalog.ts";
import type { Command, Said } from "./commands/command.ts";
import { help } from "./commands/help.ts";
import { type InlineCommand, parseInline } from "./commands/inline.ts";
import { answer } from "./conversation/answer.ts";
import type { Core } from "./conversation/core.ts";
import { endPresence } from "./conversation/presence.ts";
import { remember } from "./conversation/remember.ts";
import { isEmpty, triage } from "./conversation/triage.ts";
import { describeError } from "./errors.ts";
import { split } from "./markdown/split.ts";
import {
  type BotEvent,
  type CommandEvent,
  type MessageEvent,
  type Place,
  PlatformError,
  type Receive,
  type ReplySurface,
} from "./port/index.ts";
import { closingNotice, platformNotice, storeNotice, unexpectedNotice, withNotice } from "./reply/notices.ts";
import { never } from "./runtime/clock.ts";
import { createMailboxes } from "./runtime/mailbox.ts";
import { createSeen } from "./runtime/seen.ts";
import { type Conversation, StoreError } from "./store/conversation-store.ts";

export interface Bot {
  readonly receive: Receive;
  /** Ends every live reply, keeping what is written, and resolves when all is stored. */
  close(): Promise<void>;
}

/** The one door for events, and the only place that catches whatever was not foreseen. */
export function createBot(core: Core): Bot {
  const seen = createSeen();
  const mailboxes = createMailboxes();
  let state: "open" | "closing" | "closed" = "open";

  async function receive(event: BotEvent, surface: ReplySurface): Promise<void> {
    if (state === "closed" || !seen.first(event.id)) return;
    try {
      if (event.kind === "command") await onCommand(event, surface);
      else await onMessage(event, surface);
    } catch (error) {
      await tell(error, event.place, surface);
    }
  }

  async function onCommand(event: CommandEvent, surface: ReplySurface): Promise<void> {
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
    const { id, place, author, options, wide } = call;
    const said = await command.run({ place, author, options, parts: core, ...(wide ? { wide } : {}) });
    if (changes(command)) await core.handled.add(id);
    await say(said, command.private, surface);
  }

  async function say(said: Said, isPrivate: boolean, surface: ReplySurface): Promise<void> {
    if (typeof said !== "string" && "evident" in said && !surface.awaitsAnswer) return;
    const refused = typeof said !== "string" && "refused" in said;
    const text = typeof said === "string" ? said : refused ? said.refused : said.evident;
    const tell = isPrivate || refused ? whisperOn(surface) : surface.respond;
    for (const part of split(text, surface.limits.maxLength)) await patiently(() => tell(part));
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
    if (message.via !== "overheard" && core.inFlight.has(message.place.thread)) showQueued(surface);
    await mailboxes.post(message.place.thread, () => inTurn(message, inline, surface));
  }

  /** Whoever waits behind another's answer sees that they were heard. */
  function showQueued(surface: ReplySurface): void {
    surface.busy().catch((error: unknown) => core.log.debug({ error: describeError(error) }, "no typing indicator"));
  }

  /** Said to the bot for certain; of the rest only the thread's memory can tell. */
  function addressed({ via, place }: MessageEvent): boolean {
    return via !== "overheard" || (core.settings.followThreads && core.inFlight.has(place.thread));
  }

  async function inTurn(message: MessageEvent, inline: InlineCommand | undefined, surface: ReplySurface) {
    try {
      await decide(message, inline, surface);
    } finally {
      await endPresence(surface, core);
    }
  }

  async function decide(message: MessageEvent, inline: InlineCommand | undefined, surface: ReplySurface) {
    if (await core.handled.has(message.id)) return;
    const conversation = await core.channelResets.open(message.place);
    const decision = triage(message, {
      joined: conversation.joined,
      known: holds(conversation, message),
      followThreads: core.settings.followThreads,
    });
    switch (decision.kind) {
      case "answer":
        if (inline !== undefined) return respond(inline.command, { ...message, ...inline }, surface);
        if (state !== "open") return putOff(message, conversation, surface);
        return answer(message, conversation, surface, core);
      case "remember":
        await remember(message, conversation, surface, core);
        return;
      case "ignore":
        core.log.debug({ thread: message.place.thread, reason: decision.reason }, "message ignored");
    }
  }

  /** There is no time for an answer any more, but the question is not lost. */
  async function putOff(message: MessageEvent, conversation: Conversation, surface: ReplySurface): Promise<void> {
    await remember(message, conversation, surface, core);
    await surface.respond(withNotice("", closingNotice));
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
    async close() {
      state = "closing";
      core.inFlight.stopAll("shutdown");
      await mailboxes.idle();
      state = "closed";
    },
  };
}

type Call = Pick<CommandEvent, "id" | "place" | "author" | "options" | "wide">;

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

function holds(conversation: Conversation, { message }: MessageEvent): boolean {
  return conversation.turns.some((turn) => turn.kind === "person" && turn.message === message);
}

/** What the person is told. Nothing where the platform would refuse that as well. */
function noticeOf(error: unknown): string | undefined {
  if (error instanceof StoreError) return storeNotice(error.code);
  if (error instanceof PlatformError) return undefined; // what could be said stands below the reply
  return unexpectedNotice;
}
