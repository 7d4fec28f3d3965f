import { closed, openFence } from "../markdown/reading/fence.ts";
import type { ModelErrorCode } from "../model/model-client.ts";
import type { PlatformErrorCode } from "../port/index.ts";
import type { Ending, StoreErrorCode } from "../store/conversation-store.ts";
import { duration } from "../text/duration.ts";
import type { Interruption } from "./outcome.ts";

/** The reply with a sentence of the bot's own below it, told apart from the model's words. */
export function withNotice(text: string, notice: string | undefined): string {
  return notice === undefined ? text : `${above(text)}_⚠️ ${notice}_`;
}

/** The reply with a remark below it that warns of nothing. In asterisks: Discord takes a name with underscores for the end of others. */
export function withAside(text: string, aside: string | undefined): string {
  return aside === undefined ? text : `${above(text)}*${aside}*`;
}

/** Nothing is taken off the text's end: an earlier cut may lie there, and the notice would lose what stands before it. */
function above(text: string): string {
  return text.trim() === "" ? "" : closed(text, openFence(text)).replace(/\n{0,2}$/, "\n\n");
}

/** What to say of a reply that the model ended, or that was stopped. `kept`: the next question will know of it. */
export function endingNotice(ending: Ending, empty: boolean, stopped?: Interruption, kept = true): string | undefined {
  const goOn = kept ? " Say “go on” and I continue." : "";
  switch (ending) {
    case "whole":
      return empty ? "The model answered with nothing. Ask again, or put it differently." : undefined;
    case "length":
      return empty
        ? "The model used up its limit on tokens before its first word. An admin can raise MAX_OUTPUT_TOKENS."
        : `The answer reached its length limit.${goOn}`;
    case "filtered":
      return empty ? filteredNotice : "The provider's content filter ended this answer. Put the question differently.";
    case "refused":
      return empty ? filteredNotice : "The model declined to answer this. Put the question differently.";
    case "stopped":
      if (stopped === "reset") return "Stopped, because the memory was cleared. Ask again if you still want to know.";
      if (stopped === "newer") return "Broken off for a newer message.";
      if (stopped === "shutdown")
        return `I was shut down while writing this. ${kept && !empty ? "Say “go on”" : "Ask again"} when I am back.`;
      return empty ? "Stopped before the first word. Ask again when you like." : `Stopped.${goOn}`;
    case "broken":
    case "failed":
      return undefined; // told by what broke it
  }
}

/** What to say of an answer that the bot ended because it grew too long. */
export function longestNotice(empty: boolean, kept: boolean): string {
  if (empty) return "The model thought for very long and did not begin to answer, so I ended it. Put it differently.";
  const next = kept ? "Say “go on” and I continue." : "Ask again for the rest.";
  return `This answer has become very long, so I ended it here. ${next}`;
}

/** What to say when the model could not be asked or broke off. `shown`: a part of the answer stands above, and can be gone on with. */
export function modelNotice(code: ModelErrorCode, shown: boolean, retryAfterMs?: number): string {
  const again = shown ? "Say “go on” and I continue." : "Ask again in a moment.";
  switch (code) {
    case "unauthorized":
      return "The model's server refused my key. An admin has to check OPENAI_API_KEY.";
    case "forbidden":
      return "My key may not use this model. An admin has to check OPENAI_API_KEY and MODEL.";
    case "unknown-model":
      return "The model's server does not know this model or address. An admin has to check MODEL and OPENAI_BASE_URL.";
    case "no-quota":
      return "The account's quota for the model is used up. An admin has to look at the provider's billing page.";
    case "rate-limited":
      return `The model's server is getting too many requests. Ask again ${inTime(retryAfterMs)}.`;
    case "too-long":
      return "This conversation has become too long for the model. Say “reset” to start over, or ask an admin to lower WINDOW_TOKENS.";
    case "filtered":
      // What stands above was ended by the filter: to go on would be refused.
      return shown ? "The provider's content filter ended this answer. Put the question differently." : filteredNotice;
    case "rejected":
      return "The model's server rejected the request. An admin finds its reason in the log.";
    case "unavailable":
      return `The model's server has a fault of its own. ${again}`;
    case "unreachable":
      return `I cannot reach the model's server. ${again} If it lasts, an admin has to check OPENAI_BASE_URL.`;
    case "timeout":
      return `The model's server did not begin to answer in time. ${again}`;
    case "stalled":
      return `The model fell silent in mid-answer. ${again}`;
    case "broken":
      return `The connection to the model broke off. ${again}`;
    case "paused":
      return `The model's server has failed several times in a row, so I leave it alone for a while. Ask again ${inTime(retryAfterMs, "in a moment")}.`;
    case "busy":
      return "Too many questions are waiting for the model. Ask again in a few minutes.";
  }
}

/** To the author of a question that no later prompt holds. */
const filteredNotice =
  "The model's provider refused this message (content filter), so I leave it out from now on; the rest of the conversation goes on. Put it differently.";

/** Somebody's own text is a part of each prompt: where the filter refuses that, it refuses everybody. */
export const personaNotice =
  "If every message here is refused, the cause may be the persona: `persona show` shows it, and `persona set` chooses another.";

/** Below an answer that could only be had without a part of what was said before. */
export function apartNotice(because: "filtered" | "failed", kept: boolean): string {
  const did = because === "filtered" ? "provider refused (content filter)" : "server failed on";
  return `The model's ${did} something that was said here before, so I answered without it${kept ? " and leave it out from now on" : ""}. If I need to know it, put it in other words.`;
}

/** Below an answer that another model gave. */
export function fallbackNotice(other: string, first: string): string {
  return `Answered by ${other}, because ${first} failed.`;
}

/** What to say when something could not be stored or read back. Nothing else was done. */
export function storeNotice(code: StoreErrorCode): string {
  switch (code) {
    case "full":
      return "My storage is full, so I could not keep this and have done nothing. An admin has to make room; then try again.";
    case "unopened":
    case "unread":
    case "unwritten":
      return "My storage does not work right now, so I could not keep this and have done nothing. Try again in a moment; an admin finds the reason in the log.";
  }
}

/** The answer stands, but the bot will not remember it. */
export const unsavedNotice =
  "I could not store this answer and will not remember it. An admin finds the reason in the log.";

/** Instead of answers to questions that waited when somebody said stop, or started the memory over. */
export function droppedNotice(count: number): string {
  return count === 1
    ? "Stopped. The question that waited here is not answered: ask it again if you still want to know."
    : `Stopped. The ${count} questions that waited here are not answered: ask them again if you still want to know.`;
}

/** A reply that the bot's own end broke off, where it will be taken up again. */
export const restartNotice = "I am being restarted, and finish this answer afterwards.";

export const unrememberedNotice =
  "A restart broke off this answer, and since I keep nothing that you say I cannot go on with it. Ask again.";

export const nothingToRetryNotice =
  "There is nothing to try again here: it was answered, or it is too long ago. Ask again if you like.";

/** A restart broke the answer off, and nobody goes on with it by itself. */
export const brokenOffNotice = "I was interrupted here. Press “Try again” and I answer anew.";

/** Something nobody foresaw. */
export const unexpectedNotice = "Something went wrong on my side. Ask again; an admin finds the reason in the log.";

/** A moderation rule of the platform refused the reply's text. */
export const blockedNotice =
  "The moderation rules of this place blocked my answer. Put the question differently, or ask a moderator.";

/** What to say below a reply that the platform stopped taking. */
export function lostNotice(code: PlatformErrorCode): string {
  switch (code) {
    case "blocked":
      return blockedNotice;
    case "forbidden":
      return "I may not write here any more, so the answer ends here. An admin finds the reason in the log.";
    case "absent":
      return "I am not a member of this channel, so I cannot answer there. Invite me, and ask again.";
    case "closed":
      return "This channel or thread is archived or locked, so the answer ends here. Ask somebody to open it, or ask me elsewhere.";
    case "gone":
      return "My answer, or what it answered, was deleted while I wrote it, so it ends here. Ask again if you still want to know.";
    case "frozen":
    case "unsupported":
    case "ended":
    case "rate-limited":
    case "invalid":
    case "unavailable":
      return "The rest of this answer could not be shown. Ask again; an admin finds the reason in the log.";
  }
}

/** What the bot has not read of what was said before it was called; undefined where it has read all. */
export function unreadNotice(read: number, unread: "none" | "some" | "all"): string | undefined {
  switch (unread) {
    case "none":
      return undefined;
    case "some":
      return `I have read only ${read} of the messages that were written here before.`;
    case "all":
      return "I could not read what was said here before. An admin finds the reason in the log.";
  }
}

/** What was kept of this conversation cannot be understood any more; told once, for then it is begun anew. */
export const lostMemoryNotice =
  "What I had kept of this conversation can no longer be read; it is set aside, and I go on with what I could read here. An admin finds the reason in the log.";

/** A message longer than the window: what of it the model was shown. Characters. */
export function cutNotice(read: number, length: number): string {
  const counted = (characters: number) => characters.toLocaleString("en-US");
  return `This is more than I can read at once: of ${counted(length)} characters I was given the first ${counted(read)}. Send the rest in a message of its own, or ask an admin to raise WINDOW_TOKENS.`;
}

/** A message with more files than it has room for; undefined where none was left out. */
export function filesNotice(given: number, leftOut: number): string | undefined {
  if (leftOut === 0) return undefined;
  return `I was given ${given === 0 ? "none" : `the first ${given}`} of your ${given + leftOut} files. Send the others in a message of their own.`;
}

/** For the admin's log: why a reply could not be shown. */
export function platformNotice(code: PlatformErrorCode): string {
  switch (code) {
    case "gone":
      return "the message or its thread was deleted while the reply was written; the reply ends there";
    case "forbidden":
      return "the bot may not write here: give it the right to see this place and to write in it and its threads";
    case "absent":
      return "the bot is not a member of the channel: invite it there";
    case "closed":
      return "the thread is locked or archived and the bot may not reopen it";
    case "frozen":
      return "the platform lets nobody change this message any more";
    case "unsupported":
      return "the platform does not have here what was asked of it; please report this";
    case "ended":
      return "the platform ended the message while it was written";
    case "blocked":
      return "the platform's moderation blocked the reply's text";
    case "rate-limited":
      return "the platform's rate limit did not lift in time";
    case "invalid":
      return "the platform rejected the request as malformed; please report this";
    case "unavailable":
      return "the platform did not answer";
  }
}

const inTime = (ms: number | undefined, unknown = "in a minute"): string =>
  ms === undefined ? unknown : `in ${duration(ms)}`;
