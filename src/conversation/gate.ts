import type { ModelClient } from "../model/model-client.ts";
import type { MessageEvent, PersonEvent, ReplySurface } from "../port/index.ts";
import { withNotice } from "../reply/notices.ts";
import { fullNotice, limitNotice, loopNotice, unwelcomeNotice } from "../reply/refusal-notices.ts";
import type { Conversation } from "../store/conversation-store.ts";
import type { FullReason } from "./admission.ts";
import type { Answered } from "./answer.ts";
import type { Core } from "./core.ts";
import { createLoopGuard } from "./loop-guard.ts";
import { createQuota, type Granted, type Refused } from "./quota.ts";
import { holds, remember } from "./remember.ts";
import { createSeldom } from "./seldom.ts";

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
    answer: (model: ModelClient) => Promise<Answered>,
  ): Promise<Answered>;
  /** The same for a question that it let through before a restart. */
  again(
    question: MessageEvent,
    conversation: Conversation,
    answer: (model: ModelClient) => Promise<Answered>,
  ): Promise<Answered>;
}

export function createGate(core: Core): Gate {
  const quota = createQuota(core);
  const loops = createLoopGuard(core.clock);
  const seldom = createSeldom(core.clock);
  const full = createSeldom(core.clock, 60_000);

  async function turnAway(event: PersonEvent, surface: ReplySurface): Promise<void> {
    const { place, author } = event;
    core.log.debug({ thread: place.thread }, "somebody may not talk here");
    if (event.kind === "edited" || (event.kind === "message" && event.via === "overheard")) return;
    const isNews = seldom.first(`unwelcome ${place.server ?? place.channel} ${author.id}`);
    if (isNews || surface.awaitsAnswer) await say(unwelcomeNotice, surface);
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
    await say(limitNotice({ holder, serverNoun, shortage, waitMs: renewedAt - core.clock.now() }), surface);
  }

  /** Part of what others talk about; of a thread that the bot is not in, it keeps nothing. */
  async function keep(question: MessageEvent, conversation: Conversation, surface: ReplySurface): Promise<void> {
    if (holds(conversation, question.message)) return;
    if (conversation.joined) await remember(question, conversation, surface, core);
    else await core.handled.add(question.id);
  }

  async function through(
    question: MessageEvent,
    conversation: Conversation,
    surface: ReplySurface,
    answer: (model: ModelClient) => Promise<Answered>,
  ): Promise<Answered> {
    const passage = loops.pass(question.place);
    if (passage !== "go") {
      core.log.warn({ thread: question.place.thread }, "too many answers in one thread: is a bot talking to this one?");
      await keep(question, conversation, surface);
      if (passage === "halt" || surface.awaitsAnswer) await say(loopNotice, surface);
      return "answered";
    }
    const admission = await quota.admit(question, conversation);
    if (admission.kind === "refused") {
      await keep(question, conversation, surface);
      await refuse(admission, question, surface);
      return "answered";
    }
    return booked(admission, answer);
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

async function booked({ model, end }: Granted, answer: (model: ModelClient) => Promise<Answered>): Promise<Answered> {
  try {
    return await answer(model);
  } finally {
    await end();
  }
}

/** For their eyes alone, where the platform can. */
const say = (notice: string, surface: ReplySurface): Promise<void> =>
  (surface.whisper ?? surface.respond)(withNotice("", notice));
