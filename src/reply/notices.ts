import { closed, openFence } from "../markdown/reading/fence.ts";
import type { ModelErrorCode } from "../model/model-client.ts";
import type { PlatformErrorCode } from "../port/index.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Ending, StoreErrorCode } from "../store/conversation-store.ts";
import { duration } from "../text/duration.ts";
import type { StopReason } from "./outcome.ts";

const { answers } = sentences;
const { next } = answers;

/** The reply with what went wrong below it, told apart from the model's words. */
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

/** Several in one line; undefined where there is none. */
export function joined(first: string, ...others: readonly (string | undefined)[]): string;
export function joined(...notices: readonly (string | undefined)[]): string | undefined;
export function joined(...notices: readonly (string | undefined)[]): string | undefined {
  const told = notices.filter((notice) => notice !== undefined);
  return told.length === 0 ? undefined : told.join(" ");
}

/** What to say of a reply that the model ended, or that the process's end broke off. `kept`: the next question will know of it. */
export function endingNotice(ending: Ending, empty: boolean, kept = true): string | undefined {
  switch (ending) {
    case "whole":
      return empty ? answers.empty : undefined;
    case "length":
      return empty ? answers.noTokensLeft : joined(answers.lengthLimit, goOn(kept));
    case "filtered":
      return empty ? answers.refusedByFilter : answers.contentFilter;
    case "refused":
      return empty ? answers.refusedByFilter : answers.declined;
    case "stopped":
      return answers.shutDown(kept && !empty ? "goOn" : "again");
    case "broken":
    case "failed":
      return undefined; // told by what broke it
  }
}

/** What to say of a reply that somebody wanted to end. Nothing went wrong, so it warns of nothing. */
export function stoppedAside(reason: StopReason, empty: boolean, kept: boolean): string | undefined {
  switch (reason) {
    case "reset":
      return answers.stoppedByReset;
    case "newer":
      return answers.stoppedForNewer;
    case "person":
      return empty ? answers.stoppedEmpty : joined(answers.stopped, goOn(kept));
  }
}

const goOn = (kept: boolean): string | undefined => (kept ? next.goOn : undefined);

/** What to say of an answer that the bot ended because it grew too long. */
export function longestNotice(empty: boolean, kept: boolean): string {
  return empty ? answers.thoughtTooLong : answers.grewTooLong(kept ? next.goOn : next.rest);
}

/** What to say when the model could not be asked or broke off. `shown`: a part of the answer stands above, and can be gone on with. */
export function modelNotice(code: ModelErrorCode, shown: boolean, retryAfterMs?: number): string {
  const { model, when } = answers;
  const then = shown ? next.goOn : next.again;
  const after = (unknown: string) => (retryAfterMs === undefined ? unknown : when.after(duration(retryAfterMs)));
  switch (code) {
    case "unauthorized":
      return model.unauthorized;
    case "forbidden":
      return model.forbidden;
    case "unknown-model":
      return model.unknownModel;
    case "no-quota":
      return model.noQuota;
    case "rate-limited":
      return model.rateLimited(after(when.minute));
    case "too-long":
      return model.tooLong;
    case "filtered":
      // What stands above was ended by the filter: to go on would be refused.
      return shown ? answers.contentFilter : answers.refusedByFilter;
    case "rejected":
      return model.rejected;
    case "unavailable":
      return model.unavailable(then);
    case "unreachable":
      return model.unreachable(then);
    case "timeout":
      return model.timeout(then);
    case "stalled":
      return model.stalled(then);
    case "broken":
      return model.broken(then);
    case "paused":
      return model.paused(after(when.soon));
    case "busy":
      return model.busy;
  }
}

/** What to say when something could not be stored or read back. Nothing else was done. */
export function storeNotice(code: StoreErrorCode): string {
  return code === "full" ? answers.storeFull : answers.storeBroken;
}

/** What to say below a reply that the platform stopped taking. */
export function lostNotice(code: PlatformErrorCode): string {
  const { platform } = answers;
  switch (code) {
    case "blocked":
    case "forbidden":
    case "absent":
    case "closed":
    case "gone":
      return platform[code];
    case "frozen":
    case "unsupported":
    case "ended":
    case "rate-limited":
    case "invalid":
    case "unavailable":
      return platform.other;
  }
}

/** What the bot has not read of what was said before it was called; undefined where it has read all. */
export function unreadNotice(read: number, unread: "none" | "some" | "all"): string | undefined {
  if (unread === "none") return undefined;
  return unread === "some" ? answers.readSome(read) : answers.readNothing;
}

/** A message with more files than it has room for; undefined where none was left out. */
export function filesNotice(given: number, leftOut: number): string | undefined {
  return leftOut === 0 ? undefined : answers.filesLeftOut(given, given + leftOut);
}
