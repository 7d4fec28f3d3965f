import { describeError } from "../errors.ts";
import { ModelError, type ModelEvent, type Prompt } from "../model/model-client.ts";
import { fillPlaceholders } from "../persona/placeholders.ts";
import type { Persona } from "../persona/presets.ts";
import { type Control, type MessageEvent, PlatformError, type ReplySurface } from "../port/index.ts";
import {
  endingNotice,
  lostNotice,
  modelNotice,
  unexpectedNotice,
  unsavedNotice,
  withNotice,
} from "../reply/notices.ts";
import { createPacer, type Pacer } from "../reply/pacer.ts";
import { createReplyHandle, type ReplyHandle } from "../reply/reply-handle.ts";
import type { StopReason } from "../runtime/in-flight.ts";
import type { BotTurn, Conversation, Ending } from "../store/conversation-store.ts";
import type { Core } from "./core.ts";
import { isCut } from "./is-cut.ts";
import { startPresence } from "./presence.ts";
import { buildPrompt } from "./prompt.ts";
import { remember } from "./remember.ts";
import { toBotTurn } from "./turns.ts";

const stopControl: Control = { command: "stop", label: "Stop" };
const goOnControl: Control = { command: "go-on", label: "Go on" };

/** What became of the model's answer. */
type Outcome = {
  readonly text: string;
  readonly ending: Ending;
  readonly notice: string | undefined;
  readonly controls: readonly Control[];
};

/** One turn, whole: the question is stored, the model asked, the reply shown while it grows, and stored with how it ended. */
export async function answer(
  question: MessageEvent,
  before: Conversation,
  surface: ReplySurface,
  core: Core,
): Promise<void> {
  const reply = core.inFlight.begin(question.place);
  try {
    const presence = startPresence(surface, core);
    try {
      const { persona } = await core.personas.at(question.place);
      // Saved before the model is called: a crash may cost the reply, never the question.
      const { conversation, notice } = await remember(question, before, surface, core);
      const prompt = toPrompt(question, persona, conversation, core);
      const { signal } = reply;
      await converse({ question, conversation, unread: notice, prompt, surface, core, signal, seen: presence.end });
    } finally {
      presence.end();
    }
  } finally {
    reply.end();
  }
}

function toPrompt(question: MessageEvent, persona: Persona, conversation: Conversation, core: Core): Prompt {
  const { place, author } = question;
  const system = fillPlaceholders(persona.text, {
    date: new Date(core.clock.now()).toISOString().slice(0, 10),
    user: author.name,
    server: place.serverName ?? "a direct conversation",
    channel: place.channelName ?? "this conversation",
    bot: place.bot,
    model: core.model.model,
  });
  return { messages: buildPrompt(system, place, conversation), user: author.id };
}

type Asking = {
  readonly question: MessageEvent;
  readonly conversation: Conversation;
  /** What the bot has not read, if it came late. */
  readonly unread: string | undefined;
  readonly prompt: Prompt;
  readonly surface: ReplySurface;
  readonly core: Core;
  readonly signal: AbortSignal;
  /** Called when there is something to see. */
  readonly seen: () => void;
};

async function converse(asking: Asking): Promise<void> {
  const { question, conversation, unread, surface, core } = asking;
  const unwritable = new AbortController();
  const handle = createReplyHandle(surface, [stopControl]);
  const pacer = createPacer({
    reply: handle,
    budget: core.budget,
    clock: core.clock,
    fail: (error) => unwritable.abort(error),
  });
  const heading = question.heading === undefined ? "" : `${question.heading}\n\n`;
  const signal = AbortSignal.any([asking.signal, unwritable.signal]);
  const outcome = await stream(asking, signal, (text) => pacer.offer(heading + text));
  const lost = unwritable.signal.aborted
    ? unwritable.signal.reason
    : await settled(pacer, heading + withNotices(outcome.text, outcome.notice, unread), outcome.controls);
  const ending: Ending = lost === undefined ? outcome.ending : "stopped";
  const botTurn = toBotTurn({ ...outcome, ending }, handle.messages, core);
  await keep(botTurn, conversation, surface, core);
  if (lost === undefined) return;
  await tellLost(lost, handle, surface, core);
  throw lost;
}

const withNotices = (text: string, ...notices: readonly (string | undefined)[]): string =>
  notices.reduce<string>(withNotice, text);

/** Below what stands, so that no cursor is left; or on its own where there is no room, if the person can be reached at all. */
async function tellLost(lost: unknown, handle: ReplyHandle, surface: ReplySurface, core: Core): Promise<void> {
  const code = lost instanceof PlatformError ? lost.code : "invalid";
  const mute = ["gone", "forbidden", "closed", "absent"].includes(code);
  const notice = lostNotice(code);
  try {
    if (code !== "gone" && (await handle.retire(notice).catch(() => false))) return;
    if (surface.whisper !== undefined) await surface.whisper(withNotice("", notice));
    else if (!mute) await surface.respond(withNotice("", notice));
  } catch (error) {
    core.log.warn({ error: describeError(error) }, "the reply could not be ended cleanly either");
  }
}

/** Reads the model's events to their end; whatever ends them becomes an outcome. */
async function stream(asking: Asking, signal: AbortSignal, show: (text: string) => void): Promise<Outcome> {
  const { prompt, core, seen } = asking;
  let text = "";
  // Noted as it comes: a look at the whole text for each token would cost more the longer the answer gets.
  let visible = false;
  try {
    for await (const event of core.model.stream(prompt, signal)) {
      if (event.kind === "end") return toOutcome(text, event, asking.signal);
      if (event.kind !== "text" || event.text === "") continue;
      text += event.text;
      visible ||= event.text.trim() !== "";
      if (!visible) continue;
      seen();
      show(text);
    }
    throw new ModelError("broken", "the model's events ended without an end");
  } catch (error) {
    // Whatever it was, the words stand and the person hears of it; a cursor left behind would say that more is to come.
    const { thread } = asking.question.place;
    core.log.warn({ thread, error: describeError(error) }, "the model did not finish its answer");
    const notice =
      error instanceof ModelError ? modelNotice(error.code, visible, error.retryAfterMs) : unexpectedNotice;
    return { text, ending: visible ? "broken" : "failed", notice, controls: visible ? [goOnControl] : [] };
  }
}

function toOutcome(text: string, end: Extract<ModelEvent, { kind: "end" }>, stop: AbortSignal): Outcome {
  const reason = stop.aborted ? (stop.reason as StopReason) : undefined;
  const empty = text.trim() === "";
  const controls = isCut(end.ending) && !empty && reason !== "reset" ? [goOnControl] : [];
  return { text, ending: end.ending, notice: endingNotice(end.ending, empty, reason), controls };
}

/** Writes the last text. Returns the platform's error where that could not be done. */
async function settled(pacer: Pacer, text: string, controls: readonly Control[]): Promise<PlatformError | undefined> {
  try {
    await pacer.settle(text, controls);
    return undefined;
  } catch (error) {
    if (error instanceof PlatformError) return error;
    throw error;
  }
}

/** Stores the reply. It stands already, so a failure is told below it rather than in its place. */
async function keep(turn: BotTurn, conversation: Conversation, surface: ReplySurface, core: Core): Promise<void> {
  try {
    await core.store.append(conversation, turn);
  } catch (error) {
    core.log.error({ thread: conversation.thread, error: describeError(error) }, "the reply could not be stored");
    await surface.respond(withNotice("", unsavedNotice));
  }
}
