import type { Live } from "../exchange/exchanges.ts";
import { closeSpans } from "../markdown/cutting/close-spans.ts";
import { PlatformError } from "../port/index.ts";
import { withdrawnTurn } from "../prompt/turns.ts";
import { withNotice } from "../reply/notices.ts";
import type { Outcome, StopReason } from "../reply/outcome.ts";
import type { Pacer } from "../reply/pacer.ts";
import type { ReplyHandle } from "../reply/reply-handle.ts";
import { sentences } from "../sentences/sentences.ts";
import { headingOf, type Run, storeReply, writeLast } from "./answer-run.ts";

export function stopOf({ now: { stage } }: Live): StopReason | undefined {
  return stage.kind === "stopped" ? stage.reason : undefined;
}

/** The question was edited or deleted, or its answer taken away. */
export function isOvertaken({ now: { stage } }: Live): boolean {
  return stage.kind === "waiting" || stage.kind === "removing" || stage.kind === "withdrawing";
}

/** The message, or the place in which it stood, was deleted: whoever did that wants nothing more to be said there. */
export const isGone = (lost: unknown): boolean => lost instanceof PlatformError && lost.code === "gone";

/** What was edited or deleted is another's work. Taken away by somebody, it is not written again, and none of it is kept. */
export async function leaveOvertaken(asking: Run, handle: ReplyHandle): Promise<void> {
  const { parts, live, question } = asking;
  const { kind } = live.now.stage;
  if (kind === "waiting" || kind === "removing") return;
  // Messages that are left lose their cursor; what stands from an earlier try, of which nobody knows the words, goes.
  const isRetired = await handle.retire().catch(() => true);
  if (!isRetired) for (const message of handle.messages) await asking.surface.remove(message).catch(() => undefined);
  await storeReply(withdrawnTurn({ messages: handle.messages, at: parts.clock.now() }), asking);
  parts.log.info({ thread: question.place.thread }, "the reply was deleted while it was written");
  await live.happen({ kind: "done" });
}

/** Broken off by the end of the process, it is finished by the next one. */
export function isSuspended({ ending, text }: Outcome, { broken, shutdown, parts, question, kept }: Run): boolean {
  const isShutdown = ending === "stopped" && shutdown.aborted && !broken.aborted;
  const isBegun = text.trim() !== "";
  return isShutdown && kept && !(parts.settings.resume === "close" && isBegun) && question.recallKey !== undefined;
}

/** What stands says that more is to come. Where it cannot be shown, the next run makes it good all the same. */
export async function suspend({ text }: Outcome, pacer: Pacer, handle: ReplyHandle, asking: Run): Promise<void> {
  const { parts, live, question } = asking;
  if (parts.settings.resume === "close") {
    await takeBack(pacer, handle, asking);
    await live.happen({ kind: "adopted", messages: [] });
    await live.happen({ kind: "left" });
    return;
  }
  await live.happen({ kind: "left" });
  const lost = await writeLast(
    pacer,
    headingOf(question) + withNotice(closeSpans(text), sentences.answers.restarting),
    [],
  );
  if (lost instanceof PlatformError)
    parts.log.warn({ error: lost.message }, "a reply could not be marked as interrupted");
}

/** Broken off before its first word for a newer question, it leaves nothing behind. */
export async function discard(pacer: Pacer, handle: ReplyHandle, asking: Run): Promise<void> {
  const { live, kept } = asking;
  await takeBack(pacer, handle, asking);
  await live.happen({ kind: "adopted", messages: [] });
  if (asking.isReserved)
    await asking.parts.store.answer(asking.question.place.thread, asking.question.message, undefined);
  // Of whom nothing is kept, nothing could be in view of the newer question.
  await live.happen({ kind: kept ? "covered" : "done" });
}

async function takeBack(pacer: Pacer, handle: ReplyHandle, { surface }: Run): Promise<void> {
  await pacer.abandon();
  for (const message of handle.messages) await surface.remove(message);
}
