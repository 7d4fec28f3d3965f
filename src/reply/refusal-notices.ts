import { type FullReason, mostCommands, mostWaiting, mostWaitingHere } from "../limits/admission.ts";
import type { Holder, Measure, Shortage } from "../limits/limits.ts";
import { duration } from "../text/duration.ts";

/** Somebody whom the lists of the settings do not let talk to the bot. */
export const unwelcomeNotice =
  "Sorry, I am not allowed to answer you here. If you think that is a mistake, ask whoever runs me.";

/** Rights hang on what the platform of that name did not tell. */
export const unverifiedNotice = (platform: string): string =>
  `I could not ask ${platform} whether you may do that. Try again in a minute.`;

/** Too many answers in one thread. */
export const loopNotice =
  "I have given very many answers here within a minute, so I am silent in this thread for a minute. If a bot is talking to me, please stop it.";

/** Somebody has so much waiting that one more would only pile up. */
export function fullNotice(what: FullReason | "commands"): string {
  switch (what) {
    case "person":
      return `You have ${mostWaiting} questions waiting already, so I left this one out. Ask it again when some are answered.`;
    case "place":
      return `${mostWaitingHere} questions are waiting here already, so I left this one out. Ask it again when some are answered.`;
    case "commands":
      return `You have ${mostCommands} commands waiting already, so I left this one out. Try it again when they are done.`;
  }
}

export type Refusal = {
  readonly holder: Holder;
  /** What people here call a server. */
  readonly serverNoun: string;
  readonly shortage: Shortage;
  readonly waitMs: number;
};

/** A day's limit has no room for a question. */
export function limitNotice({ holder, serverNoun, shortage, waitMs }: Refusal): string {
  const { measure, limit, kind } = shortage;
  const whose = holder === "user" ? "your" : `this ${serverNoun}'s`;
  const amount = amountOf(measure, limit);
  switch (kind) {
    case "spent":
      return `This would be more than ${whose} ${amount} a day. I can answer again in ${duration(Math.ceil(waitMs / 60_000) * 60_000)}, at 00:00 UTC.`;
    case "pending":
      return `What is left of ${whose} ${amount} a day is kept for answers that I am still writing. Ask again when they are done.`;
    case "large":
      return `This question, with what was said here before, takes more than ${whose} ${amount} a day. Ask me in a new thread, or say “reset” to start over.`;
  }
}

function amountOf(measure: Measure, limit: number): string {
  switch (measure) {
    case "requests":
      return limit === 1 ? "one question" : `${limit.toLocaleString("en-US")} questions`;
    case "tokens":
      return `${limit.toLocaleString("en-US")} tokens`;
    case "dollars":
      return `$${limit < 0.01 ? limit : limit.toFixed(2)}`;
  }
}
