import type { Persona } from "../choices/presets.ts";
import type { ReplyMode } from "../choices/reply-modes.ts";
import type { Live } from "../exchange/exchanges.ts";
import type { Stores } from "../exchange/open-stores.ts";
import type { RememberParts } from "../memory/remember.ts";
import { type Control, type MessageEvent, PlatformError, type ReplySurface } from "../port/index.ts";
import type { AskedApart } from "../prompt/ask-apart.ts";
import type { PromptParts } from "../prompt/build-prompt.ts";
import { forgoSummary, summariseLeaving } from "../prompt/summary/summarise.ts";
import type { EditBudget } from "../reply/edit-budget.ts";
import type { CreateHook } from "../reply/message-writer.ts";
import { lostNotice, withNotice } from "../reply/notices.ts";
import type { Pacer } from "../reply/pacer.ts";
import type { ReplyHandle } from "../reply/reply-handle.ts";
import { never } from "../runtime/clock.ts";
import { sentences } from "../sentences/sentences.ts";
import type { BotTurn } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";
import type { TypingParts } from "./typing.ts";

export type AnswerParts = RememberParts &
  PromptParts &
  TypingParts &
  Pick<Stores, "personas" | "replyModes" | "reasoning"> & { readonly budget: EditBudget };

export type Run = {
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
  readonly onVisible: () => void;
};

/** Notes that a message is about to be made, and which one it is. */
export function making(live: Live): CreateHook {
  return async (make) => {
    await live.happen({ kind: "making" });
    const message = await make();
    await live.happen({ kind: "made", message });
    return message;
  };
}

/** Stands above the answer. */
export const headingOf = ({ quotedQuestion }: MessageEvent): string =>
  quotedQuestion === undefined ? "" : `${quotedQuestion}\n\n`;

/** Below what stands, so that no cursor is left; or on its own where there is no room, if the person can be reached at all. */
export async function reportLost(
  lost: unknown,
  handle: ReplyHandle,
  surface: ReplySurface,
  parts: AnswerParts,
): Promise<void> {
  const code = lost instanceof PlatformError ? lost.code : "invalid";
  const mute = ["forbidden", "closed", "absent"].includes(code);
  const notice = lostNotice(code);
  try {
    if (await handle.retire(notice).catch(() => false)) return;
    if (surface.respondPrivately !== undefined) await surface.respondPrivately(withNotice("", notice));
    else if (!mute) await surface.respond(withNotice("", notice));
  } catch (error) {
    parts.log.warn({ error: describeError(error) }, "the reply could not be ended cleanly");
  }
}

/** Writes the last text. Returns the platform's error where that could not be done. */
export async function writeLast(
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
export async function storeReply(
  said: BotTurn,
  { asked, kept, isReserved, question, surface, parts }: Run,
): Promise<void> {
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
    await surface.respond(withNotice("", sentences.answers.unsaved));
  }
}
