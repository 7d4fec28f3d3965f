import type { FullReason } from "../limits/admission.ts";
import { createLoopGuard } from "../limits/loop-guard.ts";
import { createQuota, type Granted, type QuotaParts, type Refused } from "../limits/quota.ts";
import { createSeldom } from "../limits/seldom.ts";
import { holds, type RememberParts, remember } from "../memory/remember.ts";
import type { ModelClient } from "../model/model-client.ts";
import type { MessageEvent, PersonEvent, ReplySurface } from "../port/index.ts";
import { withAside } from "../reply/notices.ts";
import { fullNotice, limitNotice } from "../reply/refusal-notices.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Conversation } from "../store/conversation-store.ts";

/** What stands between a question and the model. */
export interface Gate {
  /** Tells whoever may not talk here, where they spoke to the bot, and not each time. */
  turnAway(event: PersonEvent, surface: ReplySurface): Promise<void>;
  /** Tells the author that this question is left out because too much waits; at most once a minute. */
  tellFull(reason: FullReason, question: MessageEvent, surface: ReplySurface): Promise<void>;
  /** The question is not answered, but stays a part of what others talk about. */
  keep(question: MessageEvent, conversation: Conversation, surface: ReplySurface): Promise<void>;
  /** The question will be refused because a limit is used up, whatever it says. */
  isSpent(question: MessageEvent): Promise<boolean>;
  /** Has the question answered, by a model whose use is counted; or says why not. */
  through(
    question: MessageEvent,
    conversation: Conversation,
    surface: ReplySurface,
    answer: (model: ModelClient) => Promise<void>,
  ): Promise<void>;
  /** The same for a question that it let through before a restart. */
  again(
    question: MessageEvent,
    conversation: Conversation,
    answer: (model: ModelClient) => Promise<void>,
  ): Promise<void>;
}

export type GateParts = QuotaParts & RememberParts;

export function createGate(parts: GateParts): Gate {
  const quota = createQuota(parts);
  const loops = createLoopGuard(parts.clock);
  const seldom = createSeldom(parts.clock);
  const full = createSeldom(parts.clock, 60_000);

  async function turnAway(event: PersonEvent, surface: ReplySurface): Promise<void> {
    const { place, author } = event;
    parts.log.debug({ thread: place.thread }, "somebody may not talk here");
    if (event.kind === "edited" || (event.kind === "message" && event.via === "overheard")) return;
    const isNews = seldom.first(`unwelcome ${place.server ?? place.channel} ${author.id}`);
    if (isNews || surface.awaitsAnswer) await say(sentences.refusals.notAllowed, surface);
  }

  async function tellFull(reason: FullReason, { place, author }: MessageEvent, surface: ReplySurface): Promise<void> {
    const isNews = full.first(`${reason} ${place.channel} ${author.id}`);
    if (isNews || surface.awaitsAnswer) await say(fullNotice(reason), surface);
  }

  async function refuse(
    { holder, shortage, renewedAt }: Refused,
    { place, author, via }: MessageEvent,
    surface: ReplySurface,
  ): Promise<void> {
    const isPrivate = surface.awaitsAnswer || surface.whisper !== undefined;
    const isToldAnyhow = via !== "overheard" && isPrivate;
    if (!isToldAnyhow && !seldom.first(`limit ${shortage.kind} ${place.channel} ${author.id}`)) return;
    const { serverNoun = "server" } = place;
    await say(limitNotice({ holder, serverNoun, shortage, waitMs: renewedAt - parts.clock.now() }), surface);
  }

  /** Part of what others talk about; of a thread that the bot is not in, it keeps nothing. */
  async function keep(question: MessageEvent, conversation: Conversation, surface: ReplySurface): Promise<void> {
    if (holds(conversation, question.message)) return;
    if (conversation.joined) await remember(question, conversation, surface, parts);
    else await parts.known.done(question.id);
  }

  async function through(
    question: MessageEvent,
    conversation: Conversation,
    surface: ReplySurface,
    answer: (model: ModelClient) => Promise<void>,
  ): Promise<void> {
    const passage = loops.pass(question.place);
    if (passage !== "go") {
      parts.log.warn(
        { thread: question.place.thread },
        "too many answers in one thread: is a bot talking to this one?",
      );
      await keep(question, conversation, surface);
      if (passage === "halt" || surface.awaitsAnswer) await say(sentences.refusals.loop, surface);
      return;
    }
    const admission = await quota.admit(question, conversation);
    if (admission.kind === "refused") {
      await keep(question, conversation, surface);
      await refuse(admission, question, surface);
      return;
    }
    await booked(admission, answer);
  }

  return {
    turnAway,
    tellFull,
    keep,
    isSpent: quota.isSpent,
    through,
    again: async (question, conversation, answer) => booked(await quota.promised(question, conversation), answer),
  };
}

async function booked({ model, end }: Granted, answer: (model: ModelClient) => Promise<void>): Promise<void> {
  try {
    await answer(model);
  } finally {
    await end();
  }
}

/** For their eyes alone, where the platform can. */
const say = (notice: string, surface: ReplySurface): Promise<void> =>
  (surface.whisper ?? surface.respond)(withAside("", notice));
