import type { Entry } from "../exchange/entry.ts";
import { holds, isShared, type RememberParts, remember } from "../memory/remember.ts";
import type { MessageEvent, MessageId, ReplySurface } from "../port/index.ts";
import { pendingAnswer, withdrawnTurn } from "../prompt/turns.ts";
import { createReplyHandle } from "../reply/reply-handle.ts";
import type { Clock } from "../runtime/clock.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Conversation } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";
import type { Admission } from "./admission.ts";
import { forgetMessages, rewriteAnew } from "./amend-memory.ts";
import { headingOf } from "./answer-run.ts";
import { framed, stoppedHere } from "./cut-short.ts";
import { isAnswered } from "./resume-rules.ts";

/** What is left to do for a question that is not to be answered any more. */
export type Ending = {
  readonly entry: Entry;
  readonly surface: ReplySurface;
  /** What stands of its answer. */
  readonly standing: readonly MessageId[];
};

export type EndingParts = RememberParts & { readonly clock: Pick<Clock, "now"> };

/** It was told to stop before it was asked, or in an earlier process. */
export async function endStopped(
  { entry, surface, standing: noted }: Ending,
  conversation: Conversation,
  admission: Admission,
  parts: EndingParts,
): Promise<void> {
  const { live } = entry;
  const { question, stage, reply } = live.now;
  if (stage.kind !== "stopped") return;
  // Its answer was to be written over, and the process ended before these messages were noted as its own.
  const standing = noted.length > 0 ? noted : (pendingAnswer(conversation, question.message)?.messages ?? []);
  if (stage.reason === "newer" && reply.text.trim() === "" && stage.outcome === undefined) {
    await removeMessages(standing, surface, parts);
    if (!holds(conversation, question.message)) await remember(question, conversation, surface, parts);
    await parts.store.answer(question.place.thread, question.message, undefined);
    await live.happen({ kind: "covered" });
    return;
  }
  if (standing.length > 0) {
    // What stood there before its edit is written over, and may have been remembered just before the process ended.
    if (stage.how === "anew") await rewriteAnew(question, standing, surface, parts);
    await live.happen({ kind: "adopted", messages: standing });
    const whole = stage.outcome ?? {
      text: reply.text,
      ending: "stopped",
      notice: undefined,
      aside: undefined,
      controls: [],
    };
    const heading = headingOf(question);
    const handle = createReplyHandle(surface, [], standing);
    const end = (text: string) => stoppedHere({ ...whole, text }, stage.reason, true);
    const text = handle.within(whole.text, (part) => framed(end(part), heading, undefined));
    await live.happen({ kind: "ended", outcome: end(text) });
    return;
  }
  // It was said, so it is remembered; but not if the memory was cleared after it.
  if (stage.reason === "reset") await parts.known.done(question.id);
  else await admission.keep(question, conversation, surface);
  await freePlace(question, parts);
  await tellDropped(entry, surface);
  await live.happen({ kind: "done" });
}

/** There will be no answer in the place that was kept for it in the memory. */
export async function freePlace(
  { place, message }: MessageEvent,
  { store }: Pick<RememberParts, "store">,
): Promise<void> {
  if (isShared(place)) await store.answer(place.thread, message, undefined);
}

/** The one of them that has the count tells it for all. */
export async function tellDropped({ toTell }: Entry, surface: ReplySurface): Promise<void> {
  if (toTell > 0) await surface.respond(sentences.answers.dropped(toTell));
}

/** Its question was deleted: nothing of it is to stand, nor to be remembered. */
export async function endRemoved({ entry, surface, standing }: Ending, parts: EndingParts): Promise<void> {
  const { live } = entry;
  const { question } = live.now;
  await removeMessages(standing, surface, parts); // first: that takes no room on a disk
  await forgetMessages(question.place.thread, [question.message, ...standing], parts);
  await freePlace(question, parts);
  await tellDropped(entry, surface);
  await parts.known.done(question.id); // an edit that comes late does not bring it back
  await live.happen({ kind: "done" });
}

/** A part of its answer was taken away while nobody wrote it: the rest goes as well, since nobody knows what it is a part of. */
export async function endWithdrawn(
  { entry, surface, standing }: Ending,
  conversation: Conversation,
  parts: EndingParts,
): Promise<void> {
  const { live } = entry;
  const { question } = live.now;
  const { message, place } = question;
  await removeMessages(standing, surface, parts);
  if (holds(conversation, message) && !isAnswered(conversation, question)) {
    const gone = withdrawnTurn({ messages: standing, at: parts.clock.now() });
    const isPlaced = await parts.store.answer(place.thread, message, gone);
    if (!isPlaced) await parts.store.add(conversation, gone);
  }
  await live.happen({ kind: "done" });
}

export async function removeMessages(
  messages: readonly MessageId[],
  surface: ReplySurface,
  { log }: Pick<RememberParts, "log">,
): Promise<void> {
  for (const message of messages) {
    try {
      await surface.remove(message);
    } catch (error) {
      log.warn({ error: describeError(error) }, "an answer that nobody wants any more could not be removed");
    }
  }
}
