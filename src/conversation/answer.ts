import { describeError } from "../errors.ts";
import { closeSpans } from "../markdown/unfinished.ts";
import type { Persona } from "../persona/presets.ts";
import { type Control, type MessageEvent, type MessageId, PlatformError, type ReplySurface } from "../port/index.ts";
import { apartNotice, lostNotice, personaNotice, restartNotice, unsavedNotice, withNotice } from "../reply/notices.ts";
import { createPacer, type Pacer } from "../reply/pacer.ts";
import { createReplyHandle, type ReplyHandle } from "../reply/reply-handle.ts";
import { never } from "../runtime/clock.ts";
import type { Begun } from "../runtime/in-flight.ts";
import type { BotTurn, Conversation, Ending } from "../store/conversation-store.ts";
import { type AskedApart, askApart } from "./ask-apart.ts";
import { compose, type Window } from "./compose.ts";
import type { Core } from "./core.ts";
import { cutShort, framed } from "./cut-short.ts";
import { hear } from "./hear.ts";
import type { Entry } from "./journal.ts";
import { withinMessages } from "./longest.ts";
import type { Outcome } from "./outcome.ts";
import { startPresence } from "./presence.ts";
import { rememberOnce, sentences } from "./remember.ts";
import type { ReplyMode } from "./reply-modes.ts";
import { askShortening } from "./shorten.ts";
import { forgoSummary, summariseLeaving } from "./summarise.ts";
import { collectThought } from "./thoughts.ts";
import { pendingAnswer, toBotTurn, withdrawnTurn } from "./turns.ts";
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

/**
 * `left`: it is to be taken up again after a restart. `amended`: the question was edited or deleted meanwhile; what stands of the
 * answer is noted in the journal's entry. `passed`: it is left to a newer question, before its first word. `waits`: its author has as
 * many answered as may be, so it gave its turn away and has it again later.
 */
export type Answered = "answered" | "left" | "amended" | "passed" | "waits";

/** One turn, whole: the question is stored, the model asked, the reply shown while it grows, and stored with how it ended. */
export async function answer({ question, before, surface, entry, standing }: Pending, core: Core): Promise<Answered> {
  const reply = core.inFlight.begin(question.place, question);
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
      const shortening = askShortening(asOf(question, conversation), toPrompt, core);
      const alone = () => compose({ place, author, persona, window: aloneIn(conversation, question) }, core);
      const asked = askApart(
        { question: question.message, asked: shortening, alone, summarised: summary !== undefined },
        core,
      );
      const { end: seen } = presence;
      const replaces = pendingAnswer(before, question.message)?.messages;
      const asking = { question, persona, asked, unread: notice, kept, mode, surface, core, reply, replaces, seen };
      return await converse({ ...asking, entry, standing });
    } finally {
      presence.end();
    }
  } finally {
    reply.end();
  }
}

/** What was said after a question is not in view of an answer that is written anew. */
function asOf({ message }: MessageEvent, before: Conversation): Conversation {
  const { turns } = before;
  if (pendingAnswer(before, message) === undefined) return before;
  const at = turns.findIndex((turn) => turn.kind === "person" && turn.message === message);
  return { ...before, turns: turns.slice(0, at + 1) };
}

/** The question, with nothing that was said before it. */
function aloneIn(conversation: Conversation, { message }: MessageEvent): Window {
  const turns = conversation.turns.filter((turn) => turn.kind === "person" && turn.message === message);
  return { conversation: { ...conversation, turns }, summary: undefined };
}

type Asking = {
  readonly question: MessageEvent;
  readonly persona: Persona;
  /** What the bot has not read, if it came late. */
  readonly unread: string | undefined;
  /** The person is remembered, and so is the answer to them. */
  readonly kept: boolean;
  readonly asked: AskedApart;
  readonly mode: ReplyMode;
  readonly surface: ReplySurface;
  readonly core: Core;
  readonly reply: Begun;
  /** The turn in these messages is the answer's own, from before the question was edited. */
  readonly replaces: readonly MessageId[] | undefined;
  readonly entry: Entry;
  readonly standing: readonly MessageId[];
  /** Called when there is something to see, or soon will be. */
  readonly seen: () => void;
};

async function converse(asking: Asking): Promise<Answered> {
  const { question, unread, kept, surface, core, entry, standing, reply } = asking;
  const unwritable = new AbortController();
  const heading = question.heading === undefined ? "" : `${question.heading}\n\n`;
  const handle = createReplyHandle(surface, [stopControl], standing, entry.making);
  reply.writes(() => handle.messages);
  const pacer = createPacer({
    reply: handle,
    budget: core.budget,
    clock: core.clock,
    showing: (text) => entry.said(text.slice(heading.length)),
    fail: (error) => unwritable.abort(error),
  });
  const signal = AbortSignal.any([reply.signal, unwritable.signal]);
  // What stands of an earlier try is only replaced by as much, so that a reader never sees less than before.
  const already = standing.length === 0 ? 0 : entry.state.text.length;
  const offer: Offer = (text, isPlaceholder) => {
    if (text.length >= already && !(isPlaceholder && already > 0)) pacer.offer(heading + text, isPlaceholder);
  };
  const full = () => handle.full;
  const heard = entry.state.outcome ?? (await listen(asking, signal, offer, full));
  const remark = sentences(answeredWithout(asking), mayBePersona(heard, asking), unread);
  const outcome = withinMessages(heard, kept, (whole) => framed(whole, heading, remark), handle);
  if (isLeft(outcome, asking)) {
    if (core.settings.resume !== "close") return leave(outcome, pacer, heading, asking);
    await unsay(pacer, handle, asking);
    return "left";
  }
  const stop = stopOf(reply.signal);
  if (stop.aborted) await pacer.abandon();
  if (reply.signal.reason === "amended") return amended(asking, handle);
  if (reply.signal.reason === "withdrawn") return withdraw(asking, handle);
  if (reply.signal.reason === "newer" && outcome.text.trim() === "") return unsay(pacer, handle, asking);
  const cut = () => cutShort({ outcome, reason: reply.signal.reason, kept, heading, remark, already }, handle);
  const write = async (last: Outcome, signal: AbortSignal) => {
    entry.ended(last);
    return settled(pacer, framed(last, heading, remark), last.controls, signal);
  };
  let last = stop.aborted ? cut() : outcome;
  let lost = unwritable.signal.aborted ? unwritable.signal.reason : await write(last, stop.aborted ? never : stop);
  // What came while the last text was written.
  if (reply.signal.reason === "amended") return amended(asking, handle);
  if (reply.signal.reason === "withdrawn" || isGone(lost)) return withdraw(asking, handle);
  if (lost === "stopped") {
    if (reply.signal.reason === "newer" && handle.messages.length === 0) return unsay(pacer, handle, asking);
    last = cut();
    lost = await write(last, never);
    if (isGone(lost)) return withdraw(asking, handle);
  }
  const ending: Ending = lost === undefined ? last.ending : "stopped";
  const leftOut = leftOutBy(outcome, asking);
  await keep(toBotTurn({ text: last.text, ending, leftOut }, handle.messages, core), asking);
  if (lost === undefined) return "answered";
  await tellLost(lost, handle, surface, core);
  throw lost;
}

/** Ends also the posting of an answer that is whole. The end of the process does not: what can be finished soon is finished. */
function stopOf(signal: AbortSignal): AbortSignal {
  const stop = new AbortController();
  const heed = () => signal.reason === "shutdown" || stop.abort(signal.reason);
  if (signal.aborted) heed();
  else signal.addEventListener("abort", heed);
  return stop.signal;
}

/** The message, or the place in which it stood, was deleted: whoever did that wants nothing more to be said there. */
const isGone = (lost: unknown): boolean => lost instanceof PlatformError && lost.code === "gone";

async function amended({ entry }: Asking, { messages }: ReplyHandle): Promise<Answered> {
  await entry.amended(messages);
  return "amended";
}

/** Taken away by somebody, it is not written again, and none of it is kept; messages that were left lose their cursor. */
async function withdraw(asking: Asking, handle: ReplyHandle): Promise<Answered> {
  const { core, question, standing, surface } = asking;
  const isRetired = await handle.retire().catch(() => true);
  // Nobody knows their words here: they are from an earlier try, of which nothing was written over yet.
  if (!isRetired) for (const message of standing) await surface.remove(message).catch(() => undefined);
  await keep(withdrawnTurn({ messages: handle.messages, at: core.clock.now() }), asking);
  core.log.info({ thread: question.place.thread }, "the reply was taken away while it was written");
  return "answered";
}

/** Broken off by the end of the process, it is finished by the next one. */
function isLeft({ ending, text }: Outcome, { reply, core, question, kept }: Asking): boolean {
  const isShutdown = ending === "stopped" && reply.signal.reason === "shutdown";
  const isBegun = text.trim() !== "";
  return isShutdown && kept && !(core.settings.resume === "close" && isBegun) && question.origin !== undefined;
}

/** What stands says that more is to come. Where it cannot be shown, the next run makes it good all the same. */
async function leave({ text }: Outcome, pacer: Pacer, heading: string, { core, entry }: Asking): Promise<Answered> {
  await entry.leave();
  const lost = await settled(pacer, heading + withNotice(closeSpans(text), restartNotice), []);
  if (lost instanceof PlatformError)
    core.log.warn({ error: lost.message }, "a reply could not be told that it is broken off");
  return "left";
}

/** Broken off before its first word for a newer question, it leaves nothing behind. */
async function unsay(pacer: Pacer, handle: ReplyHandle, { surface, kept }: Asking): Promise<Answered> {
  await pacer.abandon();
  for (const message of handle.messages) await surface.remove(message);
  return kept ? "passed" : "answered";
}

type Offer = Pacer["offer"];

/** Shows what the model says, or how long it has been silent, as the person wants it shown. */
async function listen(asking: Asking, signal: AbortSignal, offer: Offer, full: () => boolean): Promise<Outcome> {
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
  const queued = (before: () => number) => {
    waiting.queued(before);
    if (live !== undefined && surface.status === undefined) seen(); // its place in the queue
  };
  const { thread } = question.place;
  const outcome = await hear(
    {
      thread,
      events: asked.ask(signal),
      stop: asking.reply.signal,
      kept: asking.kept,
      full,
      began,
      said,
      thought,
      queued,
      asked: waiting.asked,
    },
    core,
  );
  waiting.end();
  seen();
  // Who starts the memory over wants this forgotten as well.
  if (asking.kept && asking.reply.signal.reason !== "reset") core.thoughts.keep(question.place, collected.whole());
  return outcome;
}

function answeredWithout({ asked, kept }: Asking): string | undefined {
  const apart = asked.apart();
  return apart && apartNotice(apart.because, kept);
}

/** What later prompts do not hold: what the answer had to be had without, or the question, where nobody would answer it. */
function leftOutBy(outcome: Outcome, { asked, question }: Asking): readonly MessageId[] {
  return isRefused(outcome) ? [question.message] : (asked.apart()?.leftOut ?? []);
}

const isRefused = ({ text, ending }: Outcome): boolean =>
  text === "" && (ending === "filtered" || ending === "refused");

/** A preset refuses nobody. */
function mayBePersona(outcome: Outcome, { persona }: Asking): string | undefined {
  return isRefused(outcome) && persona.name === undefined ? personaNotice : undefined;
}

/** Below what stands, so that no cursor is left; or on its own where there is no room, if the person can be reached at all. */
async function tellLost(lost: unknown, handle: ReplyHandle, surface: ReplySurface, core: Core): Promise<void> {
  const code = lost instanceof PlatformError ? lost.code : "invalid";
  const mute = ["forbidden", "closed", "absent"].includes(code);
  const notice = lostNotice(code);
  try {
    if (await handle.retire(notice).catch(() => false)) return;
    if (surface.whisper !== undefined) await surface.whisper(withNotice("", notice));
    else if (!mute) await surface.respond(withNotice("", notice));
  } catch (error) {
    core.log.warn({ error: describeError(error) }, "the reply could not be ended cleanly either");
  }
}

/** Writes the last text. Returns the platform's error where that could not be done. */
async function settled(
  pacer: Pacer,
  text: string,
  controls: readonly Control[],
  stop = never,
): Promise<PlatformError | "stopped" | undefined> {
  try {
    return (await pacer.settle(text, controls, stop)) ? undefined : "stopped";
  } catch (error) {
    if (error instanceof PlatformError) return error;
    throw error;
  }
}

/** Stores the reply. It stands already, so a failure is told below it rather than in its place. */
async function keep(turn: BotTurn, { asked, kept, replaces, surface, core }: Asking): Promise<void> {
  if (!kept) return;
  const conversation = asked.conversation();
  try {
    if (replaces === undefined) {
      const stored = await core.store.append(conversation, turn);
      if (asked.apart()?.newWindow) await forgoSummary(stored, core);
      summariseLeaving(stored, core);
    } else await core.store.amend(conversation.thread, replaces, () => turn);
  } catch (error) {
    core.log.error({ thread: conversation.thread, error: describeError(error) }, "the reply could not be stored");
    await surface.respond(withNotice("", unsavedNotice));
  }
}
