import type { Live } from "../exchange/exchanges.ts";
import { isShared, rememberOnce } from "../memory/remember.ts";
import { collectThought } from "../memory/thoughts.ts";
import type { Control, MessageEvent, MessageId, ReplySurface } from "../port/index.ts";
import { askApart } from "../prompt/ask-apart.ts";
import { compose, type Window } from "../prompt/compose.ts";
import { askShortening } from "../prompt/shorten.ts";
import { pendingAnswer, toBotTurn } from "../prompt/turns.ts";
import { joined } from "../reply/notices.ts";
import type { Outcome } from "../reply/outcome.ts";
import { createPacer, type Pacer } from "../reply/pacer.ts";
import { createReplyHandle } from "../reply/reply-handle.ts";
import { never } from "../runtime/clock.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Conversation, Ending } from "../store/conversation-store.ts";
import { type AnswerParts, type Asking, headingOf, keep, making, settled, tellLost } from "./asking.ts";
import { giveUp, isGivenUp, isGone, isLeft, leave, stopOf, unsay } from "./broken-off.ts";
import { cutShort, framed } from "./cut-short.ts";
import { hear } from "./hear.ts";
import { withinMessages } from "./longest.ts";
import { startPresence } from "./presence.ts";
import { startWaiting, toShow, usualWaiting } from "./waiting.ts";

const stopControl: Control = { command: "stop", label: sentences.answers.buttons.stop };

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
  const remark = joined(answeredWithout(asking), mayBePersona(heard, asking), unread);
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
    if (live === undefined) show(sentences.answers.progress.writing);
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
  return apart && sentences.answers.apart(apart.because, kept);
}

/** What later prompts do not hold: what the answer had to be had without, or the question, where nobody would answer it. */
function leftOutBy(outcome: Outcome, { asked, question }: Asking): readonly MessageId[] {
  return isRefused(outcome) ? [question.message] : (asked.apart()?.leftOut ?? []);
}

const isRefused = ({ text, ending }: Outcome): boolean =>
  text === "" && (ending === "filtered" || ending === "refused");

/** A preset refuses nobody. */
function mayBePersona(outcome: Outcome, { persona }: Asking): string | undefined {
  return isRefused(outcome) && persona.name === undefined ? sentences.answers.maybePersona : undefined;
}
