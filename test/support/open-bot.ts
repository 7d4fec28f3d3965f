import { onTestFinished } from "vitest";
import type { BotParts } from "../../src/bot.ts";
import { createBot } from "../../src/bot.ts";
import { toPersona } from "../../src/choices/presets.ts";
import { type Exchange, nothingShown } from "../../src/exchange/exchange.ts";
import { questionRecord, stageRecord } from "../../src/exchange/exchange-record.ts";
import { createExchangeRows } from "../../src/exchange/exchange-rows.ts";
import { openStores } from "../../src/exchange/open-stores.ts";
import { toStored } from "../../src/exchange/stored-words.ts";
import type { CoreSettings } from "../../src/limits/core-settings.ts";
import { withConcurrency } from "../../src/model/concurrency.ts";
import type { MessageEvent, ThreadId } from "../../src/port/index.ts";
import { createEditBudget } from "../../src/reply/edit-budget.ts";
import type { ConversationStore, Turn } from "../../src/store/conversation-store.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { placeOf } from "./build-event.ts";
import { createManualClock } from "./manual-clock.ts";
import { recordingLog } from "./recording-log.ts";
import { createRecordingSurface } from "./recording-surface.ts";
import { createScriptedModel } from "./scripted-model.ts";

export type OpenBotOptions = {
  readonly settings?: Partial<CoreSettings>;
  readonly persona?: string;
  /** Questions that the model is asked at once; as many as there are if not set. */
  readonly concurrency?: number;
  /** In memory if not set. */
  readonly storeUrl?: string;
  /** Stands before the real store, to fail in its place. */
  readonly wrapStore?: (store: ConversationStore) => ConversationStore;
};

/** The core with a real store in memory, a scripted model, a manual clock and a thread that records. */
export async function openBot(options: OpenBotOptions = {}) {
  const log = recordingLog();
  const opened = await openStore(options.storeUrl ?? "sqlite://:memory:", log);
  onTestFinished(() => opened.close());
  const clock = createManualClock();
  const model = createScriptedModel();
  const conversations = options.wrapStore?.(opened.conversations) ?? opened.conversations;
  const memory = () =>
    openStores({ ...opened, conversations }, { persona: toPersona(options.persona ?? "assistant"), log, clock });
  const core: BotParts = {
    model: withConcurrency(model, { most: options.concurrency ?? Number.POSITIVE_INFINITY, refusal: () => undefined }),
    ...memory(),
    budget: createEditBudget(clock),
    clock,
    log,
    countTokens: (text) => Math.ceil(text.length / 4),
    settings: { windowTokens: 4_000, followThreads: true, earlierMessages: 50, ...options.settings },
  };
  const bot = createBot(core);
  const rows = createExchangeRows({
    questions: opened.records("journal", questionRecord),
    stages: opened.records("progress", stageRecord),
    toStored: (exchange) => toStored(exchange, core.optOuts),
    retention: opened.retention,
  });
  let seq = 1_000;
  const turns = async (thread = placeOf().thread): Promise<readonly Turn[]> =>
    (await opened.conversations.open(thread)).turns;
  return {
    ...bot,
    core,
    /** What a process that was killed leaves of a question. */
    async leave(question: MessageEvent, left: Partial<Exchange> = {}): Promise<Exchange> {
      const waits = { kind: "waiting", how: "first" } as const;
      const at = clock.now();
      const one = { id: question.id, seq: ++seq, at, question, stage: waits, reply: nothingShown, tries: 0, ...left };
      await rows.set(one);
      return one;
    },
    /** What is stored of questions that are not done; not of those that wait for a person. */
    left: async () => (await rows.all()).filter(({ stage }) => stage.kind !== "offered"),
    /** Those that wait for a person to have them tried again. */
    offered: async (thread?: ThreadId) =>
      (await rows.all()).filter(
        ({ stage, question }) =>
          stage.kind === "offered" && (thread ?? question.place.thread) === question.place.thread,
      ),
    /** The parts of the next process: the same store, and nothing in memory. */
    nextCore: (): BotParts => ({ ...core, ...memory() }),
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
