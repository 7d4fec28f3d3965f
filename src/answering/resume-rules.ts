import type { Exchange } from "../exchange/exchange.ts";
import type { Exchanges, Live } from "../exchange/exchanges.ts";
import type { CoreSettings } from "../limits/core-settings.ts";
import { closeSpans } from "../markdown/cutting/close-spans.ts";
import { isShared } from "../memory/remember.ts";
import {
  type AdapterLog,
  type Control,
  type MessageEvent,
  type MessageId,
  PlatformError,
  type ReplySurface,
  tellPrivately,
} from "../port/index.ts";
import { pendingAnswer } from "../prompt/turns.ts";
import type { EditBudget } from "../reply/edit-budget.ts";
import { withAside, withNotice } from "../reply/notices.ts";
import { createPacer } from "../reply/pacer.ts";
import { createReplyHandle } from "../reply/reply-handle.ts";
import type { Clock } from "../runtime/clock.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Conversation } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";
import { headingOf, making } from "./answer-run.ts";

const retryControl: Control = { command: "retry", label: sentences.answers.buttons.retry };

/** What was asked longer ago is not answered out of the blue. */
const staleMs = 24 * 60 * 60_000;

/** A question that was taken up again so often, and broken off each time, is left to a person. */
const mostTries = 3;

/** What stands of its answer, and whether it was left to a newer question, whose answer is good for both unless it has begun its own. */
export type AnswerTraces = { readonly standing?: readonly MessageId[]; readonly isLeft?: boolean };

/** The answer is in the memory, so it stands: a reply is stored when its last text was shown. */
export function isAnswered(
  { turns }: Conversation,
  { message, place }: MessageEvent,
  { standing = [], isLeft = false }: AnswerTraces = {},
): boolean {
  const asked = turns.findIndex((turn) => turn.kind === "person" && turn.message === message);
  if (asked === -1) return false;
  // Where others are answered beside it, its own answer is the next turn.
  const answers = isShared(place) && !isLeft ? turns.slice(asked + 1, asked + 2) : turns.slice(asked);
  return answers.some((turn) => {
    if (turn.kind !== "bot" || turn.pending === true) return false;
    if (turn.replyTo === message) return true;
    if (standing.length > 0) return turn.messages.some((one) => standing.includes(one));
    return isLeft || turn.replyTo === undefined; // early versions did not say what was answered
  });
}

/** Its answer is in the memory. What is wished to be tried again, or was changed since, has to be answered all the same. */
export function isStored(
  { now: { question, stage } }: Live,
  conversation: Conversation,
  standing: readonly MessageId[],
): boolean {
  if (stage.kind !== "answering" && stage.kind !== "settling") return false;
  if (stage.how === "anew" || stage.how === "retry") return false;
  return isAnswered(conversation, question, { standing, isLeft: stage.how === "again" });
}

/** The conversation as it was when this was asked, for the model: it answers what stands last. */
export function asOfQuestion(conversation: Conversation, message: MessageId): Conversation {
  const asked = conversation.turns.findIndex((turn) => turn.kind === "person" && turn.message === message);
  const kept = pendingAnswer(conversation, message) === undefined ? 1 : 2; // the answer's own turn tells where it goes
  return asked === -1 ? conversation : { ...conversation, turns: conversation.turns.slice(0, asked + kept) };
}

/** The messages that stand of it: those that are noted, and one that was made when the process ended. */
export async function existingMessages(
  live: Live,
  surface: ReplySurface,
  { turns }: Conversation,
  exchanges: Pick<Exchanges, "in">,
): Promise<readonly MessageId[]> {
  const { reply, question } = live.now;
  if (!reply.making || surface.findOrphans === undefined) return reply.messages;
  const answered = turns.flatMap((turn) => (turn.kind === "bot" ? turn.messages : []));
  const unfinished = exchanges.in(question.place.thread).flatMap((one) => one.now.reply.messages);
  const orphans = await orphansOf(surface, [...answered, ...unfinished]);
  return [...reply.messages, ...orphans];
}

/** Where the platform does not let it look, a part that may stand twice is better than an answer that is lost. */
async function orphansOf(surface: ReplySurface, others: readonly MessageId[]): Promise<readonly MessageId[]> {
  try {
    return (await surface.findOrphans?.(others)) ?? [];
  } catch (error) {
    if (!(error instanceof PlatformError) || ["unavailable", "rate-limited"].includes(error.code)) throw error;
    return [];
  }
}

export function shouldGiveUp(
  { tries, at }: Exchange,
  standing: readonly MessageId[],
  { settings, clock }: { readonly settings: CoreSettings; readonly clock: Pick<Clock, "now"> },
): boolean {
  const isHopeless = tries >= mostTries || clock.now() - at > staleMs;
  return isHopeless || (settings.resume === "close" && standing.length > 0);
}

type Writing = { readonly budget: EditBudget; readonly clock: Clock; readonly log: AdapterLog };

/** Ends a reply that nobody goes on with, and leaves the person a button to have it tried again. */
export async function offerRetry(
  live: Live,
  surface: ReplySurface,
  standing: readonly MessageId[],
  parts: Writing,
): Promise<void> {
  const { question, reply } = live.now;
  const text = withNotice(headingOf(question) + closeSpans(reply.text), sentences.answers.brokenOff);
  try {
    const messages = await writeOver(live, surface, standing, text, [retryControl], parts);
    await live.happen({ kind: "offered", messages });
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    parts.log.warn({ error: describeError(error) }, "a reply that a restart interrupted could not be closed");
    await live.happen(
      error.code === "gone" ? { kind: "withdrawn", messages: live.now.reply.messages } : { kind: "done" },
    );
  }
}

export const tellNothingToRetry = (surface: ReplySurface): Promise<void> =>
  tellPrivately(surface, withAside("", sentences.answers.nothingToRetry));

/** Of a person who does not want to be remembered nothing is known that could be answered. */
export async function endUnremembered(
  live: Live,
  surface: ReplySurface,
  standing: readonly MessageId[],
  parts: Writing,
): Promise<void> {
  await writeOver(live, surface, standing, withNotice("", sentences.answers.unremembered), [], parts);
  await live.happen({ kind: "done" });
}

/** The last text of a reply that is not answered any more. Returns the messages in which it stands. */
async function writeOver(
  live: Live,
  surface: ReplySurface,
  standing: readonly MessageId[],
  text: string,
  controls: readonly Control[],
  { budget, clock }: Writing,
): Promise<readonly MessageId[]> {
  const reply = createReplyHandle(surface, [], standing, making(live));
  await createPacer({ reply, budget, clock, fail: () => undefined }).settle(text, controls);
  return reply.messages;
}
