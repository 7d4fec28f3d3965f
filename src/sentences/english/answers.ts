import { characters, count, files, messages, number, questions } from "./format.ts";

const contentFilter = "The provider's content filter ended this answer. Ask in other words.";
const refusedByFilter =
  "The provider's content filter refused this message, so I won't send it to the model again. The rest of the conversation stays. Ask in other words.";
const seeLog = "Tell the person who runs me; the reason is in the log.";
const goOn = "Say “go on” and I'll continue.";

/** What stands below an answer, or in its place. */
export const answers = {
  /** What a person can do about an answer that ends too early. */
  next: { goOn, again: "Ask again in a moment.", rest: "Ask again for the rest." },

  empty: "The model sent an empty answer. Ask again, or ask in other words.",
  noTokensLeft:
    "The model used up its token limit before the first word. Ask the person who runs me to raise MAX_OUTPUT_TOKENS.",
  lengthLimit: "The answer reached its length limit.",
  contentFilter,
  refusedByFilter,
  declined: "The model declined to answer this. Ask in other words.",
  grewTooLong: (next: string) => `This answer became very long, so I ended it here. ${next}`,
  thoughtTooLong: "The model thought for a very long time without answering, so I ended it. Ask in other words.",

  stopped: "Stopped.",
  stoppedEmpty: "Stopped before the first word.",
  stoppedByReset: "Stopped, because the memory was cleared. Ask again if you still want an answer.",
  stoppedForNewer: "Stopped, because a newer message came.",
  dropped: (waiting: number) =>
    `Stopped. ${questions(waiting)} that waited here will not be answered. Ask again if you still want an answer.`,
  shutDown: (next: "goOn" | "again") =>
    next === "goOn"
      ? "I was shut down while writing this. When I'm back, say “go on” and I'll continue."
      : "I was shut down while writing this. When I'm back, ask again.",
  restarting: "I'm restarting. I'll finish this answer in a moment.",
  brokenOff: "I was interrupted. Press “Try again” for a new answer.",
  unremembered: "A restart interrupted this answer. Memory is off for you, so I can't resume it. Please ask again.",
  nothingToRetry:
    "There is nothing to try again here: the question was answered, or it was asked too long ago. You can ask again.",

  /** Why the model could not be asked, or stopped in mid-answer. */
  model: {
    unauthorized: "The model's server rejected my key. Ask the person who runs me to check OPENAI_API_KEY.",
    forbidden: "My key is not allowed to use this model. Ask the person who runs me to check OPENAI_API_KEY and MODEL.",
    unknownModel:
      "The model's server does not know this model or address. Ask the person who runs me to check MODEL and OPENAI_BASE_URL.",
    noQuota:
      "My account with the model's provider has no quota left. Ask the person who runs me to check the provider's billing page.",
    rateLimited: (when: string) => `The model's server gets too many requests right now. Ask again ${when}.`,
    tooLong:
      "This conversation is too long for the model. Say `reset` to start over, or ask the person who runs me to lower WINDOW_TOKENS.",
    rejected: `The model's server rejected the request. ${seeLog}`,
    unavailable: (next: string) => `The model's server reported an error. ${next}`,
    unreachable: (next: string) =>
      `I can't reach the model's server. ${next} If this goes on, ask the person who runs me to check OPENAI_BASE_URL.`,
    timeout: (next: string) => `The model's server did not start to answer in time. ${next}`,
    stalled: (next: string) => `The model stopped sending in the middle of its answer. ${next}`,
    broken: (next: string) => `The connection to the model broke. ${next}`,
    paused: (when: string) =>
      `The model's server failed several times in a row, so I stopped asking it for a while. Ask again ${when}.`,
    busy: "Too many questions are waiting for the model. Ask again in a few minutes.",
  },
  when: { soon: "in a moment", minute: "in a minute", after: (duration: string) => `in ${duration}` },
  maybePersona:
    "If every message here is refused, the persona may be the cause. To see it, say `persona show`; to change it, `persona set`.",
  apart: (because: "filtered" | "failed", leftOut: boolean) =>
    `${
      because === "filtered"
        ? "The provider's content filter refused an earlier message"
        : "The model's server failed on an earlier message"
    }, so I answered without that message${leftOut ? " and won't send it again" : ""}. If the message matters, write it in other words.`,
  fallback: (other: string, first: string) => `Answered by ${other}, because ${first} failed.`,

  storeFull:
    "My disk is full, so nothing was saved or done. Ask the person who runs me to free some space, then try again.",
  storeBroken: `My storage does not work right now, so I did nothing. Try again in a moment. ${seeLog}`,
  unsaved: `I could not save this answer and won't remember it. ${seeLog}`,
  unexpected: `Something went wrong on my side. Ask again. ${seeLog}`,

  /** Why an answer ends on the platform's side. */
  platform: {
    blocked: "The moderation rules here blocked my answer. Ask in other words, or ask a moderator.",
    forbidden: `I'm no longer allowed to write in this channel, so I stopped. ${seeLog}`,
    absent: "I'm not a member of this channel, so I can't answer here. Invite me and ask again.",
    closed:
      "This channel or thread is archived or locked, so I stopped. Ask someone to open it, or ask me in another place.",
    gone: "My answer, or the message it replied to, was deleted while I was writing. Ask again if you still want an answer.",
    other: `The rest of this answer could not be shown. Ask again. ${seeLog}`,
  },

  /** What the answer was written without. */
  readSome: (read: number) => `I read only the last ${messages(read)} before your question.`,
  readNothing: `I could not read what was written here before. ${seeLog}`,
  lostMemory: `My memory of this conversation is damaged, so I start again from the messages I can read here. ${seeLog}`,
  cut: (read: number, length: number) =>
    `This is more than I can read at once: I got the first ${number(read)} of ${characters(length)}. Send the rest as another message, or ask the person who runs me to raise WINDOW_TOKENS.`,
  filesLeftOut: (read: number, all: number) => {
    if (all === 1) return "I did not get your file. Send it in another message.";
    if (read === 0) return `I got none of your ${files(all)}. Send them in another message.`;
    return `I got only the first${read === 1 ? "" : ` ${number(read)}`} of your ${files(all)}. Send the rest in another message.`;
  },

  /** In place of an answer to come, or behind the bot's name: “Parley is thinking…”. */
  progress: {
    thinking: "is thinking…",
    writing: "is writing…",
    thinkingFor: (duration: string) => `is thinking… ${duration}`,
    waitingFor: (duration: string) => `is waiting for the model… ${duration}`,
    inQueue: (before: number) =>
      `is waiting: ${before === 0 ? "your question is next" : `${questions(before)} before yours`}`,
    /** The same without the bot's name before it. */
    alone: (doing: string) => doing.replace(/^is /, ""),
  },

  /** Below a preview of what is too long for a message. */
  attached: {
    code: "The whole code is in the file below.",
    table: "The whole table is in the file below.",
    more: (value: number, unit: "line" | "character") =>
      unit === "line"
        ? count(value, { one: "more line", other: "more lines" })
        : count(value, { one: "more character", other: "more characters" }),
    soFar: (more: string) => `${more} so far`,
  },

  buttons: { stop: "Stop", goOn: "Go on", retry: "Try again" },
  gone: "This button no longer works. Ask again, or type the command.",
  notYours: "Only the person who asked can press this. Nothing was changed.",

  /** Questions that a press or a menu asks in a person's name. */
  asks: {
    goOn: "Go on.",
    about: "Answer the quoted message if it asks something; otherwise explain it.",
    aboutLink: (url: string) => `About ${url}`,
    nothingToRead: "I found nothing to read in that message.",
    empty: "The question was empty. Write it after the command: `ask What is …?`",
  },
};
