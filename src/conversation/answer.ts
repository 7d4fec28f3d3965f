import { describeError } from "../errors.ts";
import { closeSpans } from "../markdown/unfinished.ts";
import { type Control, type MessageEvent, type MessageId, PlatformError, type ReplySurface } from "../port/index.ts";
import { lostNotice, restartNotice, unsavedNotice, withAside, withNotice } from "../reply/notices.ts";
import { createPacer, type Pacer } from "../reply/pacer.ts";
import { createReplyHandle, type ReplyHandle } from "../reply/reply-handle.ts";
import type { BotTurn, Conversation, Ending } from "../store/conversation-store.ts";
import { compose } from "./compose.ts";
import type { Core } from "./core.ts";
import { hear } from "./hear.ts";
import type { Entry } from "./journal.ts";
import type { Outcome } from "./outcome.ts";
import { startPresence } from "./presence.ts";
import { rememberOnce } from "./remember.ts";
import type { ReplyMode } from "./reply-modes.ts";
import { type Asked, askShortening } from "./shorten.ts";
import { summariseLeaving } from "./summarise.ts";
import { collectThought } from "./thoughts.ts";
import { toBotTurn } from "./turns.ts";
import { startWaiting, toShow, usualWaiting } from "./waiting.ts";

const stopControl: Control = { command: "stop", label: "Stop" };

/** A question whose turn it is. */
export type Pending = {
  readonly question: MessageEvent;
  readonly before: Conversation;
  readonly surface: ReplySurface;
  readonly entry: Entry;
  /** Messages of an earlier try, which this one is written over. */
  readonly standing: readonly MessageId[];
};

/** `left`: it is to be taken up again after a restart. */
export type Answered = "answered" | "left";

/** One turn, whole: the question is stored, the model asked, the reply shown while it grows, and stored with how it ended. */
export async function answer({ question, before, surface, entry, standing }: Pending, core: Core): Promise<Answered> {
  const reply = core.inFlight.begin(question.place);
  try {
    const presence = startPresence(surface, core);
    try {
      const { persona } = await core.personas.at(question.place);
      const { mode } = await core.replyModes.at(question);
      // Saved before the model is called: a crash may cost the reply, never the question.
      const { conversation, summary, notice, kept } = await rememberOnce(question, before, surface, core);
      const { place, author } = question;
      const toPrompt = (window: Conversation) =>
        compose({ place, author, persona, window: { conversation: window, summary } }, core);
      const asked = askShortening(conversation, toPrompt, core);
      const { signal } = reply;
      const { end: seen } = presence;
      const asking = { question, asked, unread: notice, kept, mode, surface, core, signal, seen };
      return await converse({ ...asking, entry, standing });
    } finally {
      presence.end();
    }
  } finally {
    reply.end();
  }
}

type Asking = {
  readonly question: MessageEvent;
  /** What the bot has not read, if it came late. */
  readonly unread: string | undefined;
  /** The person is remembered, and so is the answer to them. */
  readonly kept: boolean;
  readonly asked: Asked;
  readonly mode: ReplyMode;
  readonly surface: ReplySurface;
  readonly core: Core;
  readonly signal: AbortSignal;
  readonly entry: Entry;
  readonly standing: readonly MessageId[];
  /** Called when there is something to see, or soon will be. */
  readonly seen: () => void;
};

async function converse(asking: Asking): Promise<Answered> {
  const { question, asked, unread, surface, core, entry, standing } = asking;
  const unwritable = new AbortController();
  const heading = question.heading === undefined ? "" : `${question.heading}\n\n`;
  const handle = createReplyHandle(surface, [stopControl], standing, entry.making);
  const pacer = createPacer({
    reply: handle,
    budget: core.budget,
    clock: core.clock,
    showing: (text) => entry.said(text.slice(heading.length)),
    fail: (error) => unwritable.abort(error),
  });
  const signal = AbortSignal.any([asking.signal, unwritable.signal]);
  // What stands of an earlier try is only replaced by as much, so that a reader never sees less than before.
  const already = standing.length === 0 ? 0 : entry.state.text.length;
  const offer: Offer = (text, isPlaceholder) => {
    if (text.length >= already && !(isPlaceholder && already > 0)) pacer.offer(heading + text, isPlaceholder);
  };
  const outcome = entry.state.outcome ?? (await listen(asking, signal, offer));
  if (isLeft(outcome, asking)) return leave(outcome, pacer, heading, asking);
  if (asking.signal.reason === "newer" && outcome.text.trim() === "") return unsay(pacer, handle, surface);
  entry.ended(outcome);
  const lost = unwritable.signal.aborted
    ? unwritable.signal.reason
    : await settled(pacer, heading + withNotices(textOf(outcome), outcome, unread), outcome.controls);
  const ending: Ending = lost === undefined ? outcome.ending : "stopped";
  const botTurn = toBotTurn({ ...outcome, ending }, handle.messages, core);
  if (asking.kept) await keep(botTurn, asked.conversation(), surface, core);
  if (lost === undefined) return "answered";
  await tellLost(lost, handle, surface, core);
  throw lost;
}

/** Broken off by the end of the process, it is finished by the next one. */
function isLeft({ ending }: Outcome, { signal, core, question, kept }: Asking): boolean {
  const isShutdown = ending === "stopped" && signal.reason === "shutdown";
  return isShutdown && kept && core.settings.resume !== "close" && question.origin !== undefined;
}

/** What stands says that more is to come. Where it cannot be shown, the next run makes it good all the same. */
async function leave({ text }: Outcome, pacer: Pacer, heading: string, { core }: Asking): Promise<Answered> {
  const lost = await settled(pacer, heading + withNotice(closeSpans(text), restartNotice), []);
  if (lost !== undefined) core.log.warn({ error: lost.message }, "a reply could not be told that it is broken off");
  return "left";
}

/** Broken off before its first word for a newer question, it leaves nothing behind. */
async function unsay(pacer: Pacer, handle: ReplyHandle, surface: ReplySurface): Promise<Answered> {
  await pacer.abandon();
  for (const message of handle.messages) await surface.remove(message);
  return "answered";
}

type Offer = Pacer["offer"];

/** Shows what the model says, or how long it has been silent, as the person wants it shown. */
async function listen(asking: Asking, signal: AbortSignal, offer: Offer): Promise<Outcome> {
  const { question, asked, mode, surface, core, seen } = asking;
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
  const outcome = await hear({ thread, events: asked.ask(signal), stop: asking.signal, began, said, thought }, core);
  waiting.end();
  seen();
  // Who starts the memory over wants this forgotten as well.
  if (asking.kept && asking.signal.reason !== "reset") core.thoughts.keep(question.place, collected.whole());
  return outcome;
}

/** As it is shown; what is remembered stays as the model wrote it. */
const textOf = ({ text, ending }: Outcome): string => (ending === "whole" ? text : closeSpans(text));

const withNotices = (text: string, { notice, aside }: Outcome, unread: string | undefined): string =>
  withAside([notice, unread].reduce<string>(withNotice, text), aside);

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
    summariseLeaving(await core.store.append(conversation, turn), core);
  } catch (error) {
    core.log.error({ thread: conversation.thread, error: describeError(error) }, "the reply could not be stored");
    await surface.respond(withNotice("", unsavedNotice));
  }
}
