// A prompt is what the model is told: the persona, the frame, a summary of what is long ago, and the turns in the window.
// This folder builds it so that no text of a person can pass for another speaker, and so that it fits into the model's context.
// Where a server refuses a prompt, it is asked again with less.

import { fillPlaceholders } from "../choices/placeholders.ts";
import type { Persona } from "../choices/presets.ts";
import type { ModelClient, Prompt } from "../model/model-client.ts";
import type { CountTokens } from "../model/tokens.ts";
import type { Author, Place } from "../port/index.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Conversation } from "../store/conversation-store.ts";
import { isLeftOut, leftOutOf } from "./left-out.ts";
import { promptMessages, turnOverhead } from "./prompt-messages.ts";
import type { Summary } from "./summaries.ts";

/** What the model is given to know of a conversation. */
export type Window = {
  readonly conversation: Conversation;
  /** Stands for what the window has passed. */
  readonly summary: Summary | undefined;
};

export type PromptInput = {
  readonly place: Place;
  /** Who asks. */
  readonly author: Author;
  readonly persona: Persona;
  readonly window: Window;
};

export type PromptParts = {
  readonly clock: Pick<Clock, "now">;
  readonly model: ModelClient;
  readonly countTokens: CountTokens;
};

/** The prompt, with its tokens counted: turns were counted when they were stored. */
export function buildPrompt(
  { place, author, persona, window }: PromptInput,
  parts: PromptParts,
): Prompt & { readonly tokens: number } {
  const filled = fillPlaceholders(persona.text, {
    date: new Date(parts.clock.now()).toISOString().slice(0, 10),
    user: author.name,
    server: place.serverName ?? "a direct conversation",
    channel: place.channelName ?? "this conversation",
    bot: place.bot,
    model: parts.model.model,
  });
  const messages = promptMessages(filled, place, window.conversation, window.summary?.text);
  const system = parts.countTokens(messages[0]?.content ?? "") + turnOverhead;
  return {
    messages,
    user: author.id,
    thread: place.thread,
    tokens: system + (window.summary?.tokens ?? 0) + turnTokens(window),
  };
}

export function turnTokens({ conversation }: Window): number {
  const leftOut = leftOutOf(conversation.turns);
  return conversation.turns.reduce((sum, turn) => sum + (isLeftOut(turn, leftOut) ? turnOverhead : turn.tokens), 0);
}
