import type { FullReason } from "../limits/backlog.ts";
import { createCooldown } from "../limits/cooldown.ts";
import { createLoopGuard } from "../limits/loop-guard.ts";
import { createQuota, type Granted, type QuotaParts, type Refused } from "../limits/quota.ts";
import { holds, type RememberParts, remember } from "../memory/remember.ts";
import type { ModelClient } from "../model/model-client.ts";
import { type MessageEvent, type PersonEvent, type ReplySurface, tellPrivately } from "../port/index.ts";
import { withAside } from "../reply/notices.ts";
import { fullNotice, limitNotice } from "../reply/refusal-notices.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Conversation } from "../store/conversation-store.ts";

/** What stands between a question and the model. */
export interface Admission {
  /** Tells whoever may not talk here, where they spoke to the bot, and not each time. */
  deny(event: PersonEvent, surface: ReplySurface): Promise<void>;
  /** Tells the author that this question is left out because too much waits; at most once a minute. */
  tellFull(reason: FullReason, question: MessageEvent, surface: ReplySurface): Promise<void>;
  /** The question is not answered, but stays a part of what others talk about. */
  keep(question: MessageEvent, conversation: Conversation, surface: ReplySurface): Promise<void>;
  /** The question will be refused because a limit is used up, whatever it says. */
  isOverLimit(question: MessageEvent): Promise<boolean>;
  /** Has the question answered, by a model whose use is counted; or says why not. */
  admit(
    question: MessageEvent,
    conversation: Conversation,
    surface: ReplySurface,
    answer: (model: ModelClient) => Promise<void>,
  ): Promise<void>;
  /** The same for a question that it let through before a restart. */
  readmit(
    question: MessageEvent,
    conversation: Conversation,
    answer: (model: ModelClient) => Promise<void>,
  ): Promise<void>;
}

export type AdmissionParts = QuotaParts & RememberParts;

export function createAdmission(parts: AdmissionParts): Admission {
  const quota = createQuota(parts);
  const loops = createLoopGuard(parts.clock);
  const seldom = createCooldown(parts.clock);
  const full = createCooldown(parts.clock, 60_000);

  async function deny(event: PersonEvent, surface: ReplySurface): Promise<void> {
    const { place, author } = event;
    parts.log.debug({ thread: place.thread }, "event from a person who may not talk here");
    if (event.kind === "edited" || (event.kind === "message" && event.via === "ambient")) return;
    const isNews = seldom.ready(`unwelcome ${place.server ?? place.channel} ${author.id}`);
    if (isNews || surface.expectsResponse) await say(sentences.refusals.notAllowed, surface);
  }

  async function tellFull(reason: FullReason, { place, author }: MessageEvent, surface: ReplySurface): Promise<void> {
    const isNews = full.ready(`${reason} ${place.channel} ${author.id}`);
    if (isNews || surface.expectsResponse) await say(fullNotice(reason), surface);
  }

  async function refuse(
    { scope, limitHit, resetsAt }: Refused,
    { place, author, via }: MessageEvent,
    surface: ReplySurface,
  ): Promise<void> {
    const isPrivate = surface.expectsResponse || surface.respondPrivately !== undefined;
    const isToldAnyhow = via !== "ambient" && isPrivate;
    if (!isToldAnyhow && !seldom.ready(`limit ${limitHit.kind} ${place.channel} ${author.id}`)) return;
    const { serverNoun = "server" } = place;
    await say(limitNotice({ scope, serverNoun, limitHit, waitMs: resetsAt - parts.clock.now() }), surface);
  }

  /** Part of what others talk about; of a thread that the bot is not in, it keeps nothing. */
  async function keep(question: MessageEvent, conversation: Conversation, surface: ReplySurface): Promise<void> {
    if (holds(conversation, question.message)) return;
    if (conversation.joined) await remember(question, conversation, surface, parts);
    else await parts.known.done(question.id);
  }

  async function admit(
    question: MessageEvent,
    conversation: Conversation,
    surface: ReplySurface,
    answer: (model: ModelClient) => Promise<void>,
  ): Promise<void> {
    const verdict = loops.check(question.place);
    if (verdict !== "allow") {
      parts.log.warn(
        { thread: question.place.thread },
        "too many answers in one thread: is a bot talking to this one?",
      );
      await keep(question, conversation, surface);
      if (verdict === "notify" || surface.expectsResponse) await say(sentences.refusals.loop, surface);
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
    deny,
    tellFull,
    keep,
    isOverLimit: quota.isOverLimit,
    admit,
    readmit: async (question, conversation, answer) => booked(await quota.admitResumed(question, conversation), answer),
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
const say = (notice: string, surface: ReplySurface): Promise<void> => tellPrivately(surface, withAside("", notice));
