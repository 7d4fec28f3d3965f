import { type RememberParts, toFittingTurn } from "../memory/remember.ts";
import type { MessageEvent, MessageId, ReplySurface, ThreadId } from "../port/index.ts";
import { readyUpTo } from "../prompt/summaries.ts";
import { deletedTurn, pendingTurn, withdrawnTurn } from "../prompt/turns.ts";
import type { Turn } from "../store/conversation-store.ts";

export type AmendParts = Pick<RememberParts, "store" | "summaries">;

/** Rewrites turns in the memory, in one step. What is ready to stand for them may hold the old words: it is made anew when it is due. */
export async function amendMemory(
  thread: ThreadId,
  messages: readonly MessageId[],
  rewritten: (turn: Turn) => Turn,
  { store, summaries }: AmendParts,
): Promise<void> {
  if ((await store.amend(thread, messages, rewritten)) === 0) return;
  await summaries.cancel(thread); // it may have read the old words already
  const [{ to: start }, summed] = await Promise.all([store.passed(thread), summaries.at(thread)]);
  if (readyUpTo(summed, start) > 0) await summaries.forget(thread);
}

/** Leaves of what stood in these messages no more than its place. */
export async function forgetMessages(
  thread: ThreadId,
  messages: readonly MessageId[],
  parts: AmendParts,
): Promise<void> {
  await amendMemory(thread, messages, forgotten, parts);
}

function forgotten(turn: Turn): Turn {
  if (turn.kind === "person") return turn.deleted === true ? turn : deletedTurn(turn);
  return turn.withdrawn === true ? turn : withdrawnTurn(turn);
}

/** The message as it reads now, and no word of its answer, in one step: a crash must not leave an answer to what was not asked. */
export async function rewriteAnew(
  now: MessageEvent,
  answer: readonly MessageId[],
  surface: ReplySurface,
  parts: RememberParts,
): Promise<void> {
  const { turn } = await toFittingTurn(now, surface, parts);
  const rewritten = (one: Turn): Turn => (one.kind === "bot" ? pendingTurn(one) : turn);
  await amendMemory(now.place.thread, [now.message, ...answer], rewritten, parts);
}

/** The message as it reads now. Its answer stays. */
export async function rewrite(now: MessageEvent, surface: ReplySurface, parts: RememberParts): Promise<void> {
  const { turn } = await toFittingTurn(now, surface, parts);
  await amendMemory(now.place.thread, [now.message], (one) => (isGone(one) ? one : turn), parts);
}

const isGone = (turn: Turn): boolean => turn.kind === "bot" || turn.deleted === true;
