import { describeError } from "../errors.ts";
import { closeSpans } from "../markdown/unfinished.ts";
import { type Control, type MessageId, PlatformError, type ReplySurface } from "../port/index.ts";
import { brokenOffNotice, endingNotice, unrememberedNotice, withNotice } from "../reply/notices.ts";
import { createPacer } from "../reply/pacer.ts";
import { createReplyHandle } from "../reply/reply-handle.ts";
import type { Conversation } from "../store/conversation-store.ts";
import type { Core } from "./core.ts";
import type { Entry } from "./journal.ts";
import { pendingAnswer } from "./turns.ts";

const retryControl: Control = { command: "retry", label: "Try again" };

/** What was asked longer ago is not answered out of the blue. */
const staleMs = 24 * 60 * 60_000;

/** A question that was taken up again so often, and broken off each time, is left to a person. */
const mostTries = 3;

/** The answer is in the memory, so it stands: a reply is stored when its last text was shown. */
export function isAnswered({ turns }: Conversation, message: MessageId): boolean {
  const asked = turns.findIndex((turn) => turn.kind === "person" && turn.message === message);
  return asked !== -1 && turns.slice(asked).some((turn) => turn.kind === "bot" && turn.pending !== true);
}

/** It stands in the window, nobody took it away, and no answer came after it. */
export function isUnanswered(conversation: Conversation, message: MessageId): boolean {
  const { turns } = conversation;
  const stands = turns.some((turn) => turn.kind === "person" && turn.message === message && turn.deleted !== true);
  return stands && !isAnswered(conversation, message);
}

/** The conversation as it was when this was asked, for the model: it answers what stands last. */
export function upTo(conversation: Conversation, message: MessageId): Conversation {
  const asked = conversation.turns.findIndex((turn) => turn.kind === "person" && turn.message === message);
  const kept = pendingAnswer(conversation, message) === undefined ? 1 : 2; // the answer's own turn tells where it goes
  return asked === -1 ? conversation : { ...conversation, turns: conversation.turns.slice(0, asked + kept) };
}

/** The messages that stand of it: those that are noted, and one that was made when the process ended. */
export async function standingOf(
  { state }: Entry,
  surface: ReplySurface,
  { turns }: Conversation,
): Promise<readonly MessageId[]> {
  if (!state.making || surface.strays === undefined) return state.messages;
  const others = turns.flatMap((turn) => (turn.kind === "bot" ? turn.messages : []));
  const strays = await straysOf(surface, [...others, ...state.messages]);
  return [...state.messages, ...strays];
}

/** Where the platform does not let it look, a part that may stand twice is better than an answer that is lost. */
async function straysOf(surface: ReplySurface, others: readonly MessageId[]): Promise<readonly MessageId[]> {
  try {
    return (await surface.strays?.(others)) ?? [];
  } catch (error) {
    if (!(error instanceof PlatformError) || ["unavailable", "rate-limited"].includes(error.code)) throw error;
    return [];
  }
}

export function shallClose({ state }: Entry, standing: readonly MessageId[], { settings, clock }: Core): boolean {
  const isHopeless = state.tries >= mostTries || clock.now() - state.at > staleMs;
  return isHopeless || (settings.resume === "close" && standing.length > 0);
}

/** Ends a reply that nobody goes on with, and leaves the person a button to have it tried again. */
export async function closeBroken(
  entry: Entry,
  surface: ReplySurface,
  standing: readonly MessageId[],
  core: Core,
): Promise<void> {
  const { heading } = entry.event;
  const text = `${heading === undefined ? "" : `${heading}\n\n`}${closeSpans(entry.state.text)}`;
  try {
    await entry.park(
      await writeOver(standing, withNotice(text, brokenOffNotice), [retryControl], entry, surface, core),
    );
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    core.log.warn({ error: describeError(error) }, "a reply that a restart broke off could not be closed");
    await entry.close();
  }
}

/** Of a person who does not want to be remembered nothing is known that could be answered. */
export async function endUnremembered(
  entry: Entry,
  surface: ReplySurface,
  standing: readonly MessageId[],
  core: Core,
): Promise<void> {
  await writeOver(standing, withNotice("", unrememberedNotice), [], entry, surface, core);
}

/** A stop came before the answer was taken up again: what stands of it stays, and says so. */
export async function endStopped(
  entry: Entry,
  surface: ReplySurface,
  standing: readonly MessageId[],
  core: Core,
): Promise<void> {
  if (standing.length === 0) return;
  const { event, state } = entry;
  const text = `${event.heading === undefined ? "" : `${event.heading}\n\n`}${closeSpans(state.text)}`;
  const notice = endingNotice("stopped", false, "person", false);
  await writeOver(standing, withNotice(text, notice), [], entry, surface, core);
}

/** The last text of a reply that is not answered any more. Returns the messages in which it stands. */
async function writeOver(
  standing: readonly MessageId[],
  text: string,
  controls: readonly Control[],
  { making }: Entry,
  surface: ReplySurface,
  { budget, clock }: Core,
): Promise<readonly MessageId[]> {
  const reply = createReplyHandle(surface, [], standing, making);
  await createPacer({ reply, budget, clock, fail: () => undefined }).settle(text, controls);
  return reply.messages;
}

/** The question was deleted meanwhile: nothing of an answer is to stand. */
export async function withdraw(entry: Entry, surface: ReplySurface, standing: readonly MessageId[]): Promise<void> {
  for (const message of standing) await surface.remove(message);
  await entry.close();
}
