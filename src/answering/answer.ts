import type { Live } from "../exchange/exchanges.ts";
import { collectReasoning } from "../memory/reasoning.ts";
import { isShared, rememberOnce } from "../memory/remember.ts";
import { createDemand, type Demand } from "../model/demand.ts";
import type { Control, MessageEvent, MessageId, ReplySurface } from "../port/index.ts";
import { askApart } from "../prompt/ask-apart.ts";
import { buildPrompt, type Window } from "../prompt/build-prompt.ts";
import { askRetryingShorter } from "../prompt/retry-shorter.ts";
import { pendingAnswer, toBotTurn } from "../prompt/turns.ts";
import { joined } from "../reply/notices.ts";
import type { Outcome } from "../reply/outcome.ts";
import { createPacer, type Pacer } from "../reply/pacer.ts";
import { createReplyHandle } from "../reply/reply-handle.ts";
import { never } from "../runtime/clock.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Conversation, Ending } from "../store/conversation-store.ts";
import { type AnswerParts, headingOf, making, type Run, reportLost, storeReply, writeLast } from "./answer-run.ts";
import { discard, isGone, isOvertaken, isSuspended, leaveOvertaken, stopOf, suspend } from "./broken-off.ts";
import { cutShort, framed } from "./cut-short.ts";
import { withinMessages } from "./longest.ts";
import { startProgressLine, toProgressDisplay, usualProgressTimes } from "./progress-line.ts";
import { readAnswer } from "./read-answer.ts";
import { startTyping } from "./typing.ts";

const stopControl: Control = { command: "stop", label: sentences.answers.buttons.stop };

/** A question whose turn it is. */
export type Question = {
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
export async function answer({ live, before, surface, shutdown }: Question, parts: AnswerParts): Promise<void> {
  const broken = live.begin();
  const { question } = live.now;
  const typing = startTyping(surface, parts);
  try {
    const { persona } = await parts.personas.at(question.place);
    const { mode } = await parts.replyModes.at(question);
    // Saved before the model is called: a crash may cost the reply, never the question.
    const { conversation, summary, notice, kept } = await rememberOnce(question, before, surface, parts);
    const { place, author } = question;
    const toPrompt = (window: Conversation) =>
      buildPrompt({ place, author, persona, window: { conversation: window, summary } }, parts);
    const shortening = askRetryingShorter(asOf(question, conversation), toPrompt, parts);
    const alone = () => buildPrompt({ place, author, persona, window: aloneIn(conversation, question) }, parts);
    const asked = askApart(
      { question: question.message, asked: shortening, alone, summarised: summary !== undefined },
      parts,
    );
    const { end: onVisible } = typing;
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
      onVisible,
    });
  } finally {
    typing.end();
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

async function converse(asking: Run): Promise<void> {
  const { live, question, unread, kept, surface, parts, broken, shutdown } = asking;
  const { stage, reply } = live.now;
  const unwritable = new AbortController();
  const heading = headingOf(question);
  const handle = createReplyHandle(surface, [stopControl], reply.messages, making(live));
  const demand = createDemand();
  const pacer = createPacer({
    reply: handle,
    demand,
    budget: parts.budget,
    clock: parts.clock,
    showing: (text) => void live.happen({ kind: "showing", text: text.slice(heading.length) }),
    fail: (error) => unwritable.abort(error),
  });
  // What stands of an earlier try is only replaced by as much, so that a reader never sees less than before.
  const already = reply.messages.length === 0 ? 0 : reply.text.length;
  const signal = AbortSignal.any([broken, shutdown, unwritable.signal]);
  const offer: Offer = (text, isPlaceholder) => {
    if (!signal.aborted && text.length >= already && !(isPlaceholder && already > 0))
      pacer.offer(heading + text, isPlaceholder);
  };
  const counts = new Map<string, number>();
  const onCounted: Listening["onCounted"] = (text, tokens) => counts.set(text, tokens);
  const known = stage.kind === "settling" ? stage.outcome : undefined;
  const heard = known ?? (await listen(asking, { signal, demand, offer, full: () => handle.full, onCounted }));
  const remark = joined(answeredWithout(asking), mayBePersona(heard, asking), unread);
  const outcome = withinMessages(heard, kept, (whole) => framed(whole, heading, remark), handle);
  if (isSuspended(outcome, asking)) return suspend(outcome, pacer, handle, asking);
  if (broken.aborted) await pacer.abandon();
  if (isOvertaken(live)) return leaveOvertaken(asking, handle);
  const isForNewer = () => stopOf(live) === "newer";
  if (isForNewer() && outcome.text.trim() === "") return discard(pacer, handle, asking);
  const cut = () => {
    const reason = stopOf(live) ?? "person";
    return cutShort({ outcome, reason, kept, heading, remark, already }, handle);
  };
  const write = async (last: Outcome, stop: AbortSignal) => {
    void live.happen({ kind: "ended", outcome: last });
    return writeLast(pacer, framed(last, heading, remark), last.controls, stop);
  };
  let last = broken.aborted ? cut() : outcome;
  let lost = unwritable.signal.aborted ? unwritable.signal.reason : await write(last, broken.aborted ? never : broken);
  // What came while the last text was written.
  if (isOvertaken(live) || isGone(lost)) return leaveOvertaken(asking, handle);
  if (lost === "stopped") {
    if (isForNewer() && handle.messages.length === 0) return discard(pacer, handle, asking);
    last = cut();
    lost = await write(last, never);
    if (isOvertaken(live) || isGone(lost)) return leaveOvertaken(asking, handle);
  }
  const ending: Ending = lost === undefined ? last.ending : "stopped";
  const leftOut = leftOutBy(outcome, asking);
  const countTokens = (text: string) => counts.get(text) ?? parts.countTokens(text);
  await storeReply(toBotTurn({ text: last.text, ending, leftOut }, handle.messages, { ...parts, countTokens }), asking);
  await live.happen({ kind: "done" });
  if (lost === undefined) return;
  await reportLost(lost, handle, surface, parts);
  throw lost;
}

type Offer = Pacer["offer"];

type Listening = {
  readonly signal: AbortSignal;
  readonly demand: Demand;
  readonly offer: Offer;
  readonly full: () => boolean;
  readonly onCounted: (text: string, tokens: number) => void;
};

/** Shows what the model says, or how long it has been silent, as the person wants it shown. */
async function listen(asking: Run, { signal, demand, offer, full, onCounted }: Listening): Promise<Outcome> {
  const { question, asked, mode, surface, parts, onVisible } = asking;
  const live = mode === "live" ? offer : undefined;
  const show = toProgressDisplay(surface, parts.log, live && ((line) => live(line, true)));
  const waiting = startProgressLine({ show, clock: parts.clock, times: parts.settings.waiting ?? usualProgressTimes });
  const collected = collectReasoning();
  const onFirstWord = () => {
    waiting.end();
    if (live !== undefined) return onVisible();
    show(sentences.answers.progress.writing);
    demand.close(); // nobody sees it grow
  };
  const onText = (text: string) => live?.(text);
  const onReasoning = (text: string) => {
    waiting.reasoning();
    collected.add(text);
  };
  const onQueued = (before: () => number) => {
    waiting.queued(before);
    if (live !== undefined && surface.status === undefined) onVisible(); // its place in the queue
  };
  const { thread } = question.place;
  const outcome = await readAnswer(
    {
      thread,
      events: asked.ask(signal, demand),
      interrupted: () => stopOf(asking.live) ?? (asking.shutdown.aborted ? "shutdown" : undefined),
      kept: asking.kept,
      full,
      onFirstWord,
      onText,
      onReasoning,
      onCounted,
      onQueued,
      onAsked: waiting.asked,
    },
    parts,
  );
  waiting.end();
  onVisible();
  // Who starts the memory over wants this forgotten as well.
  if (asking.kept && stopOf(asking.live) !== "reset") parts.reasoning.keep(question.place, collected.whole());
  return outcome;
}

function answeredWithout({ asked, kept }: Run): string | undefined {
  const apart = asked.apart();
  return apart && sentences.answers.apart(apart.because, kept);
}

/** What later prompts do not hold: what the answer had to be had without, or the question, where nobody would answer it. */
function leftOutBy(outcome: Outcome, { asked, question }: Run): readonly MessageId[] {
  return isRefused(outcome) ? [question.message] : (asked.apart()?.leftOut ?? []);
}

const isRefused = ({ text, ending }: Outcome): boolean =>
  text === "" && (ending === "filtered" || ending === "refused");

/** A preset refuses nobody. */
function mayBePersona(outcome: Outcome, { persona }: Run): string | undefined {
  return isRefused(outcome) && persona.name === undefined ? sentences.answers.maybePersona : undefined;
}
