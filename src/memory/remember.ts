// The memory is what the bot keeps of a thread: who said what, which files were read, and what was answered.
// Remembering is done before the model is asked, so that a crash may cost an answer and never a question.
// What is not kept stands beside it: opt-outs, what was forgotten or reset, and what a person may take along.

import { filesShare } from "../limits/core-settings.ts";
import type { CountTokens } from "../model/tokens.ts";
import type { AdapterLog, Attachment, MessageEvent, MessageId, Place, ReplySurface } from "../port/index.ts";
import { arrivedEarlier } from "../prompt/arrived.ts";
import { cutMessage, type Fitted, marked, mayBeShortened } from "../prompt/cut-message.ts";
import { readyUpTo, type Summaries, type Summary, summaryAt } from "../prompt/summaries.ts";
import { type BudgetParts, tokenBudgetOf } from "../prompt/token-budget.ts";
import { pendingTurn, toPersonTurn, toTurns } from "../prompt/turns.ts";
import { trimWindow } from "../prompt/window.ts";
import { joined, unreadNotice } from "../reply/notices.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Conversation, ConversationStore, Turn } from "../store/conversation-store.ts";
import { describeError } from "../text/errors.ts";
import type { KnownEvents } from "./known-events.ts";
import type { OptOuts } from "./opt-outs.ts";
import { redactOptedOut, withoutOptedOut } from "./redact.ts";

export type RememberParts = BudgetParts & {
  readonly store: ConversationStore;
  readonly summaries: Summaries;
  readonly optOuts: OptOuts;
  readonly known: Pick<KnownEvents, "done">;
  readonly countTokens: CountTokens;
  readonly log: AdapterLog;
};

/** The message is a part of the memory, as far as the window reaches. */
export function holds({ turns }: Conversation, message: MessageId): boolean {
  return turns.some((turn) => turn.kind === "person" && turn.message === message);
}

export type Remembered = {
  /** The window, the message at its end. */
  readonly conversation: Conversation;
  /** Stands in the prompt for what the window has passed. */
  readonly summary: Summary | undefined;
  /** Says what the model was not given: what was said here before and could not be read, or the end of a long message. */
  readonly notice: string | undefined;
  /** False where the person does not want to be remembered: then the answer is not kept either. */
  readonly kept: boolean;
};

/** The same where the memory may hold the message already, because it was asked before a restart. */
export async function rememberOnce(
  message: MessageEvent,
  before: Conversation,
  surface: ReplySurface,
  parts: RememberParts,
): Promise<Remembered> {
  const held = before.turns.find((turn) => turn.kind === "person" && turn.message === message.message);
  if (held?.kind !== "person") return remember(message, before, surface, parts, true);
  const summary = summaryAt(await parts.summaries.at(before.thread), before.start);
  // What the person is told of a cut is not stored with it.
  const notice = mayBeShortened(held) ? (await toFittingTurn(message, surface, parts)).notice : undefined;
  return { conversation: before, summary, notice, kept: true };
}

/** Questions of different people are answered at the same time there. */
export const isShared = ({ kind }: Place): boolean => kind === "channel";

/**
 * Adds a person's message to the memory; in a thread that the bot joins late, also what was said there before. `isReserved`: an answer
 * will follow.
 */
export async function remember(
  message: MessageEvent,
  before: Conversation,
  surface: ReplySurface,
  parts: RememberParts,
  isReserved = false,
): Promise<Remembered> {
  const isNew = !before.joined || before.unreadable === true;
  const earlier = isNew ? await earlierTurns(message, surface, parts) : nothingEarlier;
  const { turn, notice } = await toFittingTurn(message, surface, parts);
  const kept = await redactOptedOut(turn, message.place, parts.optOuts);
  const summaries = await parts.summaries.at(message.place.thread);
  const whole = withTurns(before, [...earlier.turns, turn]);
  const window = trimWindow(whole, tokenBudgetOf(parts).turns, readyUpTo(summaries, before.start));
  // With the window's new start, because the append saves it: a thread that is only listened to must not pile up. Where nothing is
  // kept the thread is joined all the same, and what others said there stays in the window.
  const add = isShared(message.place) ? parts.store.add : parts.store.append;
  // Others are answered beside it: its answer's place is kept, so that the memory has the order of the questions.
  const answer = isReserved && isShared(message.place) ? [pendingTurn({ messages: [], at: turn.at })] : [];
  const stored =
    kept === undefined
      ? await add(before, ...earlier.turns)
      : await add({ ...before, start: window.start }, ...earlier.turns, kept, ...answer);
  await parts.known.done(message.id);
  return {
    conversation: { ...stored, start: window.start, turns: window.turns },
    summary: summaryAt(summaries, window.start),
    notice: joined(before.unreadable ? sentences.answers.lostMemory : undefined, earlier.notice, notice),
    kept: kept !== undefined,
  };
}

function withTurns(before: Conversation, added: readonly Turn[]): Conversation {
  return { ...before, next: before.next + added.length, turns: [...before.turns, ...added] };
}

/** With the texts of its files, as far as they can be read and fit. */
export async function toFittingTurn(
  message: MessageEvent,
  surface: ReplySurface,
  parts: RememberParts,
): Promise<Fitted> {
  const opened = { ...message, attachments: await readAll(message.attachments, surface, parts) };
  return cutMessage(
    toPersonTurn(opened, parts.countTokens),
    message.place,
    tokenBudgetOf(parts).message,
    parts.countTokens,
  );
}

/** More files in one message are named to the model, but not opened. */
const mostFiles = 5;

async function readAll(
  files: readonly Attachment[],
  surface: ReplySurface,
  parts: RememberParts,
): Promise<readonly Attachment[]> {
  const opened = await Promise.all(files.map((file, index) => (index < mostFiles ? read(file, surface, parts) : file)));
  return cutTo(tokenBudgetOf(parts).turns * filesShare * charactersPerToken, opened);
}

const charactersPerToken = 3;

function cutTo(most: number, files: readonly Attachment[]): readonly Attachment[] {
  let left = most;
  return files.map((file) => {
    if (file.text === undefined) return file;
    const text = file.text.length <= left ? file.text : marked(file.text.slice(0, left).toWellFormed(), "file");
    left = Math.max(0, left - file.text.length);
    return { ...file, text };
  });
}

/** A file that cannot be had is still named: the person hears from the model that it has not seen it. */
async function read(file: Attachment, surface: ReplySurface, parts: RememberParts): Promise<Attachment> {
  try {
    const text = await surface.read(file);
    return text === undefined ? file : { ...file, text };
  } catch (error) {
    parts.log.warn({ error: describeError(error) }, "an attached file could not be read");
    return file;
  }
}

type EarlierTurns = { readonly turns: readonly Turn[]; readonly notice: string | undefined };

const nothingEarlier: EarlierTurns = { turns: [], notice: undefined };

async function earlierTurns(message: MessageEvent, surface: ReplySurface, parts: RememberParts): Promise<EarlierTurns> {
  try {
    const { messages, complete } = await surface.history(parts.settings.earlierMessages);
    const known = await withoutOptedOut(messages.map(arrivedEarlier), message.place, parts.optOuts);
    const { message: most } = tokenBudgetOf(parts);
    const turns = toTurns(known, message.place, parts.countTokens).map((turn) =>
      turn.kind === "bot" ? turn : cutMessage(turn, message.place, most, parts.countTokens).turn,
    );
    return { turns, notice: unreadNotice(messages.length, complete ? "none" : "some") };
  } catch (error) {
    parts.log.warn(
      { thread: message.place.thread, error: describeError(error) },
      "could not read the earlier messages",
    );
    return { turns: [], notice: unreadNotice(0, "all") };
  }
}
