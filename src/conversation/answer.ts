import { describeError } from "../errors.ts";
import { closeSpans } from "../markdown/unfinished.ts";
import type { Prompt } from "../model/model-client.ts";
import { fillPlaceholders } from "../persona/placeholders.ts";
import type { Persona } from "../persona/presets.ts";
import { type Control, type MessageEvent, PlatformError, type ReplySurface } from "../port/index.ts";
import { lostNotice, unsavedNotice, withNotice } from "../reply/notices.ts";
import { createPacer, type Pacer } from "../reply/pacer.ts";
import { createReplyHandle, type ReplyHandle } from "../reply/reply-handle.ts";
import type { BotTurn, Conversation, Ending } from "../store/conversation-store.ts";
import type { Core } from "./core.ts";
import { hear, type Outcome } from "./hear.ts";
import { startPresence } from "./presence.ts";
import { buildPrompt } from "./prompt.ts";
import { remember } from "./remember.ts";
import type { ReplyMode } from "./reply-modes.ts";
import { collectThought } from "./thoughts.ts";
import { toBotTurn } from "./turns.ts";
import { startWaiting, toShow, usualWaiting } from "./waiting.ts";

const stopControl: Control = { command: "stop", label: "Stop" };

/** One turn, whole: the question is stored, the model asked, the reply shown while it grows, and stored with how it ended. */
export async function answer(
  question: MessageEvent,
  before: Conversation,
  surface: ReplySurface,
  core: Core,
): Promise<void> {
  const reply = core.inFlight.begin(question.place);
  try {
    const presence = startPresence(surface, core);
    try {
      const { persona } = await core.personas.at(question.place);
      const { mode } = await core.replyModes.at(question);
      // Saved before the model is called: a crash may cost the reply, never the question.
      const { conversation, notice } = await remember(question, before, surface, core);
      const prompt = toPrompt(question, persona, conversation, core);
      const { signal } = reply;
      const { end: seen } = presence;
      await converse({ question, conversation, unread: notice, prompt, mode, surface, core, signal, seen });
    } finally {
      presence.end();
    }
  } finally {
    reply.end();
  }
}

function toPrompt(question: MessageEvent, persona: Persona, conversation: Conversation, core: Core): Prompt {
  const { place, author } = question;
  const system = fillPlaceholders(persona.text, {
    date: new Date(core.clock.now()).toISOString().slice(0, 10),
    user: author.name,
    server: place.serverName ?? "a direct conversation",
    channel: place.channelName ?? "this conversation",
    bot: place.bot,
    model: core.model.model,
  });
  return { messages: buildPrompt(system, place, conversation), user: author.id };
}

type Asking = {
  readonly question: MessageEvent;
  readonly conversation: Conversation;
  /** What the bot has not read, if it came late. */
  readonly unread: string | undefined;
  readonly prompt: Prompt;
  readonly mode: ReplyMode;
  readonly surface: ReplySurface;
  readonly core: Core;
  readonly signal: AbortSignal;
  /** Called when there is something to see, or soon will be. */
  readonly seen: () => void;
};

async function converse(asking: Asking): Promise<void> {
  const { question, conversation, unread, surface, core } = asking;
  const unwritable = new AbortController();
  const handle = createReplyHandle(surface, [stopControl]);
  const pacer = createPacer({
    reply: handle,
    budget: core.budget,
    clock: core.clock,
    fail: (error) => unwritable.abort(error),
  });
  const heading = question.heading === undefined ? "" : `${question.heading}\n\n`;
  const signal = AbortSignal.any([asking.signal, unwritable.signal]);
  const offer: Offer = (text, isPlaceholder) => pacer.offer(heading + text, isPlaceholder);
  const outcome = await listen(asking, signal, offer);
  const lost = unwritable.signal.aborted
    ? unwritable.signal.reason
    : await settled(pacer, heading + withNotices(textOf(outcome), outcome.notice, unread), outcome.controls);
  const ending: Ending = lost === undefined ? outcome.ending : "stopped";
  const botTurn = toBotTurn({ ...outcome, ending }, handle.messages, core);
  await keep(botTurn, conversation, surface, core);
  if (lost === undefined) return;
  await tellLost(lost, handle, surface, core);
  throw lost;
}

type Offer = Pacer["offer"];

/** Shows what the model says, or how long it has been silent, as the person wants it shown. */
async function listen(asking: Asking, signal: AbortSignal, offer: Offer): Promise<Outcome> {
  const { question, prompt, mode, surface, core, seen } = asking;
  const live = mode === "live" ? offer : undefined;
  const show = toShow(surface, core.log, live && ((line) => live(line, true)));
  const waiting = startWaiting({ show, clock: core.clock, times: core.settings.waiting ?? usualWaiting });
  const collected = collectThought();
  const began = () => {
    waiting.end();
    if (live === undefined) show("is writing…");
    else seen();
  };
  const said = (text: string) => live?.(text);
  const thought = (text: string) => {
    waiting.thinks();
    collected.add(text);
  };
  const { thread } = question.place;
  const outcome = await hear({ thread, prompt, stop: asking.signal, signal, began, said, thought }, core);
  waiting.end();
  seen();
  // Who starts the memory over wants this forgotten as well.
  if (asking.signal.reason !== "reset") core.thoughts.keep(question.place, collected.whole());
  return outcome;
}

/** As it is shown; what is remembered stays as the model wrote it. */
const textOf = ({ text, ending }: Outcome): string => (ending === "whole" ? text : closeSpans(text));

const withNotices = (text: string, ...notices: readonly (string | undefined)[]): string =>
  notices.reduce<string>(withNotice, text);

/** Below what stands, so that no cursor is left; or on its own where there is no room, if the person can be reached at all. */
async function tellLost(lost: unknown, handle: ReplyHandle, surface: ReplySurface, core: Core): Promise<void> {
  const code = lost instanceof PlatformError ? lost.code : "invalid";
  const mute = ["gone", "forbidden", "closed", "absent"].includes(code);
  const notice = lostNotice(code);
  try {
    if (code !== "gone" && (await handle.retire(notice).catch(() => false))) return;
    if (surface.whisper !== undefined) await surface.whisper(withNotice("", notice));
    else if (!mute) await surface.respond(withNotice("", notice));
  } catch (error) {
    core.log.warn({ error: describeError(error) }, "the reply could not be ended cleanly either");
  }
}

/** Writes the last text. Returns the platform's error where that could not be done. */
async function settled(pacer: Pacer, text: string, controls: readonly Control[]): Promise<PlatformError | undefined> {
  try {
    await pacer.settle(text, controls);
    return undefined;
  } catch (error) {
    if (error instanceof PlatformError) return error;
    throw error;
  }
}

/** Stores the reply. It stands already, so a failure is told below it rather than in its place. */
async function keep(turn: BotTurn, conversation: Conversation, surface: ReplySurface, core: Core): Promise<void> {
  try {
    await core.store.append(conversation, turn);
  } catch (error) {
    core.log.error({ thread: conversation.thread, error: describeError(error) }, "the reply could not be stored");
    await surface.respond(withNotice("", unsavedNotice));
  }
}
