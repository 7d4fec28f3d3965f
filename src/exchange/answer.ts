import { type AskedApart, askApart } from "../conversation/ask-apart.ts";
import { type ComposeParts, compose, type Window } from "../conversation/compose.ts";
import { cutShort, framed } from "../conversation/cut-short.ts";
import { hear } from "../conversation/hear.ts";
import { withinMessages } from "../conversation/longest.ts";
import type { Memory } from "../conversation/memory.ts";
import type { Outcome, StopReason } from "../conversation/outcome.ts";
import { type PresenceParts, startPresence } from "../conversation/presence.ts";
import { isShared, type RememberParts, rememberOnce, sentences } from "../conversation/remember.ts";
import type { ReplyMode } from "../conversation/reply-modes.ts";
import { askShortening } from "../conversation/shorten.ts";
import { forgoSummary, summariseLeaving } from "../conversation/summarise.ts";
import { collectThought } from "../conversation/thoughts.ts";
import { pendingAnswer, toBotTurn, withdrawnTurn } from "../conversation/turns.ts";
import { startWaiting, toShow, usualWaiting } from "../conversation/waiting.ts";
import { describeError } from "../errors.ts";
import { closeSpans } from "../markdown/unfinished.ts";
import type { Persona } from "../persona/presets.ts";
import { type Control, type MessageEvent, type MessageId, PlatformError, type ReplySurface } from "../port/index.ts";
import type { EditBudget } from "../reply/edit-budget.ts";
import type { Making } from "../reply/message-writer.ts";
import { apartNotice, lostNotice, personaNotice, restartNotice, unsavedNotice, withNotice } from "../reply/notices.ts";
import { createPacer, type Pacer } from "../reply/pacer.ts";
import { createReplyHandle, type ReplyHandle } from "../reply/reply-handle.ts";
import { never } from "../runtime/clock.ts";
import type { BotTurn, Conversation, Ending } from "../store/conversation-store.ts";
import type { Live } from "./exchanges.ts";

const stopControl: Control = { command: "stop", label: "Stop" };

export type AnswerParts = RememberParts &
  ComposeParts &
  PresenceParts &
  Pick<Memory, "personas" | "replyModes" | "thoughts"> & { readonly budget: EditBudget };

/** A question whose turn it is. */
export type Pending = {
  readonly live: Live;
  readonly before: Conversation;
  readonly surface: ReplySurface;
  /** Aborted when the process ends, and there is no time for an answer any more. */
  readonly shutdown: AbortSignal;
};

/**
 * The question is stored, the model asked, the reply shown while it grows, and stored with how it ended. Over the messages that stand
 * of an earlier try, and without the model where the answer is known. What became of it is told to the exchange; where something
 * happens to that meanwhile, it leaves off.
 */
export async function answer({ live, before, surface, shutdown }: Pending, parts: AnswerParts): Promise<void> {
  const broken = live.begin();
  const { question } = live.now;
  const presence = startPresence(surface, parts);
  try {
    const { persona } = await parts.personas.at(question.place);
    const { mode } = await parts.replyModes.at(question);
    // Saved before the model is called: a crash may cost the reply, never the question.
    const { conversation, summary, notice, kept } = await rememberOnce(question, before, surface, parts);
    const { place, author } = question;
    const toPrompt = (window: Conversation) =>
      compose({ place, author, persona, window: { conversation: window, summary } }, parts);
    const shortening = askShortening(asOf(question, conversation), toPrompt, parts);
    const alone = () => compose({ place, author, persona, window: aloneIn(conversation, question) }, parts);
    const asked = askApart(
      { question: question.message, asked: shortening, alone, summarised: summary !== undefined },
      parts,
    );
    const { end: seen } = presence;
    const isReserved = isShared(place) || pendingAnswer(before, question.message) !== undefined;
    await converse({
      isReserved,
      live,
      question,
      persona,
      asked,
      unread: notice,
      kept,
      mode,
      surface,
      parts,
      broken,
      shutdown,
      seen,
    });
  } finally {
    presence.end();
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
  /** The answer's place in the memory is kept: others are answered beside it, or it had another answer before it was edited. */
  readonly isReserved: boolean;
  readonly asked: AskedApart;
  readonly mode: ReplyMode;
  readonly surface: ReplySurface;
  readonly parts: AnswerParts;
  readonly live: Live;
  /** Aborted when something else is to be done with the question. */
  readonly broken: AbortSignal;
  readonly shutdown: AbortSignal;
  /** Called when there is something to see, or soon will be. */
  readonly seen: () => void;
};

async function converse(asking: Asking): Promise<void> {
  const { live, question, unread, kept, surface, parts, broken, shutdown } = asking;
  const { stage, reply } = live.now;
  const unwritable = new AbortController();
  const heading = headingOf(question);
  const handle = createReplyHandle(surface, [stopControl], reply.messages, making(live));
  const pacer = createPacer({
    reply: handle,
    budget: parts.budget,
    clock: parts.clock,
    showing: (text) => void live.happen({ kind: "showing", text: text.slice(heading.length) }),
    fail: (error) => unwritable.abort(error),
  });
  // What stands of an earlier try is only replaced by as much, so that a reader never sees less than before.
  const already = reply.messages.length === 0 ? 0 : reply.text.length;
  const offer: Offer = (text, isPlaceholder) => {
    if (text.length >= already && !(isPlaceholder && already > 0)) pacer.offer(heading + text, isPlaceholder);
  };
  const known = stage.kind === "settling" ? stage.outcome : undefined;
  const signal = AbortSignal.any([broken, shutdown, unwritable.signal]);
  const heard = known ?? (await listen(asking, signal, offer, () => handle.full));
  const remark = sentences(answeredWithout(asking), mayBePersona(heard, asking), unread);
  const outcome = withinMessages(heard, kept, (whole) => framed(whole, heading, remark), handle);
  if (isLeft(outcome, asking)) return leave(outcome, pacer, handle, asking);
  if (broken.aborted) await pacer.abandon();
  if (isGivenUp(live)) return giveUp(asking, handle);
  const isForNewer = () => stopOf(live) === "newer";
  if (isForNewer() && outcome.text.trim() === "") return unsay(pacer, handle, asking);
  const cut = () => {
    const reason = stopOf(live) ?? "person";
    return cutShort({ outcome, reason, kept, heading, remark, already }, handle);
  };
  const write = async (last: Outcome, stop: AbortSignal) => {
    void live.happen({ kind: "ended", outcome: last });
    return settled(pacer, framed(last, heading, remark), last.controls, stop);
  };
  let last = broken.aborted ? cut() : outcome;
  let lost = unwritable.signal.aborted ? unwritable.signal.reason : await write(last, broken.aborted ? never : broken);
  // What came while the last text was written.
  if (isGivenUp(live) || isGone(lost)) return giveUp(asking, handle);
  if (lost === "stopped") {
    if (isForNewer() && handle.messages.length === 0) return unsay(pacer, handle, asking);
    last = cut();
    lost = await write(last, never);
    if (isGivenUp(live) || isGone(lost)) return giveUp(asking, handle);
  }
  const ending: Ending = lost === undefined ? last.ending : "stopped";
  const leftOut = leftOutBy(outcome, asking);
  await keep(toBotTurn({ text: last.text, ending, leftOut }, handle.messages, parts), asking);
  await live.happen({ kind: "done" });
  if (lost === undefined) return;
  await tellLost(lost, handle, surface, parts);
  throw lost;
}

/** Notes that a message is about to be made, and which one it is. */
export function making(live: Live): Making {
  return async (make) => {
    await live.happen({ kind: "making" });
    const message = await make();
    await live.happen({ kind: "made", message });
    return message;
  };
}

/** Stands above the answer. */
export const headingOf = ({ heading }: MessageEvent): string => (heading === undefined ? "" : `${heading}\n\n`);

function stopOf({ now: { stage } }: Live): StopReason | undefined {
  return stage.kind === "stopped" ? stage.reason : undefined;
}

/** The question was edited or deleted, or its answer taken away. */
function isGivenUp({ now: { stage } }: Live): boolean {
  return stage.kind === "waiting" || stage.kind === "removing" || stage.kind === "withdrawing";
}

/** The message, or the place in which it stood, was deleted: whoever did that wants nothing more to be said there. */
const isGone = (lost: unknown): boolean => lost instanceof PlatformError && lost.code === "gone";

/** What was edited or deleted is another's work. Taken away by somebody, it is not written again, and none of it is kept. */
async function giveUp(asking: Asking, handle: ReplyHandle): Promise<void> {
  const { parts, live, question } = asking;
  const { kind } = live.now.stage;
  if (kind === "waiting" || kind === "removing") return;
  // Messages that are left lose their cursor; what stands from an earlier try, of which nobody knows the words, goes.
  const isRetired = await handle.retire().catch(() => true);
  if (!isRetired) for (const message of handle.messages) await asking.surface.remove(message).catch(() => undefined);
  await keep(withdrawnTurn({ messages: handle.messages, at: parts.clock.now() }), asking);
  parts.log.info({ thread: question.place.thread }, "the reply was taken away while it was written");
  await live.happen({ kind: "done" });
}

/** Broken off by the end of the process, it is finished by the next one. */
function isLeft({ ending, text }: Outcome, { broken, shutdown, parts, question, kept }: Asking): boolean {
  const isShutdown = ending === "stopped" && shutdown.aborted && !broken.aborted;
  const isBegun = text.trim() !== "";
  return isShutdown && kept && !(parts.settings.resume === "close" && isBegun) && question.origin !== undefined;
}

/** What stands says that more is to come. Where it cannot be shown, the next run makes it good all the same. */
async function leave({ text }: Outcome, pacer: Pacer, handle: ReplyHandle, asking: Asking): Promise<void> {
  const { parts, live, question } = asking;
  if (parts.settings.resume === "close") {
    await takeBack(pacer, handle, asking);
    await live.happen({ kind: "adopted", messages: [] });
    await live.happen({ kind: "left" });
    return;
  }
  await live.happen({ kind: "left" });
  const lost = await settled(pacer, headingOf(question) + withNotice(closeSpans(text), restartNotice), []);
  if (lost instanceof PlatformError)
    parts.log.warn({ error: lost.message }, "a reply could not be told that it is broken off");
}

/** Broken off before its first word for a newer question, it leaves nothing behind. */
async function unsay(pacer: Pacer, handle: ReplyHandle, asking: Asking): Promise<void> {
  const { live, kept } = asking;
  await takeBack(pacer, handle, asking);
  await live.happen({ kind: "adopted", messages: [] });
  if (asking.isReserved)
    await asking.parts.store.answer(asking.question.place.thread, asking.question.message, undefined);
  // Of whom nothing is kept, nothing could be in view of the newer question.
  await live.happen({ kind: kept ? "covered" : "done" });
}

async function takeBack(pacer: Pacer, handle: ReplyHandle, { surface }: Asking): Promise<void> {
  await pacer.abandon();
  for (const message of handle.messages) await surface.remove(message);
}

type Offer = Pacer["offer"];

/** Shows what the model says, or how long it has been silent, as the person wants it shown. */
async function listen(asking: Asking, signal: AbortSignal, offer: Offer, full: () => boolean): Promise<Outcome> {
  const { question, asked, mode, surface, parts, seen } = asking;
  const live = mode === "live" ? offer : undefined;
  const show = toShow(surface, parts.log, live && ((line) => live(line, true)));
  const waiting = startWaiting({ show, clock: parts.clock, times: parts.settings.waiting ?? usualWaiting });
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
      interrupted: () => stopOf(asking.live) ?? (asking.shutdown.aborted ? "shutdown" : undefined),
      kept: asking.kept,
      full,
      began,
      said,
      thought,
      queued,
      asked: waiting.asked,
    },
    parts,
  );
  waiting.end();
  seen();
  // Who starts the memory over wants this forgotten as well.
  if (asking.kept && stopOf(asking.live) !== "reset") parts.thoughts.keep(question.place, collected.whole());
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
async function tellLost(lost: unknown, handle: ReplyHandle, surface: ReplySurface, parts: AnswerParts): Promise<void> {
  const code = lost instanceof PlatformError ? lost.code : "invalid";
  const mute = ["forbidden", "closed", "absent"].includes(code);
  const notice = lostNotice(code);
  try {
    if (await handle.retire(notice).catch(() => false)) return;
    if (surface.whisper !== undefined) await surface.whisper(withNotice("", notice));
    else if (!mute) await surface.respond(withNotice("", notice));
  } catch (error) {
    parts.log.warn({ error: describeError(error) }, "the reply could not be ended cleanly either");
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
async function keep(said: BotTurn, { asked, kept, isReserved, question, surface, parts }: Asking): Promise<void> {
  if (!kept) return;
  const turn: BotTurn = { ...said, replyTo: question.message };
  const conversation = asked.conversation();
  try {
    const { append, add, answer } = parts.store;
    if (isReserved && (await answer(conversation.thread, question.message, turn))) return;
    const stored = await (isReserved ? add : append)(conversation, turn);
    if (asked.apart()?.newWindow) await forgoSummary(stored, parts);
    summariseLeaving(stored, parts);
  } catch (error) {
    parts.log.error({ thread: conversation.thread, error: describeError(error) }, "the reply could not be stored");
    await surface.respond(withNotice("", unsavedNotice));
  }
}
