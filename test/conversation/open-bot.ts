import { onTestFinished } from "vitest";
import { createBot } from "../../src/bot.ts";
import type { Core, CoreSettings } from "../../src/conversation/core.ts";
import { openMemory } from "../../src/conversation/memory.ts";
import { withConcurrency } from "../../src/model/concurrency.ts";
import { toPersona } from "../../src/persona/presets.ts";
import { createEditBudget } from "../../src/reply/edit-budget.ts";
import { createInFlight } from "../../src/runtime/in-flight.ts";
import type { ConversationStore, Turn } from "../../src/store/conversation-store.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { recordingLog } from "../support/recording-log.ts";
import { createRecordingSurface } from "../support/recording-surface.ts";
import { createScriptedModel } from "../support/scripted-model.ts";
import { placeOf } from "./build-event.ts";

export type OpenBotOptions = {
  readonly settings?: Partial<CoreSettings>;
  readonly persona?: string;
  /** Questions that the model is asked at once; as many as there are if not set. */
  readonly concurrency?: number;
  /** Stands before the real store, to fail in its place. */
  readonly wrapStore?: (store: ConversationStore) => ConversationStore;
};

/** The core with a real store in memory, a scripted model, a manual clock and a thread that records. */
export async function openBot(options: OpenBotOptions = {}) {
  const log = recordingLog();
  const opened = await openStore("sqlite://:memory:", log);
  onTestFinished(() => opened.close());
  const clock = createManualClock();
  const model = createScriptedModel();
  const core: Core = {
    model: withConcurrency(model, { most: options.concurrency ?? Number.POSITIVE_INFINITY, refusal: () => undefined }),
    ...openMemory(
      { ...opened, conversations: options.wrapStore?.(opened.conversations) ?? opened.conversations },
      { persona: toPersona(options.persona ?? "assistant"), log, clock },
    ),
    inFlight: createInFlight(),
    budget: createEditBudget(clock),
    clock,
    log,
    countTokens: (text) => Math.ceil(text.length / 4),
    settings: { windowTokens: 4_000, followThreads: true, earlierMessages: 50, ...options.settings },
  };
  const bot = createBot(core);
  const turns = async (thread = placeOf().thread): Promise<readonly Turn[]> =>
    (await opened.conversations.open(thread)).turns;
  return {
    ...bot,
    core,
    log,
    clock,
    model,
    store: opened.conversations,
    surface: createRecordingSurface(),
    turns,
    /** What the thread's memory holds, one line a turn. */
    memory: async (thread = placeOf().thread) =>
      (await turns(thread)).map((turn) =>
        turn.kind === "person" ? `${turn.author.name}: ${turn.text}` : `bot (${turn.ending}): ${turn.text}`,
      ),
  };
}

export type OpenedBot = Awaited<ReturnType<typeof openBot>>;

/** A promise and what resolves it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}
