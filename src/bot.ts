import { commandNamed } from "./commands/catalog.ts";
import type { Command } from "./commands/command.ts";
import { help } from "./commands/help.ts";
import { type InlineCommand, parseInline } from "./commands/inline.ts";
import { answer } from "./conversation/answer.ts";
import type { Core } from "./conversation/core.ts";
import { remember } from "./conversation/remember.ts";
import { isEmpty, triage } from "./conversation/triage.ts";
import { describeError } from "./errors.ts";
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
import { split } from "./reply/split.ts";
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
    if (command.interrupts) core.inFlight.stop(call.place, "reset");
    if (command.when === "at-once") return respond(command, call, surface);
    await mailboxes.post(call.place.thread, () => respond(command, call, surface));
  }

  async function respond(command: Command, call: Call, surface: ReplySurface): Promise<void> {
    const said = await command.run({ place: call.place, options: call.options, parts: core });
    if (typeof said !== "string" && !surface.awaitsAnswer) return;
    const text = typeof said === "string" ? said : said.evident;
    for (const part of split(text, surface.limits.maxLength)) await surface.respond(part);
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
    const conversation = await core.store.open(message.place.thread);
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
      await surface.respond(withNotice("", notice));
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

type Call = Pick<CommandEvent, "place" | "options">;

/** A bare mention is a person who does not know what to say: they get the help. */
function toInline(message: MessageEvent): InlineCommand | undefined {
  if (message.asked) return undefined;
  if (isEmpty(message)) return message.via === "overheard" ? undefined : { command: help, options: {} };
  return parseInline(message.text);
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
