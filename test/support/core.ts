import { type Bot, createBot } from "../../src/bot.ts";
import { toPersona } from "../../src/choices/presets.ts";
import { openStores } from "../../src/exchange/open-stores.ts";
import type { CoreSettings } from "../../src/limits/core-settings.ts";
import type { ModelClient, ModelSettings } from "../../src/model/model-client.ts";
import { createModel } from "../../src/model/openai/create-model.ts";
import { countTokens } from "../../src/model/tokens.ts";
import { type Clock, steadyClock, systemClock } from "../../src/runtime/clock.ts";
import { createNotes, noteRecord } from "../../src/store/adapter-notes.ts";
import type { ConversationStore } from "../../src/store/conversation-store.ts";
import { openStore } from "../../src/store/keyv-store.ts";
import { type OpenAiEmulator, startOpenAi } from "../emulators/openai/openai-emulator.ts";
import { patienceMs } from "../emulators/until.ts";
import { createContext } from "./adapter-context.ts";
import { recordingLog } from "./recording-log.ts";

export type CoreOptions = {
  readonly core?: Partial<CoreSettings>;
  readonly model?: Partial<ModelSettings>;
  /** Another than the system's, for what goes by the day. */
  readonly clock?: Clock;
  /** Another time for everything: the bot, its adapter, and what the emulators send and count. */
  readonly time?: Clock | undefined;
  /** Another than that for the adapter alone. */
  readonly adapterClock?: Clock;
  readonly fallbackModel?: string;
  /** What the model's pauses are measured by; the real time if not set. */
  readonly modelClock?: Pick<Clock, "now">;
  readonly storeUrl?: string;
  /** Stands before the real store, to fail in its place. */
  readonly wrapStore?: (store: ConversationStore) => ConversationStore;
  /** Answers in place of the client and the emulator. */
  readonly client?: ModelClient;
};

export type OpenedCore = {
  readonly bot: Bot;
  readonly ai: OpenAiEmulator;
  readonly log: ReturnType<typeof recordingLog>;
  readonly store: ConversationStore;
  readonly context: ReturnType<typeof createContext>;
  stop(): Promise<void>;
};

/** The bot without a platform: the real openai client on the OpenAI emulator, the real store, in memory if no file is named. */
export async function openCore(options: CoreOptions = {}): Promise<OpenedCore> {
  const { time } = options;
  const ai = await startOpenAi({ clock: time ?? steadyClock });
  const log = recordingLog();
  const context = createContext(log, options.core?.access, time);
  const opened = await openStore(options.storeUrl ?? "sqlite://:memory:", log);
  const conversations = options.wrapStore?.(opened.conversations) ?? opened.conversations;
  const modelSettings: ModelSettings = {
    baseUrl: ai.baseUrl,
    apiKey: "sk-test-key",
    model: "test-model",
    sendUserId: false,
    tokenField: "max_completion_tokens",
    systemRole: "system",
    idleMs: patienceMs, // no pause of a busy machine is a silence
    ...options.model,
  };
  const memory = openStores({ ...opened, conversations }, { persona: toPersona("assistant"), log, clock: systemClock });
  const bot = createBot({
    ...memory,
    model:
      options.client ?? createModel(modelSettings, options.fallbackModel, options.modelClock ?? time ?? steadyClock),
    budget: context.budget,
    clock: options.clock ?? time ?? systemClock,
    log,
    countTokens,
    settings: { windowTokens: 4_000, followThreads: true, earlierMessages: 50, ...options.core },
  });
  return {
    bot,
    ai,
    log,
    store: conversations,
    context: {
      ...context,
      clock: options.adapterClock ?? context.clock,
      notes: createNotes(opened.records("notes", noteRecord)),
      mayKeep: async (id, server) => !(await memory.optOuts.has({ id, server })),
    },
    async stop() {
      await bot.close();
      await opened.close();
      await ai.stop();
      if (ai.problems.length > 0) throw new Error(`OpenAI's document refuses: ${ai.problems.join("; ")}`);
    },
  };
}
